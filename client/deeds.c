/* Each deed knows its change set, the record as it was shown before and after, and what it made.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/deeds.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/arguments.h"
#include "protocol/rules/once.h"

typedef struct {
  char *set;                 /* UUID */
  SatchelRegistry *registry; /* holds the definitions that the rest points at */
  const SatchelEntity *entity;
  char *id;
  SatchelRecord *before, *after; /* as shown; NULL: it was not, is not there */
  const char *action;            /* interned; NULL: a create, an update, a delete */
  GHashTable *arguments;         /* of the action; NULL: none */
  SatchelValue *rights;          /* share, unshare: those that were given before; NULL: none */
  GPtrArray *made;               /* "entity:id", in the order in which they were made */
} Deed;

struct _SatchelDeeds {
  GPtrArray *list; /* Deed* */
};

static void
deed_free (Deed *deed)
{
  g_clear_pointer (&deed->before, satchel_record_free);
  g_clear_pointer (&deed->after, satchel_record_free);
  g_clear_pointer (&deed->arguments, g_hash_table_unref);
  satchel_value_unref (deed->rights);
  g_clear_pointer (&deed->made, g_ptr_array_unref);
  satchel_registry_unref (deed->registry);
  g_free (deed->set);
  g_free (deed->id);
  g_free (deed);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Deed, deed_free)

SatchelDeeds *
satchel_deeds_new (void)
{
  SatchelDeeds *deeds = g_new0 (SatchelDeeds, 1);

  deeds->list = g_ptr_array_new_with_free_func ((GDestroyNotify)deed_free);
  return deeds;
}

void
satchel_deeds_free (SatchelDeeds *deeds)
{
  if (deeds == NULL)
    return;
  g_ptr_array_unref (deeds->list);
  g_free (deeds);
}

guint
satchel_deeds_get_n (const SatchelDeeds *deeds)
{
  return deeds->list->len;
}

void
satchel_deeds_truncate (SatchelDeeds *deeds, guint n)
{
  g_ptr_array_set_size (deeds->list, (int)MIN (n, deeds->list->len));
}

/* ---- doing ---- */

static Deed *
deed_begin (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autoptr (Deed) deed = g_new0 (Deed, 1);

  deed->registry = satchel_registry_ref (satchel_session_get_registry (session));
  deed->entity = entity;
  deed->id = g_strdup (id);
  if (!satchel_replica_read (satchel_session_get_replica (session), entity, id, &deed->before, error))
    return NULL;
  return g_steal_pointer (&deed);
}

/* Takes @set, NULL for a write that failed. */
static gboolean
deed_finish (SatchelDeeds *deeds, SatchelSession *session, Deed *taken, char *set, GError **error)
{
  g_autoptr (Deed) deed = taken;

  deed->set = set;
  if (set == NULL)
    return FALSE;
  if (*set == '\0')
    return TRUE;
  if (!satchel_replica_read (satchel_session_get_replica (session), deed->entity, deed->id, &deed->after,
                             error))
    return FALSE;
  g_ptr_array_add (deeds->list, g_steal_pointer (&deed));
  return TRUE;
}

gboolean
satchel_deeds_create (SatchelDeeds *deeds, SatchelSession *session, SatchelRecord *record, GError **error)
{
  Deed *deed;
  char *set;

  if (record->id == NULL)
    record->id = satchel_id_new (satchel_session_get_clock (session));
  deed = deed_begin (session, record->entity, record->id, error);
  if (deed == NULL)
    return FALSE;
  set = satchel_session_create (session, record, error);
  return deed_finish (deeds, session, deed, set, error);
}

gboolean
satchel_deeds_update (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity,
                      const char *id, GPtrArray *changes, GError **error)
{
  Deed *deed = deed_begin (session, entity, id, error);
  char *set;

  if (deed == NULL)
    return FALSE;
  set = satchel_session_update (session, entity, id, changes, error);
  return deed_finish (deeds, session, deed, set, error);
}

