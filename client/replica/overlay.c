/* Laying edits on top of server rows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/overlay.h"

#include "client/queue/queue.h"
#include "client/replica/base.h"
#include "client/replica/predict.h"
#include "protocol/error.h"
#include "protocol/rules/once.h"
#include "protocol/rules/validate.h"
#include "protocol/sqlite/entity-table.h"

SatchelShift *
satchel_shift_new (SatchelRecord *before, SatchelRecord *after)
{
  SatchelShift *shift = g_new (SatchelShift, 1);

  g_assert (before != NULL || after != NULL);
  shift->before = before;
  shift->after = after;
  return shift;
}

void
satchel_shift_free (SatchelShift *shift)
{
  satchel_record_free (shift->before);
  satchel_record_free (shift->after);
  g_free (shift);
}

const SatchelRecord *
satchel_shift_get_record (const SatchelShift *shift)
{
  return shift->after != NULL ? shift->after : shift->before;
}

/* ---- putting ---- */

static SatchelChangeKind
kind_of (const SatchelShift *shift)
{
  if (shift->before == NULL)
    return SATCHEL_CHANGE_CREATE;
  return shift->after != NULL ? SATCHEL_CHANGE_UPDATE : SATCHEL_CHANGE_DELETE;
}

/* Computed fields are left out: they follow from the others, whatever else lies on the record by then. */
static JsonObject *
values_of (const SatchelShift *shift)
{
  JsonObject *values;

  if (shift->after == NULL)
    return NULL;
  values = json_object_new ();
  for (guint i = 0; i < shift->after->entity->n_fields; i++) {
    const SatchelField *field = shift->after->entity->fields[i];
    const SatchelValue *before = shift->before != NULL ? shift->before->values[i] : NULL;

    if (field->origin != SATCHEL_ORIGIN_COMPUTED && !satchel_value_equal (before, shift->after->values[i]))
      json_object_set_member (values, field->name, satchel_value_to_wire (field, shift->after->values[i]));
  }
  return values;
}

/* Changes the shown row from @before to @after, either of which may be NULL. */
static gboolean
show (SatchelDatabase *database, const SatchelRecord *before, const SatchelRecord *after, GError **error)
{
  if (before != NULL && after != NULL)
    return satchel_entity_table_update (database, before, after, "e", error);
  if (after != NULL)
    return satchel_entity_table_write (database, after, "e", NULL, error);
  return before == NULL || satchel_entity_table_delete (database, before->entity, "e", before->id, error);
}

