/* What nobody did happens to a replica: a value is another, a row is gone. The next proof must find it and
 * mend it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/predicate.h"
#include "tests/simulation/read.h"

#define PERCENT_DAMAGED 25

static gint64
count_healed (SimDevice *device)
{
  SatchelSyncTotals totals;
  satchel_sync_driver_get_totals (device->driver, &totals);
  return totals.healed + totals.resets;
}

/* Rows on which no edits lie: what is shown there is the server's. */
static gboolean
damage_one (SimDevice *device, const SatchelEntity *entity)
{
  SimWorld *world = device->world;
  sqlite3 *db = sim_device_handle (device);
  g_autofree char *from = g_strdup_printf ("FROM %s WHERE s > 0 AND id NOT IN (SELECT id FROM \"base_%s\")",
                                           satchel_sql_table (entity), entity->name);
  g_autofree char *find = g_strdup_printf ("SELECT row %s ORDER BY id LIMIT 1", from);
  gint64 row = sim_read_integer (world, db, find, NULL);
  g_autofree char *harm =
      sim_chance (world, 50)
          ? g_strdup_printf ("DELETE FROM %s WHERE row = %" G_GINT64_FORMAT, satchel_sql_table (entity), row)
          : g_strdup_printf ("UPDATE %s SET %s = 'damaged' WHERE row = %" G_GINT64_FORMAT,
                             satchel_sql_table (entity), satchel_sql_column (entity->title), row);
  if (row < 0)
    return FALSE;
  if (sqlite3_exec (db, harm, NULL, NULL, NULL) != SQLITE_OK)
    sim_fail (world, "%s: %s", harm, sqlite3_errmsg (db));
  sim_tell (world, "device %u: %s", device->index, harm);
  return TRUE;
}

static gboolean
damage (SimDevice *device)
{
  static const char *const entities[] = { "account", "contact", "lead", "task", "user", "business_unit" };
  guint n_damaged = 0;
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    if (sim_chance (device->world, 50))
      n_damaged += damage_one (
          device, satchel_registry_find (satchel_session_get_registry (device->session), entities[i]));
  return n_damaged > 0;
}

void
sim_damage_and_heal (SimWorld *world)
{
  for (guint i = 0; i < world->devices->len; i++) {
    SimDevice *device = g_ptr_array_index (world->devices, i);
    gint64 healed = count_healed (device);
    if (device->shut_out || !sim_chance (world, PERCENT_DAMAGED) || !damage (device))
      continue;
    satchel_sync_driver_demand_audit (device->driver);
    satchel_sync_driver_feed (device->driver, SATCHEL_SYNC_EVENT_START);
    while (sim_network_step (world))
      continue;
    if (count_healed (device) == healed)
      sim_fail (world, "9: device %u (%s) does not find what is damaged", device->index, device->user);
  }
}
