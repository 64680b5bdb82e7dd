/* Changing how SQLite journals.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/loading.h"

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
