/* A connection of its own, because SQLite counts for each connection what the others commit. It knows neither
 * the tables nor our functions: reading the schema is most of what a connection costs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/pulse.h"

#include <sqlite3.h>

#include "sync-server/store/store.h"

struct _SatchelPulse {
  sqlite3 *handle;
  sqlite3_stmt *statement;
};

/* Without a busy time-out: who cannot be told at once is not told. */
SatchelPulse *
satchel_pulse_new (const char *dir)
{
  SatchelPulse *pulse = g_new0 (SatchelPulse, 1);
  g_autofree char *file = satchel_store_file (dir);

  if (sqlite3_open_v2 (file, &pulse->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
      sqlite3_prepare_v3 (pulse->handle, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT,
                          &pulse->statement, NULL) == SQLITE_OK &&
      satchel_pulse_read (pulse) >= 0)
    return pulse;
  satchel_pulse_free (pulse);
  return NULL;
}

void
satchel_pulse_free (SatchelPulse *pulse)
{
  if (pulse == NULL)
    return;
  sqlite3_finalize (pulse->statement);
  sqlite3_close (pulse->handle);
  g_free (pulse);
}

gint64
satchel_pulse_read (SatchelPulse *pulse)
{
  const gint64 version =
      sqlite3_step (pulse->statement) == SQLITE_ROW ? sqlite3_column_int64 (pulse->statement, 0) : -1;

  sqlite3_reset (pulse->statement);
  return version;
}