gboolean
satchel_deeds_update_seen (SatchelDeeds *deeds, SatchelSession *session, const SatchelSeen *seen,
                           GPtrArray *changes, GError **error)
{
  Deed *deed = deed_begin (session, seen->record->entity, seen->record->id, error);
  char *set;

  if (deed == NULL)
    return FALSE;
  set = satchel_session_update_seen (session, seen, changes, error);
  return deed_finish (deeds, session, deed, set, error);
}

gboolean
satchel_deeds_delete (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity,
                      const char *id, GError **error)
{
  Deed *deed = deed_begin (session, entity, id, error);
  char *set;

  if (deed == NULL)
    return FALSE;
  set = satchel_session_delete (session, entity, id, error);
  return deed_finish (deeds, session, deed, set, error);
}

/* ---- doing: actions ---- */

/* The id in the argument "with" or "owner", which may have its entity before it. */
static const char *
get_bare_id (const char *text)
{
  const char *colon = text != NULL ? strrchr (text, ':') : NULL;

  return colon != NULL ? colon + 1 : text;
}

static gboolean
note_rights (Deed *deed, SatchelSession *session, GError **error)
{
  const SatchelEntity *share = satchel_registry_find (deed->registry, "share");
  const char *principal =
      deed->arguments != NULL ? get_bare_id (g_hash_table_lookup (deed->arguments, "with")) : NULL;
  g_autofree char *id = principal != NULL ? satchel_action_share_id (deed->id, principal) : NULL;
  g_autoptr (SatchelRecord) record = NULL;

  if (id == NULL || share == NULL)
    return TRUE;
  if (!satchel_replica_read (satchel_session_get_replica (session), share, id, &record, error))
    return FALSE;
  if (record != NULL)
    deed->rights = satchel_value_ref (satchel_record_get_by_name (record, "rights"));
  return TRUE;
}

static gboolean
is_there (SatchelSession *session, const SatchelEntity *entity, const char *id, gboolean *there,
          GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  if (!satchel_replica_read (satchel_session_get_replica (session), entity, id, &record, error))
    return FALSE;
  *there = record != NULL;
  return TRUE;
}

/* Ids that qualifying was given or had to make, and that no record had before. */
static gboolean
note_made (Deed *deed, SatchelSession *session, const char *set, GError **error)
{
  static const char *const kinds[] = { "account", "contact", "opportunity" };
  g_autoptr (SatchelQueuedSet) queued =
      satchel_outbox_find (satchel_session_get_outbox (session), set, error);
  const SatchelChange *change;

  if (queued == NULL)
    return FALSE;
  change = queued->set->changes->pdata[0];
  deed->made = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    const SatchelEdit *edit = satchel_change_find_edit (change, kinds[i]);
    const char *given = deed->arguments != NULL ? g_hash_table_lookup (deed->arguments, kinds[i]) : NULL;

    if (edit != NULL && given == NULL && JSON_NODE_HOLDS_VALUE (edit->value))
      g_ptr_array_add (deed->made, g_strdup_printf ("%s:%s", kinds[i], json_node_get_string (edit->value)));
  }
  return TRUE;
}

/* What is given as the id of a record that is not there yet is made, too. */
static gboolean
note_given (Deed *deed, SatchelSession *session, GPtrArray *new_ids, GError **error)
{
  static const char *const kinds[] = { "account", "contact", "opportunity" };

  for (guint i = 0; deed->arguments != NULL && i < G_N_ELEMENTS (kinds); i++) {
    const SatchelEntity *entity = satchel_registry_find (deed->registry, kinds[i]);
    const char *id = get_bare_id (g_hash_table_lookup (deed->arguments, kinds[i]));
    gboolean there = TRUE;

    if (entity == NULL || id == NULL || *id == '\0')
      continue;
    if (!is_there (session, entity, id, &there, error))
      return FALSE;
    if (!there)
      g_ptr_array_add (new_ids, g_strdup_printf ("%s:%s", kinds[i], id));
  }
  return TRUE;
}

