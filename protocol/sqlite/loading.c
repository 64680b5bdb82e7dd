/* Changing how SQLite journals.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/loading.h"

#define PATIENCE_US (60 * G_USEC_PER_SEC) /* a first load of a million records, on a slow disk */

static gboolean
read_busy_timeout (SatchelDatabase *database, gint64 *ms, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, "PRAGMA busy_timeout", error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, ms, error);
}

/* Whoever else has the file open keeps it as it is: nobody is waited for. */
static int
set_journal (SatchelDatabase *database, const char *mode, gint64 timeout_ms)
{
  sqlite3 *handle = satchel_database_get_handle (database);
  g_autofree char *sql = g_strdup_printf ("PRAGMA main.journal_mode = %s", mode);
  int result;

  sqlite3_busy_timeout (handle, 0);
  result = sqlite3_exec (handle, sql, NULL, NULL, NULL);
  sqlite3_busy_timeout (handle, (int)timeout_ms);
  return result;
}

gboolean
satchel_loading_await (SatchelDatabase *database, GError **error)
{
  sqlite3 *handle = satchel_database_get_handle (database);
  const gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  /* SQLite does not wait where it changes how it journals; where it begins to write it does. */
  while ((sqlite3_exec (handle, "PRAGMA main.journal_mode = WAL", NULL, NULL, NULL) & 0xff) == SQLITE_BUSY &&
         g_get_monotonic_time () < end_us) {
    if (sqlite3_exec (handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
      (void)sqlite3_exec (handle, "ROLLBACK", NULL, NULL, NULL);
  }
  return satchel_database_execute (database, "PRAGMA main.journal_mode = WAL", error);
}

gboolean
satchel_loading_begin (SatchelDatabase *database, GError **error)
{
  gint64 timeout_ms;

  g_assert (!satchel_database_in_transaction (database));
  if (!read_busy_timeout (database, &timeout_ms, error))
    return FALSE;
  /* A failure leaves the log; what is wrong with the file will show where it is written. */
  (void)set_journal (database, "DELETE", timeout_ms);
  return TRUE;
}

void
satchel_loading_end (SatchelDatabase *database)
{
  gint64 timeout_ms;

  if (read_busy_timeout (database, &timeout_ms, NULL))
    (void)set_journal (database, "WAL", timeout_ms);
}