gboolean
satchel_overlay_put (SatchelReplica *replica, gint64 seq, GPtrArray *shifts, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);

  for (guint i = 0; i < shifts->len; i++) {
    const SatchelShift *shift = shifts->pdata[i];
    const SatchelRecord *record = satchel_shift_get_record (shift);
    g_autoptr (JsonObject) values = values_of (shift);

    if (!satchel_base_keep (database, record->entity, record->id, error) ||
        !show (database, shift->before, shift->after, error) ||
        !satchel_queue_add_lay (database, seq, kind_of (shift), record->entity->name, record->id, values,
                                error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_overlay_keep_base (SatchelReplica *replica, const SatchelEntity *entity, const char *id,
                           GError **error)
{
  return satchel_base_keep (satchel_replica_get_database (replica), entity, id, error);
}

/* ---- relaying ---- */

/* What the metadata does not know, or does not allow, any more stays in the queue with its text but cannot be
 * shown. */
static void
set_values (SatchelRecord *record, JsonObject *values)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, values);
  while (json_object_iter_next (&iter, &name, &node)) {
    const SatchelField *field = satchel_entity_find_field (record->entity, name);
    g_autoptr (SatchelValue) value = NULL;

    if (field != NULL && satchel_value_from_wire (field, node, &value, NULL))
      satchel_record_set (record, field, value);
  }
}

/* What somebody else has made meanwhile may be the same: then it is joined, as the server will join it. */
static gboolean
join (SatchelReplica *replica, SatchelRecord *shown, const SatchelLay *lay)
{
  g_autoptr (SatchelRecord) made = satchel_record_new (shown->entity, lay->record);

  set_values (made, lay->values);
  if (!satchel_once_is_same (made, shown))
    return FALSE;
  satchel_once_join (shown, made, satchel_replica_peek_meta (replica, "user"),
                     SATCHEL_ONCE_WRITE | SATCHEL_ONCE_ATTACH);
  return TRUE;
}

static void
apply_lay (SatchelReplica *replica, SatchelRecord **shown, const SatchelEntity *entity, const SatchelLay *lay)
{
  if (lay->kind == SATCHEL_CHANGE_CREATE && *shown != NULL && join (replica, *shown, lay))
    return;
  if (lay->kind == SATCHEL_CHANGE_DELETE)
    g_clear_pointer (shown, satchel_record_free);
  if (lay->kind == SATCHEL_CHANGE_CREATE && *shown == NULL)
    *shown = satchel_record_new (entity, lay->record);
  if (*shown != NULL && lay->values != NULL)
    set_values (*shown, lay->values);
}

/* A creation that was retried has gone behind the edits of its record that are on their way already. */
static void
put_creation_first (GPtrArray *lays)
{
  for (guint i = 0; i < lays->len; i++) {
    const SatchelLay *lay = lays->pdata[i];

    if (lay->kind == SATCHEL_CHANGE_DELETE)
      return;
    if (lay->kind == SATCHEL_CHANGE_CREATE) {
      g_ptr_array_insert (lays, 0, g_ptr_array_steal_index (lays, i));
      return;
    }
  }
}

gboolean
satchel_overlay_relay (SatchelReplica *replica, const SatchelEntity *entity, const char *id, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autoptr (SatchelRecord) shown = NULL, before = NULL;
  g_autoptr (GPtrArray) lays = NULL;
  SatchelBaseKind kind;
  gboolean draft = FALSE, waits = FALSE;

  if (!satchel_base_read (database, entity, id, &kind, &shown, error))
    return FALSE;
  if (kind == SATCHEL_BASE_SHOWN)
    return TRUE;

  lays = satchel_queue_list_lays_on (database, entity->name, id,
                                     SATCHEL_SET_WAITING | SATCHEL_SET_BIT (SATCHEL_SET_PARKED), error);
  if (lays == NULL || !satchel_replica_read (replica, entity, id, &before, error))
    return FALSE;
  if (shown == NULL)
    put_creation_first (lays);
  for (guint i = 0; i < lays->len; i++) {
    const SatchelLay *lay = lays->pdata[i];
    gboolean parked = lay->state == SATCHEL_SET_PARKED;

    /* That no row came yet does not make a draft: the server may have applied the create already. */
    draft = draft || (parked && lay->kind == SATCHEL_CHANGE_CREATE && shown == NULL);
    if (!parked || draft)
      apply_lay (replica, &shown, entity, lay);
    waits = waits || !parked;
  }
  if (shown != NULL && (waits || draft))
    satchel_rules_compute (shown);
  if (!show (database, before, shown, error))
    return FALSE;

  /* A draft keeps its mark that the server has no row; all else needs none once nothing waits. */
  if (waits || (draft && shown != NULL))
    return TRUE;
  return satchel_base_release (database, entity, id, error);
}

static gboolean
relay_lays (SatchelReplica *replica, GPtrArray *lays, GError **error)
{
  for (guint i = 0; i < lays->len; i++) {
    const SatchelLay *lay = lays->pdata[i];
    const SatchelEntity *entity = satchel_registry_find (satchel_replica_get_registry (replica), lay->entity);

    if (entity != NULL && !satchel_overlay_relay (replica, entity, lay->record, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_overlay_relay_set (SatchelReplica *replica, gint64 seq, GError **error)
{
  g_autoptr (GPtrArray) lays =
      satchel_queue_list_lays_of (satchel_replica_get_database (replica), seq, error);

  return lays != NULL && relay_lays (replica, lays, error);
}

gboolean
satchel_overlay_lift (SatchelReplica *replica, gint64 seq, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autoptr (GPtrArray) lays = satchel_queue_list_lays_of (database, seq, error);

  return lays != NULL && satchel_queue_remove_lays (database, seq, error) &&
         relay_lays (replica, lays, error);
}

/* ---- predicting again ---- */

static gboolean
predict_set_again (SatchelReplica *replica, const SatchelQueueRow *row, GError **error)
{
  const SatchelChangeSet *set = row->queued->set;

  for (guint i = 0; i < set->changes->len; i++) {
    g_autoptr (GError) unforeseen = NULL;
    g_autoptr (GPtrArray) shifts =
        satchel_predict (replica, set->changes->pdata[i], set->made_at_ms, &unforeseen);

    /* A prediction that cannot be made is no failure: the server will say what comes of the set. */
    if (shifts == NULL && satchel_error_is_general (unforeseen)) {
      g_propagate_error (error, g_steal_pointer (&unforeseen));
      return FALSE;
    }
    if (shifts != NULL && !satchel_overlay_put (replica, row->seq, shifts, error))
      return FALSE;
  }
  /* Later sets may lie on the same records. */
  return satchel_overlay_relay_set (replica, row->seq, error);
}

/* All are lifted before the first is predicted: what an earlier one does must not be judged by what a later
 * one did before. */
gboolean
satchel_overlay_predict_again (SatchelReplica *replica, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_queue_list_planned (satchel_replica_get_database (replica), error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (!satchel_overlay_lift (replica, ((SatchelQueueRow *)rows->pdata[i])->seq, error))
      return FALSE;
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (!predict_set_again (replica, rows->pdata[i], error))
      return FALSE;
  return rows != NULL;
}