static GHashTable *
copy_arguments (GHashTable *arguments)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name, text;

  g_hash_table_iter_init (&iter, arguments);
  while (g_hash_table_iter_next (&iter, &name, &text))
    g_hash_table_insert (copy, g_strdup (name), g_strdup (text));
  return copy;
}

gboolean
satchel_deeds_act (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
                   const char *action, GHashTable *arguments, GError **error)
{
  g_autoptr (Deed) deed = deed_begin (session, entity, id, error);
  g_autoptr (GPtrArray) given = g_ptr_array_new_with_free_func (g_free);
  const gboolean qualifies = g_str_equal (action, "qualify");
  g_autofree char *set = NULL;

  if (deed == NULL)
    return FALSE;
  deed->action = g_intern_string (action);
  deed->arguments = arguments != NULL ? copy_arguments (arguments) : NULL;
  if (!note_rights (deed, session, error) || (qualifies && !note_given (deed, session, given, error)))
    return FALSE;
  set = satchel_session_act (session, entity, id, action, arguments, error);
  if (set == NULL || (qualifies && !note_made (deed, session, set, error)))
    return FALSE;
  for (guint i = 0; i < given->len; i++)
    g_ptr_array_add (deed->made, g_strdup (given->pdata[i]));
  return deed_finish (deeds, session, g_steal_pointer (&deed), g_steal_pointer (&set), error);
}

/* ---- taking back what the server has ---- */

static gboolean
fail_final (const Deed *deed, GError **error)
{
  g_autofree char *title = deed->before != NULL ? satchel_record_dup_title (deed->before) : g_strdup ("");

  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
               _ ("“%s”: the server has it already, and there is no step back from there"), title);
  return FALSE;
}

static gboolean
act (SatchelSession *session, const SatchelEntity *entity, const char *id, const char *action,
     const char *argument, const char *text, GError **error)
{
  g_autoptr (GHashTable) arguments = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *set = NULL;

  g_hash_table_insert (arguments, (gpointer)argument, (gpointer)text);
  set = satchel_session_act (session, entity, id, action, arguments, error);
  return set != NULL;
}

/* The values of before, as far as they are still what the deed made of them. */
static gboolean
restore_values (const Deed *deed, SatchelSession *session, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autoptr (SatchelRecord) now = NULL;
  g_autofree char *set = NULL;

  if (!satchel_replica_read (satchel_session_get_replica (session), deed->entity, deed->id, &now, error))
    return FALSE;
  if (now == NULL || now->entity != deed->entity)
    return fail_final (deed, error);
  for (guint i = 0; i < deed->entity->n_fields; i++) {
    const SatchelField *field = deed->entity->fields[i];
    SatchelFieldValue *value;

    if (!satchel_field_is_writable (field) ||
        satchel_value_equal (deed->before->values[i], deed->after->values[i]) ||
        satchel_value_equal (now->values[i], deed->before->values[i]) ||
        (field != deed->entity->state_field && !satchel_value_equal (now->values[i], deed->after->values[i])))
      continue;
    value = g_new0 (SatchelFieldValue, 1);
    value->field = field;
    value->value = satchel_value_ref (deed->before->values[i]);
    g_ptr_array_add (changes, value);
  }
  if (changes->len == 0)
    return TRUE;
  set = satchel_session_update (session, deed->entity, deed->id, changes, error);
  return set != NULL;
}

