/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/waiting.h"

#include <glib/gi18n.h>

#include "client/dispute.h"
#include "protocol/rules/actions.h"
#include "ui/display.h"
#include "ui/inbox/reasons.h"

G_DEFINE_FINAL_TYPE (SatchelWaitingSet, satchel_waiting_set, G_TYPE_OBJECT)

/* What is read with, and the titles of refused sets that others wait for. */
typedef struct {
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelRegistry *registry;
  GHashTable *dependence; /* UUID → UUID of the parked set, of satchel_outbox_list_dependence(); NULL: nothing
                             is parked */
  GHashTable *counts;     /* UUID of a parked set → how many wait for it */
} Reading;

static void
line_free (gpointer data)
{
  SatchelWaitingLine *line = data;

  g_free (line->label);
  g_free (line->text);
  g_free (line->field);
  satchel_value_unref (line->value);
  g_free (line);
}

/* ---- what it does ---- */

static char *
dup_action_label (const SatchelEntity *entity, const SatchelChange *change)
{
  const SatchelAction *action;

  switch (change->kind) {
  case SATCHEL_CHANGE_CREATE:
    return g_strdup (_ ("New"));
  case SATCHEL_CHANGE_UPDATE:
    return g_strdup (_ ("Changed"));
  case SATCHEL_CHANGE_DELETE:
    return g_strdup (_ ("Deleted"));
  case SATCHEL_CHANGE_ACTION:
    action = satchel_action_find (change->action, entity);
    return g_strdup (action != NULL ? _ (action->label) : change->action);
  }
  g_assert_not_reached ();
}

/* A conflict is known by the record that it is about. */
static char *
dup_conflict_title (const Reading *reading, const char *id)
{
  const SatchelEntity *entity = satchel_registry_find (reading->registry, "conflict");
  g_autoptr (SatchelRecord) conflict = NULL;
  const char *about, *record;

  if (entity == NULL || !satchel_replica_read (reading->replica, entity, id, &conflict, NULL) ||
      conflict == NULL)
    return NULL;
  about = satchel_dispute_get_text (conflict, "record_entity");
  record = satchel_dispute_get_text (conflict, "record_id");
  return about != NULL && record != NULL ? satchel_replica_dup_name (about, record, reading->replica) : NULL;
}

static char *
dup_title (const Reading *reading, const SatchelChange *change)
{
  const SatchelEntity *entity = satchel_registry_find (reading->registry, change->entity);
  const SatchelEdit *edit = entity != NULL ? satchel_change_find_edit (change, entity->title->name) : NULL;
  g_autoptr (SatchelValue) value = NULL;
  char *title = g_str_equal (change->entity, "conflict")
                    ? dup_conflict_title (reading, change->record)
                    : satchel_replica_dup_name (change->entity, change->record, reading->replica);

  /* Of a draft that is not shown, what it would be called. */
  if (title == NULL && edit != NULL && change->kind == SATCHEL_CHANGE_CREATE &&
      satchel_value_from_wire (entity->title, edit->value, &value, NULL))
    title = satchel_display_value (reading->replica, entity->title, value);
  if (title != NULL && *title != '\0')
    return title;
  g_free (title);
  return g_strdup (change->kind == SATCHEL_CHANGE_CREATE ? _ ("(without a name)")
                                                         : _ ("(a record that is not here)"));
}

/* ---- the values ---- */

/* An argument that is named like a field of the record is shown as such; ids that the program made say
 * nothing. */
static SatchelWaitingLine *
read_argument (const Reading *reading, const SatchelEntity *entity, const SatchelEdit *edit)
{
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, edit->field) : NULL;
  const char *text = JSON_NODE_HOLDS_VALUE (edit->value) ? json_node_get_string (edit->value) : NULL;
  g_autoptr (SatchelValue) value = NULL;
  SatchelWaitingLine *line;

  if (text == NULL || (field == NULL && satchel_id_is_valid (text)))
    return NULL;
  line = g_new0 (SatchelWaitingLine, 1);
  line->label = field != NULL ? g_strdup (_ (field->label)) : g_strdelimit (g_strdup (edit->field), "_", ' ');
  if (field != NULL && satchel_replica_value_from_text (reading->replica, field, text, &value, NULL))
    line->text = satchel_display_value (reading->replica, field, value);
  else
    line->text = g_strdup (text);
  return line;
}

static SatchelWaitingLine *
read_edit (const Reading *reading, const SatchelEntity *entity, const SatchelEdit *edit)
{
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, edit->field) : NULL;
  SatchelWaitingLine *line = g_new0 (SatchelWaitingLine, 1);

  if (field != NULL && satchel_value_from_wire (field, edit->value, &line->value, NULL)) {
    line->label = g_strdup (_ (field->label));
    line->field = g_strdup (field->name);
    line->text = satchel_display_value (reading->replica, field, line->value);
    return line;
  }
  line->label = g_strdelimit (g_strdup (edit->field), "_", ' ');
  line->text = json_to_string (edit->value, FALSE);
  return line;
}

