/* Invariant 6: what somebody has typed stays on the screen until its outcome is known.
 *
 * A field shows what the last waiting set that writes it says. What actions and deletes do follows from other
 * rows and is predicted anew after each pull; of them the device's own prediction is taken, so that what they
 * touch is exempt and all else is not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/queue/queue.h"
#include "tests/simulation/read.h"

typedef struct {
  SimDevice *device;
  GHashTable *values; /* "entity/record/field" → JsonNode*: what must be shown */
} Pending;

static char *
key_of (const char *entity, const char *record, const char *field)
{
  return g_strjoin ("/", entity, record, field, NULL);
}

static void
forget_record (Pending *pending, const char *entity, const char *record)
{
  g_autofree char *prefix = key_of (entity, record, "");
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, pending->values);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_prefix (key, prefix))
      g_hash_table_iter_remove (&iter);
}

/* The records and fields that the device predicts the set at @seq to change. */
static void
exempt_predicted (Pending *pending, gint64 seq)
{
  SimDevice *device = pending->device;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lays = satchel_queue_list_lays_of (
      satchel_replica_get_database (satchel_session_get_replica (device->session)), seq, &error);
  sim_check (device->world, lays != NULL, error, "listing what lies on top");
  for (guint i = 0; i < lays->len; i++) {
    const SatchelLay *lay = g_ptr_array_index (lays, i);
    if (lay->values == NULL)
      forget_record (pending, lay->entity, lay->record);
    g_autoptr (GList) fields = lay->values != NULL ? json_object_get_members (lay->values) : NULL;
    for (GList *at = fields; at != NULL; at = at->next) {
      g_autofree char *key = key_of (lay->entity, lay->record, at->data);
      g_hash_table_remove (pending->values, key);
    }
  }
}

static gboolean
is_to_active (Pending *pending, const SatchelChange *change)
{
  const char *owner = json_node_get_string (satchel_change_find_edit (change, "owner")->value);

  return sim_read_integer (pending->device->world, sim_device_handle (pending->device),
                           "SELECT (SELECT count(*) FROM e_user WHERE 'user:' || id = ?1 AND f_active = 0)"
                           " + (SELECT count(*) FROM e_team WHERE 'team:' || id = ?1 AND f_active = 0)",
                           owner) == 0;
}

/* A creation that means what the server has told of: the join is predicted, and shown. */
static gboolean
is_join (Pending *pending, const SatchelChange *change)
{
  SimDevice *device = pending->device;
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), change->entity);
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM base_%s WHERE id = ?1 AND s > 0"
                                          " UNION ALL SELECT 1 FROM e_%s WHERE id = ?1 AND s > 0",
                                          change->entity, change->entity);
  return change->kind == SATCHEL_CHANGE_CREATE && entity != NULL && entity->once != NULL &&
         sim_read_integer (device->world, sim_device_handle (device), sql, change->record) > 0;
}

static void
collect_set (Pending *pending, const SatchelQueueRow *row)
{
  const SatchelChangeSet *set = row->queued->set;
  for (guint c = 0; c < set->changes->len; c++) {
    const SatchelChange *change = g_ptr_array_index (set->changes, c);
    if (change->kind == SATCHEL_CHANGE_DELETE || change->kind == SATCHEL_CHANGE_ACTION)
      exempt_predicted (pending, row->seq);
    if (is_join (pending, change))
      continue;
    for (guint e = 0; change->kind != SATCHEL_CHANGE_ACTION && e < change->edits->len; e++) {
      const SatchelEdit *edit = g_ptr_array_index (change->edits, e);
      g_autofree char *key = key_of (change->entity, change->record, edit->field);
      /* A creation that was retried has gone behind edits of its record that are under way. */
      if (change->kind != SATCHEL_CHANGE_CREATE || !g_hash_table_contains (pending->values, key))
        g_hash_table_insert (pending->values, g_steal_pointer (&key), json_node_copy (edit->value));
    }
    /* An assignment says itself what its own record shows, unless it is to somebody who is disabled by now,
     * or a team that is.
     */
    if (change->kind == SATCHEL_CHANGE_ACTION && g_str_equal (change->action, "assign") &&
        is_to_active (pending, change))
      g_hash_table_insert (pending->values, key_of (change->entity, change->record, "owner"),
                           json_node_copy (satchel_change_find_edit (change, "owner")->value));
  }
}

static void
check_value (Pending *pending, const char *key, JsonNode *value)
{
  SimDevice *device = pending->device;
  SimWorld *world = device->world;
  g_auto (GStrv) path = g_strsplit (key, "/", 3);
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), path[0]);
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, path[2]) : NULL;
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  if (field == NULL)
    return; /* a restored server does not know it any more */
  gboolean ok =
      satchel_replica_read (satchel_session_get_replica (device->session), entity, path[1], &record, &error);
  sim_check (world, ok, error, "reading a record");
  if (record == NULL)
    return; /* the server took it away; the edit will be refused */
  g_autoptr (JsonNode) shown = satchel_value_to_wire (field, satchel_record_get (record, field));
  if (field->secured != NULL && JSON_NODE_HOLDS_NULL (shown))
    return; /* erased with its class, whatever lay on it */
  if (json_node_equal (shown, value))
    return;
  g_autofree char *a = satchel_json_print (shown), *b = satchel_json_print (value);
  sim_fail (world, "6: device %u (%s): %s shows %s, pending is %s", device->index, device->user, key, a, b);
}

/* What is applied lies on top until a pull has brought it: not one moment less. */
static void
check_retired (SimDevice *device)
{
  gint64 early = sim_read_integer (device->world, sim_device_handle (device),
                                   "SELECT s FROM set_retained WHERE s > (SELECT CAST (value AS INTEGER)"
                                   " FROM meta WHERE key = 's') LIMIT 1",
                                   NULL);
  if (early > 0)
    sim_fail (device->world,
              "6: device %u (%s) does not show any more what is applied at S %" G_GINT64_FORMAT
              " and not pulled yet",
              device->index, device->user, early);
}

void
sim_flicker_check (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) values =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_node_unref);
  Pending pending = { device, values };
  g_autoptr (GPtrArray) rows =
      satchel_queue_list (satchel_replica_get_database (satchel_session_get_replica (device->session)),
                          SATCHEL_SET_WAITING, 0, -1, &error);
  sim_check (device->world, rows != NULL, error, "listing the outbox");
  for (guint i = 0; i < rows->len; i++)
    collect_set (&pending, g_ptr_array_index (rows, i));
  check_retired (device);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &key, &value))
    check_value (&pending, key, value);
}