static const char *
get_state (const SatchelRecord *record)
{
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

/* The action that leads from @from to @to, or at least to where an edit leads on from. NULL: there is none.
 */
static const char *
find_way (const SatchelEntity *entity, const char *from, const char *to)
{
  const char *detour = NULL;

  for (guint i = 0; i < entity->n_transitions; i++) {
    const SatchelTransition *step = &entity->transitions[i];

    if (step->action == NULL || !g_str_equal (step->from, from) || g_str_equal (step->action, "merge"))
      continue;
    if (g_str_equal (step->to, to))
      return step->action;
    if (detour == NULL && satchel_entity_allows_transition (entity, step->to, to, NULL))
      detour = step->action;
  }
  return detour;
}

/* The step is told what the record said before: the stage that it stood in, the reason why it was lost. */
static gboolean
step_back (const Deed *deed, SatchelSession *session, const char *name, GError **error)
{
  const SatchelAction *action = satchel_action_find (name, deed->entity);
  g_autoptr (GHashTable) arguments = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GArray) known =
      action != NULL ? satchel_action_list_arguments (deed->registry, deed->entity, action) : NULL;
  g_autofree char *set = NULL;

  for (guint i = 0; known != NULL && i < known->len; i++) {
    const SatchelArgument *argument = &g_array_index (known, SatchelArgument, i);
    const SatchelField *own =
        argument->field != NULL ? satchel_entity_find_field (deed->entity, argument->field->name) : NULL;

    if (own != NULL && own == argument->field && satchel_record_get (deed->before, own) != NULL)
      g_hash_table_insert (arguments, (gpointer)argument->name,
                           satchel_value_to_text (own, satchel_record_get (deed->before, own)));
  }
  set = satchel_session_act (session, deed->entity, deed->id, name, arguments, error);
  return set != NULL;
}

