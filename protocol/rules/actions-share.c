/* Giving others rights on a record, and taking them back, with what hangs on it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/rules/plan.h"

#include "protocol/error.h"
#include "protocol/id.h"

char *
satchel_action_share_id (const char *record, const char *principal)
{
  g_autofree char *name = g_strdup_printf ("share/%s/%s", record, principal);

  return satchel_id_for_name (name);
}

/* What is done to the record itself and to all that follows it. */
typedef struct {
  SatchelPlan *plan;
  const SatchelEntity *entity; /* "share" */
  const SatchelValue *principal;
  const SatchelValue *rights; /* NULL: they are taken back */
  GHashTable *seen;           /* ids of records */
} Sharing;

typedef struct {
  GPtrArray *children;       /* SatchelRecord* */
  const SatchelValue *owner; /* NULL: of whatever owner */
} Children;

static gboolean
take_child (const SatchelRecord *record, gpointer data)
{
  Children *children = data;
  const SatchelValue *owner = satchel_record_get (record, satchel_entity_owner_field (record->entity));

  if (children->owner == NULL || satchel_value_equal (owner, children->owner))
    g_ptr_array_add (children->children, satchel_record_copy (record));
  return FALSE;
}

static SatchelRecord *
new_share (const Sharing *sharing, const SatchelRecord *record, const char *id)
{
  SatchelRecord *share = satchel_record_new (sharing->entity, id);
  g_autoptr (SatchelValue) entity = satchel_value_new_string (record->entity->name);
  g_autoptr (SatchelValue) about = satchel_value_new_string (record->id);

  satchel_record_set_by_name (share, "record_entity", entity);
  satchel_record_set_by_name (share, "record_id", about);
  satchel_record_set_by_name (share, "principal", sharing->principal);
  return share;
}

/* The one share of the record for the principal: made, changed or taken away. */
static void
set_share (const Sharing *sharing, const SatchelRecord *record)
{
  const char *user = sharing->plan->context->user;
  g_autofree char *id = satchel_action_share_id (record->id, satchel_value_get_id (sharing->principal));
  g_autoptr (SatchelRecord) before = satchel_plan_dup (sharing->plan, "share", id);
  g_autoptr (SatchelValue) by = user != NULL ? satchel_value_new_lookup ("user", user) : NULL;
  SatchelRecord *after;

  if (sharing->rights == NULL) {
    if (before != NULL)
      satchel_plan_add (sharing->plan, g_steal_pointer (&before), NULL);
    return;
  }
  if (before != NULL && satchel_value_equal (satchel_record_get_by_name (before, "rights"), sharing->rights))
    return;
  after = before != NULL ? satchel_record_copy (before) : new_share (sharing, record, id);
  satchel_record_set_by_name (after, "rights", sharing->rights);
  satchel_record_set_by_name (after, "shared_by", by);
  satchel_plan_add (sharing->plan, g_steal_pointer (&before), after);
}

static void
share (const Sharing *sharing, const SatchelRecord *record)
{
  const SatchelRecordSource *source = sharing->plan->source;
  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (sharing->plan->registry, record->entity, &n_references);

  if (!g_hash_table_add (sharing->seen, g_strdup (record->id)))
    return;
  set_share (sharing, record);
  for (guint i = 0; i < n_references && source->each != NULL; i++) {
    SatchelCascade cascade = references[i].field->on_share;
    /* First all of them, for a source may lend a record only until it is asked again. */
    g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
    Children taking = { .children = children };

    if (cascade == SATCHEL_CASCADE_NONE || satchel_entity_owner_field (references[i].entity) == NULL)
      continue;
    if (cascade == SATCHEL_CASCADE_OWNED)
      taking.owner = satchel_record_get (record, satchel_entity_owner_field (record->entity));
    source->each (&references[i], record->id, take_child, &taking, source->data);
    for (guint j = 0; j < children->len; j++)
      share (sharing, g_ptr_array_index (children, j));
  }
}

/* Whom the argument "with" names. */
static gboolean
get_principal (SatchelPlan *plan, const SatchelEntity *entity, SatchelValue **principal,
               SatchelRecord **record, GError **error)
{
  if (!satchel_plan_get (plan, "with", satchel_entity_find_field (entity, "principal"), principal, error))
    return FALSE;
  *record = satchel_plan_dup_target (plan, *principal);
  if (*record == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                         _ ("the user or team to share with is not there"));
  return *record != NULL;
}

/* Whatever else is given, one must be able to read it. */
static gboolean
get_rights (SatchelPlan *plan, const SatchelEntity *entity, SatchelValue **rights, GError **error)
{
  g_autoptr (SatchelValue) given = NULL;
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (!satchel_plan_get (plan, "rights", satchel_entity_find_field (entity, "rights"), &given, error))
    return FALSE;
  g_strv_builder_add (keys, "read");
  if (given != NULL)
    g_strv_builder_addv (keys, (const char **)satchel_value_get_keys (given));
  all = g_strv_builder_end (keys);
  *rights = satchel_value_new_keys ((const char *const *)all);
  return TRUE;
}

gboolean
satchel_plan_share (SatchelPlan *plan, GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (plan->registry, "share", error);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (SatchelValue) principal = NULL, rights = NULL;

  if (entity == NULL || !get_principal (plan, entity, &principal, &record, error) ||
      !satchel_action_check_active (record, error) || !get_rights (plan, entity, &rights, error))
    return FALSE;
  share (&(Sharing){ plan, entity, principal, rights, seen }, plan->record);
  return TRUE;
}

gboolean
satchel_plan_unshare (SatchelPlan *plan, GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (plan->registry, "share", error);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (SatchelValue) principal = NULL;
  g_autofree char *name = NULL;

  if (entity == NULL || !get_principal (plan, entity, &principal, &record, error))
    return FALSE;
  share (&(Sharing){ plan, entity, principal, NULL, seen }, plan->record);
  if (plan->effects->len > 0)
    return TRUE;
  name = satchel_record_dup_title (record);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("it is not shared with %s"), name);
  return FALSE;
}
