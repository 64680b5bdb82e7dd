/* SQLite that may not open the -shm file for writing opens it for reading, once for all connections that the
 * process has to the database. If that was but a moment's lack (of descriptors, of memory), a server would go
 * on for months and write nothing. The process's first connection finds out and lets go of the file, and the
 * next attempt opens it anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/opening.h"

#include <unistd.h>

#define MOST_ATTEMPTS 5
#define PAUSE_US      (20 * 1000) /* doubled each time */

/* Where it cannot be tried now, somebody writes. A file that is read-only itself can be read. */
static gboolean
is_stuck (SatchelDatabase *database, const char *path)
{
  g_autofree char *shared = g_strconcat (path, "-shm", NULL);
  sqlite3 *handle = satchel_database_get_handle (database);
  int result;

  if (access (shared, F_OK) != 0 || sqlite3_db_readonly (handle, "main") != 0)
    return FALSE;
  sqlite3_busy_timeout (handle, 0);
  result = sqlite3_exec (handle, "BEGIN IMMEDIATE; ROLLBACK", NULL, NULL, NULL);
  sqlite3_busy_timeout (handle, SATCHEL_DATABASE_PATIENCE_MS);
  return (result & 0xff) == SQLITE_READONLY;
}

SatchelDatabase *
satchel_database_open_in (const char *path, SatchelDatabaseMode mode, const SatchelDatabaseStore *store,
                          GError **error)
{
  SatchelDatabase *database = satchel_database_open_once (path, mode, store, error);

  for (guint attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
    if (database == NULL || mode == SATCHEL_DATABASE_READ_ONLY || !is_stuck (database, path))
      break;
    satchel_database_close (database);
    g_usleep ((gulong)PAUSE_US << (attempt - 1));
    database = satchel_database_open_once (path, mode, store, error);
  }
  return database;
}

SatchelDatabase *
satchel_database_open (const char *path, SatchelDatabaseMode mode, GError **error)
{
  return satchel_database_open_in (path, mode, NULL, error);
}
