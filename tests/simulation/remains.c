/* Looking for what a device was to forget.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/remains.h"

#include "tests/simulation/read.h"

/* Raw text is searched: a set names what it writes, what it refers to and what it makes. */
gboolean
sim_device_writes_about (SimDevice *device, const char *id)
{
  return sim_read_integer (device->world, sim_device_handle (device),
                           "SELECT 1 FROM set_queue WHERE instr (text, ?1) UNION ALL"
                           " SELECT 1 FROM lay WHERE record = ?1 OR instr (\"values\", ?1) LIMIT 1",
                           id) > 0;
}

/* The index of words is that of the rows, no word more: FTS5 compares the two. */
static void
check_search (SimDevice *device, const SatchelEntity *entity)
{
  sqlite3 *db = sim_device_handle (device);
  g_autofree char *name = g_strconcat ("x_", entity->name, NULL);
  g_autofree char *sql =
      g_strdup_printf ("INSERT INTO \"%s\" (\"%s\", rank) VALUES ('integrity-check', 1)", name, name);
  if (sim_read_integer (device->world, db, "SELECT 1 FROM sqlite_master WHERE name = ?1", name) > 0 &&
      sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    sim_fail (device->world, "8: device %u (%s): the words of %s are not those of its rows: %s",
              device->index, device->user, entity->name, sqlite3_errmsg (db));
}

static void
check_history (SimDevice *device, const SatchelEntity *entity)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT record FROM history WHERE entity = ?1 AND record NOT IN (SELECT id FROM \"e_%s\")"
      " AND record NOT IN (SELECT id FROM \"base_%s\") LIMIT 1",
      entity->name, entity->name);
  g_autofree char *record = sim_read_text (device->world, sim_device_handle (device), sql, entity->name);
  if (record != NULL)
    sim_fail (device->world, "8: device %u (%s) keeps the history of %s/%s", device->index, device->user,
              entity->name, record);
}

void
sim_remains_check (SimDevice *device)
{
  guint n;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (device->session), &n);
  for (guint i = 0; i < n; i++) {
    check_search (device, entities[i]);
    check_history (device, entities[i]);
  }
}
