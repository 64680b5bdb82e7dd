/* Deleting a record, and what hangs on it, as metadata says: lookups are cleared, children go along, or
 * forbid it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "sync-server/resolve/resolution.h"

static gboolean delete_record (SatchelResolution *resolution, const SatchelRecord *record, GError **error);

GPtrArray *
satchel_resolve_list_along (SatchelResolution *resolution, const SatchelReference *reference,
                            const char *entity, const char *id, GError **error)
{
  g_autoptr (GPtrArray) records = satchel_rows_list_referring (
      resolution->store, reference, entity, id, SATCHEL_MAX_SET_RECORDS + 1 - resolution->n_along, error);

  if (records == NULL)
    return NULL;
  resolution->n_along += records->len;
  if (resolution->n_along <= SATCHEL_MAX_SET_RECORDS)
    return g_steal_pointer (&records);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
               "more than %d records would have to go along; do it in parts", SATCHEL_MAX_SET_RECORDS);
  return NULL;
}

static gboolean
clear_lookup (SatchelResolution *resolution, const SatchelReference *reference, const SatchelRecord *record,
              GError **error)
{
  g_autoptr (SatchelRecord) before = NULL, after = NULL;

  /* It may have gone, or changed, earlier in this cascade. */
  if (!satchel_rows_read (resolution->store, record->entity, record->id, &before, error))
    return FALSE;
  if (before == NULL)
    return TRUE;
  after = satchel_record_copy (before);
  satchel_record_set (after, reference->field, NULL);
  return satchel_rows_update (resolution->store, &resolution->commit, before, after, NULL, error);
}

static gboolean
delete_child (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  g_autoptr (SatchelRecord) child = NULL;
  gboolean allowed;

  if (!satchel_rows_read (resolution->store, record->entity, record->id, &child, error))
    return FALSE;
  if (child == NULL)
    return TRUE;
  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_DELETE, child, &allowed, error))
    return FALSE;
  if (!allowed) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN,
                         "something belongs to it that you may not delete");
    return FALSE;
  }
  return delete_record (resolution, child, error);
}

static gboolean
follow_reference (SatchelResolution *resolution, const SatchelReference *reference,
                  const SatchelRecord *record, GError **error)
{
  g_autoptr (GPtrArray) children =
      satchel_resolve_list_along (resolution, reference, record->entity->name, record->id, error);

  if (children == NULL)
    return FALSE;
  for (guint i = 0; i < children->len; i++) {
    const SatchelRecord *child = children->pdata[i];

    if (child->entity == record->entity && g_str_equal (child->id, record->id))
      continue;
    /* created_by, unit…: history that must not lose its names. */
    if (reference->field->on_delete == SATCHEL_ON_DELETE_RESTRICT ||
        reference->field->origin == SATCHEL_ORIGIN_SYSTEM) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE, "it is still named by “%s” of a %s",
                   reference->field->label, child->entity->name);
      return FALSE;
    }
    if (!(reference->field->on_delete == SATCHEL_ON_DELETE_CASCADE
              ? delete_child (resolution, child, error)
              : clear_lookup (resolution, reference, child, error)))
      return FALSE;
  }
  return TRUE;
}

/* Conflicts about a record, and its shares, go with it and come back with it. */
static gboolean
delete_satellites (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  g_autoptr (GPtrArray) satellites =
      satchel_rows_list_satellites (resolution->store, record->entity->name, record->id, error);

  if (satellites == NULL)
    return FALSE;
  for (guint i = 0; i < satellites->len; i++) {
    if (!satchel_rows_delete (resolution->store, &resolution->commit, satellites->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
delete_record (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (resolution->store->registry, record->entity, &n_references);

  for (guint i = 0; i < n_references; i++) {
    if (!follow_reference (resolution, &references[i], record, error))
      return FALSE;
  }
  satchel_resolve_note_heads (resolution, record, NULL);
  return delete_satellites (resolution, record, error) &&
         satchel_rows_delete (resolution->store, &resolution->commit, record, error);
}

gboolean
satchel_resolve_remove (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  return delete_record (resolution, record, error);
}

gboolean
satchel_resolve_delete (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (resolution->store->registry, change->entity);
  g_autoptr (SatchelRecord) record = NULL;
  gboolean changed;
  gint64 seen;

  if (!satchel_resolve_find (resolution, entity, change->record, &record, error) ||
      !satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_DELETE, record, "delete", error) ||
      !satchel_resolve_check_open (resolution, record, error) ||
      !satchel_resolution_get_seen (resolution, change, &seen, error))
    return FALSE;
  if (g_str_equal (entity->name, "user")) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "a user is made inactive, never deleted");
    return FALSE;
  }
  if (record->s > seen) {
    if (!satchel_feed_changed_by_others (resolution->store, entity->name, record->id, seen,
                                         resolution->device, &changed, error))
      return FALSE;
    if (changed) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RECORD_CHANGED,
                   "somebody has changed this %s meanwhile", entity->name);
      return FALSE;
    }
  }
  return delete_record (resolution, record, error);
}