static gboolean
delete_made (const Deed *deed, SatchelSession *session, GError **error)
{
  for (guint i = deed->made != NULL ? deed->made->len : 0; i-- > 0;) {
    g_auto (GStrv) parts = g_strsplit (deed->made->pdata[i], ":", 2);
    const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), parts[0]);
    gboolean there = FALSE;
    g_autofree char *set = NULL;

    if (!is_there (session, entity, parts[1], &there, error))
      return FALSE;
    if (there)
      set = satchel_session_delete (session, entity, parts[1], error);
    if (there && set == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
reverse_step (const Deed *deed, SatchelSession *session, GError **error)
{
  const char *from = get_state (deed->after), *to = get_state (deed->before), *way = NULL;

  if (g_strcmp0 (from, to) != 0) {
    way = find_way (deed->entity, from, to);
    if (way == NULL && !satchel_entity_allows_transition (deed->entity, from, to, NULL))
      return fail_final (deed, error);
  }
  return (way == NULL || step_back (deed, session, way, error)) && restore_values (deed, session, error) &&
         delete_made (deed, session, error);
}

static gboolean
reverse_share (const Deed *deed, SatchelSession *session, GError **error)
{
  const char *principal = g_hash_table_lookup (deed->arguments, "with");
  const SatchelEntity *share = satchel_registry_find (deed->registry, "share");
  g_autoptr (GHashTable) arguments = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autofree char *set = NULL;

  g_hash_table_insert (arguments, (gpointer) "with", g_strdup (principal));
  if (deed->rights != NULL)
    g_hash_table_insert (arguments, (gpointer) "rights",
                         satchel_value_to_text (satchel_entity_find_field (share, "rights"), deed->rights));
  set = satchel_session_act (session, deed->entity, deed->id, deed->rights != NULL ? "share" : "unshare",
                             arguments, error);
  return set != NULL;
}

static gboolean
reverse_assign (const Deed *deed, SatchelSession *session, GError **error)
{
  const SatchelField *field = satchel_entity_owner_field (deed->entity);
  g_autofree char *owner = satchel_value_to_stored_text (field, satchel_record_get (deed->before, field));

  return act (session, deed->entity, deed->id, "assign", "owner", owner, error);
}

static gboolean
is_tracked (SatchelSession *session, const SatchelRecord *record)
{
  const SatchelValue *value = record != NULL && satchel_entity_has_action (record->entity, "untrack")
                                  ? satchel_record_get_by_name (record, "tracked_by")
                                  : NULL;

  return value != NULL && satchel_once_is_present (value, satchel_session_get_user (session));
}

/* What others track stays; what she alone tracked goes, or comes back. */
static gboolean
reverse_tracking (const Deed *deed, SatchelSession *session, GError **error)
{
  g_autofree char *set = NULL;

  if (deed->after == NULL)
    return act (session, deed->entity, deed->id, "restore", "delete", deed->set, error);
  set = satchel_session_act (session, deed->entity, deed->id,
                             is_tracked (session, deed->after) ? "untrack" : "track", NULL, error);
  return set != NULL;
}

static gboolean
reverse_regard (const Deed *deed, SatchelSession *session, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (deed->entity, "regarding");
  const SatchelValue *regarding = satchel_record_get (deed->before, field);
  g_autofree char *text = regarding != NULL ? satchel_value_to_stored_text (field, regarding) : g_strdup ("");

  return act (session, deed->entity, deed->id, "regard", "regarding", text, error);
}

/* What was deleted before is deleted again. */
static gboolean
reverse_restore (const Deed *deed, SatchelSession *session, GError **error)
{
  g_autofree char *set = satchel_session_delete (session, deed->entity, deed->id, error);

  return set != NULL;
}

static gboolean
reverse_action (const Deed *deed, SatchelSession *session, GError **error)
{
  if (g_str_equal (deed->action, "assign"))
    return reverse_assign (deed, session, error);
  if (g_str_equal (deed->action, "share") || g_str_equal (deed->action, "unshare"))
    return reverse_share (deed, session, error);
  if (g_str_equal (deed->action, "merge"))
    return act (session, deed->entity, get_bare_id (g_hash_table_lookup (deed->arguments, "other")),
                "restore", "delete", "", error);
  if (g_str_equal (deed->action, "track") || g_str_equal (deed->action, "untrack"))
    return reverse_tracking (deed, session, error);
  if (g_str_equal (deed->action, "restore") && deed->before == NULL)
    return reverse_restore (deed, session, error);
  if (deed->before == NULL || deed->after == NULL)
    return fail_final (deed, error);
  if (g_str_equal (deed->action, "regard"))
    return reverse_regard (deed, session, error);
  return reverse_step (deed, session, error);
}

static gboolean
reverse (const Deed *deed, SatchelSession *session, GError **error)
{
  g_autofree char *set = NULL;

  if (deed->action != NULL)
    return reverse_action (deed, session, error);
  if (is_tracked (session, deed->after) && !is_tracked (session, deed->before))
    return reverse_tracking (deed, session, error);
  if (deed->before != NULL && deed->after != NULL)
    return restore_values (deed, session, error);
  if (deed->before != NULL)
    return act (session, deed->entity, deed->id, "restore", "delete", deed->set, error);
  set = satchel_session_delete (session, deed->entity, deed->id, error);
  return set != NULL;
}

/* ---- taking back ---- */

static gboolean
reverse_whole (const Deed *deed, SatchelSession *session, GError **error)
{
  if (!satchel_session_begin_batch (session, error))
    return FALSE;
  if (reverse (deed, session, error))
    return satchel_session_commit_batch (session, error);
  satchel_session_rollback_batch (session);
  return FALSE;
}

/* Out of the outbox, where it still can be; else by its reverse. Another program may send it between the two:
 * then discarding is what fails. */
static gboolean
take_back (const Deed *deed, SatchelSession *session, GError **error)
{
  g_autoptr (GError) sent = NULL;

  if (satchel_outbox_discard (satchel_session_get_outbox (session), deed->set, &sent))
    return TRUE;
  if (satchel_error_code (sent) != SATCHEL_ERROR_STATE &&
      satchel_error_code (sent) != SATCHEL_ERROR_NOT_FOUND) {
    g_propagate_error (error, g_steal_pointer (&sent));
    return FALSE;
  }
  return reverse_whole (deed, session, error);
}

gboolean
satchel_deeds_take_back (SatchelDeeds *deeds, SatchelSession *session, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = deeds->list->len; i-- > 0;) {
    if (take_back (deeds->list->pdata[i], session, first == NULL ? &first : NULL))
      g_ptr_array_remove_index (deeds->list, i);
  }
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}