static void
read_lines (const Reading *reading, const SatchelQueuedSet *queued, const SatchelChange *change,
            GPtrArray *lines)
{
  const SatchelEntity *entity = satchel_registry_find (reading->registry, change->entity);

  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    SatchelWaitingLine *line = change->kind == SATCHEL_CHANGE_ACTION ? read_argument (reading, entity, edit)
                                                                     : read_edit (reading, entity, edit);

    if (line == NULL)
      continue;
    line->concerned = g_strcmp0 (queued->field, edit->field) == 0;
    g_ptr_array_add (lines, line);
  }
}

/* The server may mind a field that the change does not write: a required one. */
static void
add_missing_line (const Reading *reading, const SatchelQueuedSet *queued, SatchelWaitingSet *set)
{
  const SatchelEntity *entity = satchel_registry_find (reading->registry, set->entity);
  const SatchelField *field =
      entity != NULL && queued->field != NULL ? satchel_entity_find_field (entity, queued->field) : NULL;
  SatchelWaitingLine *line;

  for (guint i = 0; i < set->lines->len; i++)
    if (((SatchelWaitingLine *)set->lines->pdata[i])->concerned)
      return;
  if (field == NULL || !satchel_field_is_writable (field))
    return;
  line = g_new0 (SatchelWaitingLine, 1);
  line->label = g_strdup (_ (field->label));
  line->field = g_strdup (field->name);
  line->text = g_strdup ("");
  line->concerned = TRUE;
  g_ptr_array_add (set->lines, line);
}

/* ---- how it stands ---- */

static guint
find_ways (const Reading *reading, const SatchelQueuedSet *queued)
{
  const SatchelChange *change = queued->set->changes->pdata[0];
  const gboolean editable = queued->set->changes->len == 1 &&
                            satchel_registry_find (reading->registry, change->entity) &&
                            (change->kind == SATCHEL_CHANGE_CREATE || change->kind == SATCHEL_CHANGE_UPDATE);

  switch (queued->state) {
  case SATCHEL_SET_PENDING:
    return SATCHEL_WAY_DISCARD;
  case SATCHEL_SET_PARKED:
    return satchel_reason_get_ways (queued->code) & ~(editable ? 0u : (guint)SATCHEL_WAY_EDIT);
  case SATCHEL_SET_SENT:
  case SATCHEL_SET_RETAINED:
    return 0;
  }
  g_assert_not_reached ();
}

/* A message to whoever gives rights: what, of which record, and what the server said. */
static char *
dup_request (const SatchelWaitingSet *set, const SatchelQueuedSet *queued)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _ ("I cannot save this: %s (%s)."), set->title, set->deed);
  g_string_append_printf (text, "\n%s", satchel_reason_get_sentence (queued->code));
  if (queued->reason != NULL)
    g_string_append_printf (text, " (%s)", queued->reason);
  g_string_append (text, "\n");
  for (guint i = 0; i < set->lines->len; i++) {
    const SatchelWaitingLine *line = set->lines->pdata[i];

    if (*line->text != '\0')
      g_string_append_printf (text, "\n%s: %s", line->label, line->text);
  }
  g_string_append_printf (text, "\n\n%s", _ ("Could you give me the right, or do it for me? Thank you."));
  return g_string_free (text, FALSE);
}

static void
tell_standing (const Reading *reading, const SatchelQueuedSet *queued, SatchelWaitingSet *set)
{
  const char *root =
      reading->dependence != NULL ? g_hash_table_lookup (reading->dependence, set->uuid) : NULL;
  g_autoptr (SatchelQueuedSet) other =
      root != NULL ? satchel_outbox_find (satchel_session_get_outbox (reading->session), root, NULL) : NULL;

  if (other != NULL)
    set->waits_for = dup_title (reading, other->set->changes->pdata[0]);
  set->n_dependents = GPOINTER_TO_UINT (g_hash_table_lookup (reading->counts, set->uuid));
  switch (queued->state) {
  case SATCHEL_SET_PARKED:
    set->sentence = g_strdup (satchel_reason_get_sentence (queued->code));
    if (queued->reason != NULL && satchel_reason_has_more (queued->code))
      set->detail = g_strdup (_ (queued->reason));
    break;
  case SATCHEL_SET_SENT:
    set->sentence = g_strdup (_ ("Sent; the server has not answered yet"));
    break;
  default:
    set->sentence = g_strdup (_ ("Goes with the next sync"));
    break;
  }
  if (set->ways & SATCHEL_WAY_ASK)
    set->request = dup_request (set, queued);
}

static char *
make_fingerprint (const SatchelWaitingSet *set)
{
  GString *text = g_string_new (set->uuid);

  g_string_append_printf (text, "\n%d %u %u %d\n%s\n%s\n%s\n%s\n%s", set->state, set->n_dependents, set->ways,
                          set->is_draft, set->title, set->deed, set->sentence,
                          set->detail != NULL ? set->detail : "",
                          set->waits_for != NULL ? set->waits_for : "");
  for (guint i = 0; i < set->lines->len; i++) {
    const SatchelWaitingLine *line = set->lines->pdata[i];

    g_string_append_printf (text, "\n%s\t%s", line->label, line->text);
  }
  return g_string_free (text, FALSE);
}

