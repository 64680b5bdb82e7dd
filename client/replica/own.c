/* From the text of sets into rows aside.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/own.h"

#include "client/queue/queue.h"
#include "client/replica/base.h"
#include "protocol/error.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/wire/message.h"

GArray *
satchel_own_list (SatchelReplica *replica, GError **error)
{
  return satchel_queue_list_exact_ranges (satchel_replica_get_database (replica),
                                          satchel_replica_peek_meta_integer (replica, "s", -1),
                                          SATCHEL_MAX_OWN_RANGES, error);
}

static gboolean
set_edits (SatchelRecord *record, const SatchelChange *change, GError **error)
{
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    const SatchelField *field = satchel_entity_find_field (record->entity, edit->field);
    g_autoptr (SatchelValue) value = NULL;

    if (field == NULL) /* the server has other definitions by now, and tells them in this pull */
      continue;
    if (!satchel_value_from_wire (field, edit->value, &value, error))
      return FALSE;
    satchel_record_set (record, field, value);
  }
  return TRUE;
}

/* Edits lie on the record, so that the server's row lies aside, unless the server has taken it away. */
static gboolean
take_change (SatchelReplica *replica, const SatchelQueuedSet *queued, const SatchelChange *change,
             GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  const SatchelEntity *entity =
      satchel_registry_find (satchel_replica_get_registry (replica), change->entity);
  const char *user = satchel_replica_peek_meta (replica, "user");
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  g_autoptr (SatchelValue) at = satchel_value_new_integer (queued->at_ms);
  g_autoptr (SatchelValue) by = user != NULL ? satchel_value_new_lookup ("user", user) : NULL;
  SatchelBaseKind kind;

  if (entity == NULL)
    return TRUE;
  if (!satchel_base_read (database, entity, change->record, &kind, &before, error))
    return FALSE;
  if (kind != SATCHEL_BASE_KEPT)
    return TRUE;
  after = satchel_record_copy (before);
  if (!set_edits (after, change, error))
    return FALSE;
  satchel_record_set_by_name (after, "modified_at", at);
  satchel_record_set_by_name (after, "modified_by", by);
  after->s = queued->s;
  return satchel_entity_table_update (database, before, after, "base", error);
}

gboolean
satchel_own_take (SatchelReplica *replica, gboolean *taken, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_queue_list_exact (
      satchel_replica_get_database (replica), satchel_replica_peek_meta_integer (replica, "s", -1), error);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const SatchelQueuedSet *queued = ((SatchelQueueRow *)rows->pdata[i])->queued;

    for (guint j = 0; j < queued->set->changes->len; j++) {
      if (!take_change (replica, queued, queued->set->changes->pdata[j], error))
        return FALSE;
    }
    *taken = TRUE;
  }
  return rows != NULL;
}
