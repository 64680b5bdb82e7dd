/* Reading the databases of the simulated world.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/read.h"

/* Opened once: reading the schema takes longer than what is asked. */
sqlite3 *
sim_server_handle (SimWorld *world)
{
  g_autofree char *path = g_build_filename (world->directory, "satchel.db", NULL);
  if (world->reader == NULL &&
      sqlite3_open_v2 (path, &world->reader, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
    sim_fail (world, "the oracle cannot open %s", path);
  return world->reader;
}

void
sim_server_handle_close (SimWorld *world)
{
  sqlite3_close (g_steal_pointer (&world->reader));
}

sqlite3 *
sim_device_handle (SimDevice *device)
{
  return satchel_database_get_handle (
      satchel_replica_get_database (satchel_session_get_replica (device->session)));
}

sqlite3_stmt *
sim_prepare (SimWorld *world, sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    sim_fail (world, "%s: %s", sql, sqlite3_errmsg (db));
  return statement;
}

static sqlite3_stmt *
prepare_with (SimWorld *world, sqlite3 *db, const char *sql, const char *argument)
{
  sqlite3_stmt *statement = sim_prepare (world, db, sql);
  if (argument != NULL)
    sqlite3_bind_text (statement, 1, argument, -1, SQLITE_STATIC);
  return statement;
}

gint64
sim_read_integer (SimWorld *world, sqlite3 *db, const char *sql, const char *argument)
{
  sqlite3_stmt *statement = prepare_with (world, db, sql, argument);
  gint64 number = sqlite3_step (statement) == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : -1;
  sqlite3_finalize (statement);
  return number;
}

char *
sim_read_text (SimWorld *world, sqlite3 *db, const char *sql, const char *argument)
{
  sqlite3_stmt *statement = prepare_with (world, db, sql, argument);
  char *text = NULL;
  if (sqlite3_step (statement) == SQLITE_ROW)
    text = g_strdup ((const char *)sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return text;
}

char *
sim_read_lines (SimWorld *world, sqlite3 *db, const char *sql, const char *argument)
{
  sqlite3_stmt *statement = prepare_with (world, db, sql, argument);
  GString *text = g_string_new (NULL);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    const char *line = (const char *)sqlite3_column_text (statement, 0);
    g_string_append_printf (text, "%s\n", line != NULL ? line : "");
  }
  sqlite3_finalize (statement);
  return g_string_free (text, FALSE);
}

GPtrArray *
sim_device_list_filled (SimDevice *device)
{
  SatchelRegistry *registry = satchel_session_get_registry (device->session);
  GPtrArray *filled = g_ptr_array_new ();
  GString *sql = g_string_new (NULL);
  guint n;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql,
                            "%sSELECT '%s' WHERE EXISTS (SELECT 1 FROM \"e_%s\") OR EXISTS (SELECT 1 FROM "
                            "\"base_%s\")",
                            i > 0 ? " UNION ALL " : "", entities[i]->name, entities[i]->name,
                            entities[i]->name);
  sqlite3_stmt *statement = sim_prepare (device->world, sim_device_handle (device), sql->str);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_ptr_array_add (
        filled, (gpointer)satchel_registry_find (registry, (const char *)sqlite3_column_text (statement, 0)));
  sqlite3_finalize (statement);
  g_string_free (sql, TRUE);
  return filled;
}