static SatchelWaitingSet *
read_set (const Reading *reading, const SatchelQueuedSet *queued)
{
  const SatchelChange *first = queued->set->changes->pdata[0];
  const SatchelEntity *entity = satchel_registry_find (reading->registry, first->entity);
  SatchelWaitingSet *set = g_object_new (SATCHEL_TYPE_WAITING_SET, NULL);
  g_autofree char *action = dup_action_label (entity, first);
  g_autoptr (SatchelRecord) shown = NULL;

  set->uuid = g_strdup (queued->set->uuid);
  set->state = queued->state;
  set->made_at_ms = queued->set->made_at_ms;
  set->entity = g_strdup (first->entity);
  set->record = g_strdup (first->record);
  set->title = dup_title (reading, first);
  set->deed = g_strdup_printf (C_ ("kind of record, what was done to it", "%s · %s"),
                               entity != NULL ? _ (entity->label) : first->entity, action);
  set->ways = find_ways (reading, queued);
  for (guint i = 0; i < queued->set->changes->len; i++)
    read_lines (reading, queued, queued->set->changes->pdata[i], set->lines);
  add_missing_line (reading, queued, set);
  set->is_draft = entity != NULL && !entity->system &&
                  satchel_replica_read (reading->replica, entity, first->record, &shown, NULL) &&
                  shown != NULL;
  tell_standing (reading, queued, set);
  set->fingerprint = make_fingerprint (set);
  return set;
}

/* ---- reading ---- */

static GPtrArray *
read_sets (const Reading *reading, guint states, guint limit, GError **error)
{
  g_autoptr (GPtrArray) queued =
      satchel_outbox_list (satchel_session_get_outbox (reading->session), states, limit, error);
  GPtrArray *sets;

  if (queued == NULL)
    return NULL;
  sets = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < queued->len; i++) {
    const SatchelQueuedSet *one = queued->pdata[i];

    if (one->s == 0) /* else it is done, and only not pulled yet */
      g_ptr_array_add (sets, read_set (reading, one));
  }
  return sets;
}

static gboolean
read_dependence (Reading *reading, GError **error)
{
  GHashTableIter iter;
  gpointer root;

  reading->dependence = satchel_outbox_list_dependence (satchel_session_get_outbox (reading->session), error);
  if (reading->dependence == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, reading->dependence);
  while (g_hash_table_iter_next (&iter, NULL, &root)) {
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (reading->counts, root));

    g_hash_table_insert (reading->counts, root, GUINT_TO_POINTER (count + 1));
  }
  return TRUE;
}

SatchelWaitingSets *
satchel_waiting_sets_read (SatchelSession *session, guint limit, GError **error)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (session);
  g_autoptr (SatchelWaitingSets) sets = g_new0 (SatchelWaitingSets, 1);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal), dependence = NULL;
  Reading reading = { session, satchel_session_get_replica (session), satchel_session_get_registry (session),
                      NULL, counts };

  if (!satchel_outbox_count (outbox, SATCHEL_SET_PARKED, &sets->n_parked, error) ||
      !satchel_outbox_count_unanswered (outbox, &sets->n_waiting, error) ||
      (sets->n_parked > 0 && !read_dependence (&reading, error)))
    return NULL;
  dependence = reading.dependence;
  sets->parked = read_sets (&reading, 1u << SATCHEL_SET_PARKED, limit, error);
  if (sets->parked == NULL)
    return NULL;
  sets->waiting = read_sets (&reading, 1u << SATCHEL_SET_PENDING | 1u << SATCHEL_SET_SENT, limit, error);
  return sets->waiting != NULL ? g_steal_pointer (&sets) : NULL;
}

void
satchel_waiting_sets_free (SatchelWaitingSets *sets)
{
  if (sets == NULL)
    return;
  g_clear_pointer (&sets->parked, g_ptr_array_unref);
  g_clear_pointer (&sets->waiting, g_ptr_array_unref);
  g_free (sets);
}

/* ---- the object ---- */

const char *
satchel_waiting_set_get_fingerprint (gpointer set)
{
  return SATCHEL_WAITING_SET (set)->fingerprint;
}

static void
satchel_waiting_set_finalize (GObject *object)
{
  SatchelWaitingSet *set = SATCHEL_WAITING_SET (object);
  char *const texts[] = { set->uuid,     set->entity, set->record,    set->title,   set->deed,
                          set->sentence, set->detail, set->waits_for, set->request, set->fingerprint };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_ptr_array_unref (set->lines);
  G_OBJECT_CLASS (satchel_waiting_set_parent_class)->finalize (object);
}

static void
satchel_waiting_set_class_init (SatchelWaitingSetClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_waiting_set_finalize;
}

static void
satchel_waiting_set_init (SatchelWaitingSet *set)
{
  set->lines = g_ptr_array_new_with_free_func (line_free);
}
