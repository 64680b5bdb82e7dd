/* Undoing a delete: exactly the records that went, and the lookups that were cleared, in that one commit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/resolve/resolution.h"
#include "sync-server/store/outcomes.h"

static gboolean
not_found (const SatchelChange *change, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no such delete of this %s is known",
               change->entity);
  return FALSE;
}

/* s of the delete that is meant: of the set that the argument names, else the record's last. */
static gboolean
find_commit (SatchelResolution *resolution, const SatchelChange *change, gint64 last_s, gint64 *s,
             GError **error)
{
  const SatchelEdit *edit = satchel_change_find_edit (change, "delete");
  g_autoptr (SatchelStoredOutcome) stored = NULL;
  const char *uuid;

  *s = last_s;
  if (edit == NULL || JSON_NODE_HOLDS_NULL (edit->value))
    return TRUE;
  uuid = JSON_NODE_HOLDS_VALUE (edit->value) ? json_node_get_string (edit->value) : NULL;
  if (uuid == NULL)
    return not_found (change, error);
  if (!satchel_outcomes_read (resolution->store, uuid, &stored, error))
    return FALSE;
  if (stored == NULL || stored->outcome.state != SATCHEL_OUTCOME_APPLIED)
    return not_found (change, error);
  *s = stored->outcome.s;
  return TRUE;
}

gboolean
satchel_resolve_drop_dangling (SatchelResolution *resolution, SatchelRecord *record, GError **error)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    const SatchelValue *value = record->values[i];
    g_autoptr (SatchelRecord) target = NULL;
    const SatchelEntity *entity;

    if (value == NULL || field->type != SATCHEL_TYPE_LOOKUP || field->origin == SATCHEL_ORIGIN_SYSTEM)
      continue;
    entity = satchel_registry_find (resolution->store->registry, satchel_value_get_entity (value));
    if (entity != NULL &&
        !satchel_rows_read (resolution->store, entity, satchel_value_get_id (value), &target, error))
      return FALSE;
    if (target != NULL)
      continue;
    if (field->requirement == SATCHEL_REQUIREMENT_REQUIRED) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                   "what “%s” named is deleted too; restore it first", field->label);
      return FALSE;
    }
    satchel_record_set (record, field, NULL);
  }
  return TRUE;
}

static gboolean
bring_back (SatchelResolution *resolution, SatchelRecord *record, GError **error)
{
  g_autoptr (SatchelRecord) present = NULL;

  if (!satchel_rows_read (resolution->store, record->entity, record->id, &present, error))
    return FALSE;
  satchel_resolve_note_heads (resolution, NULL, record);
  /* Restored before, by itself. */
  return present != NULL || (satchel_resolve_drop_dangling (resolution, record, error) &&
                             satchel_rows_restore (resolution->store, &resolution->commit, record, error));
}

/* Whether the entry is a lookup that lost its target to the delete; what else that commit edited stays. */
static gboolean
lost_target (GPtrArray *entries, const SatchelFeedEntry *entry)
{
  if (entry->field == NULL || entry->field->type != SATCHEL_TYPE_LOOKUP || entry->old == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++) {
    const SatchelFeedEntry *other = entries->pdata[i];

    if (other->deleted != NULL && g_str_equal (other->record, satchel_value_get_id (entry->old)) &&
        g_str_equal (other->entity->name, satchel_value_get_entity (entry->old)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
set_again (SatchelResolution *resolution, const SatchelFeedEntry *entry, GError **error)
{
  g_autoptr (SatchelRecord) before = NULL, after = NULL;

  if (!satchel_rows_read (resolution->store, entry->entity, entry->record, &before, error))
    return FALSE;
  /* Whoever has given it another value since meant that. */
  if (before == NULL || satchel_record_get (before, entry->field) != NULL)
    return TRUE;
  after = satchel_record_copy (before);
  satchel_record_set (after, entry->field, entry->old);
  return satchel_rows_update (resolution->store, &resolution->commit, before, after, NULL, error);
}

static SatchelRecord *
find_deleted (GPtrArray *entries, const SatchelChange *change)
{
  for (guint i = 0; i < entries->len; i++) {
    const SatchelFeedEntry *entry = entries->pdata[i];

    if (entry->deleted != NULL && g_str_equal (entry->entity->name, change->entity) &&
        g_str_equal (entry->record, change->record))
      return entry->deleted;
  }
  return NULL;
}

/* Backwards: parents went last, and must be there when their children come. */
static gboolean
revert (SatchelResolution *resolution, GPtrArray *entries, GError **error)
{
  for (guint i = entries->len; i > 0; i--) {
    const SatchelFeedEntry *entry = entries->pdata[i - 1];

    if (entry->deleted != NULL && !bring_back (resolution, entry->deleted, error))
      return FALSE;
  }
  for (guint i = entries->len; i > 0; i--) {
    const SatchelFeedEntry *entry = entries->pdata[i - 1];

    if (lost_target (entries, entry) && !set_again (resolution, entry, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_resolve_restore (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (resolution->store->registry, change->entity);
  g_autoptr (SatchelRecord) present = NULL, last = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  SatchelRecord *deleted;
  gboolean readable = FALSE;
  gint64 last_s, s;

  if (!satchel_rows_read (resolution->store, entity, change->record, &present, error))
    return FALSE;
  if (present != NULL) {
    if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, present, &readable, error))
      return FALSE;
    if (!readable)
      return not_found (change, error);
    if (satchel_entity_has_action (entity, "merge") &&
        satchel_record_get_by_name (present, "merged_into") != NULL)
      return satchel_resolve_unmerge (resolution, present, error);
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, "this %s is not deleted", change->entity);
    return FALSE;
  }
  if (!satchel_feed_find_delete (resolution->store, entity, change->record, &last_s, &last, error))
    return FALSE;
  if (last == NULL)
    return not_found (change, error);
  if (!find_commit (resolution, change, last_s, &s, error))
    return FALSE;
  entries = satchel_feed_list_commit (resolution->store, s, error);
  if (entries == NULL)
    return FALSE;
  deleted = find_deleted (entries, change);
  if (deleted != NULL && !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, deleted, &readable, error))
    return FALSE;
  if (!readable)
    return not_found (change, error);
  return satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_WRITE, deleted, "restore", error) &&
         revert (resolution, entries, error);
}
