/* Connections and transactions over SQLite, with errors as GErrors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/database.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "protocol/error.h"
#include "protocol/sqlite/database-private.h"
#include "protocol/sqlite/functions.h"
#include "protocol/sqlite/loading.h"
#include "protocol/sqlite/opening.h"
#include "protocol/sqlite/tokenizer.h"

/* A long log makes durable commits cheap. */
#define CHECKPOINT_PAGES 4000

static SatchelErrorCode
code_for_result (int result)
{
  switch (result & 0xff) {
  case SQLITE_FULL:
  case SQLITE_IOERR:
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_NOMEM:
    return SATCHEL_ERROR_STORAGE;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return SATCHEL_ERROR_CORRUPT;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return SATCHEL_ERROR_BUSY;
  case SQLITE_TOOBIG:
    return SATCHEL_ERROR_TOO_LARGE;
  case SQLITE_INTERRUPT:
    return SATCHEL_ERROR_CANCELLED;
  default:
    return SATCHEL_ERROR_INVALID;
  }
}

gboolean
satchel_database_fail (SatchelDatabase *database, int result, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, code_for_result (result), "%s: %s", database->path,
               database->handle != NULL ? sqlite3_errmsg (database->handle) : sqlite3_errstr (result));
  return FALSE;
}

/* Takes the place of SQLite's own hook, which moves the log into the file now and then. A checkpoint that
 * cannot be made now is made after a later commit. */
static int
logged_cb (void *data, sqlite3 *handle, const char *schema, int n_pages)
{
  SatchelDatabase *database = data;

  if (n_pages >= CHECKPOINT_PAGES)
    sqlite3_wal_checkpoint_v2 (handle, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  if (database->committed != NULL)
    database->committed (database->committed_data);
  return SQLITE_OK;
}

void
satchel_database_set_committed (SatchelDatabase *database, void (*committed) (gpointer data), gpointer data)
{
  satchel_database_assert_owner (database);
  database->committed = committed;
  database->committed_data = data;
}

/* The size of pages and the room in them are settled before the file is made; one that is there has its own.
 */
static gboolean
configure_store (SatchelDatabase *database, GError **error)
{
  int reserved, result;

  if (database->store == NULL)
    return TRUE;
  reserved = database->store->reserved_bytes;
  result = sqlite3_file_control (database->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  if (result != SQLITE_OK)
    return satchel_database_fail (database, result, error);
  return satchel_database_execute (database, "PRAGMA page_size = 4096", error);
}

static gboolean
configure (SatchelDatabase *database, SatchelDatabaseMode mode, GError **error)
{
  int result;

  sqlite3_extended_result_codes (database->handle, 1);
  sqlite3_busy_timeout (database->handle, SATCHEL_DATABASE_PATIENCE_MS);
  /* Triggers that keep the search index must be trusted: SQLite 3.40 does not call FTS5 innocuous. */
  sqlite3_db_config (database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  result = satchel_sql_functions_register (database->handle);
  if (result != SQLITE_OK)
    return satchel_database_fail (database, result, error);
  if (!satchel_tokenizer_register (database->handle, error) || !configure_store (database, error) ||
      !satchel_database_execute (database,
                                 "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -32000;"
                                 "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;",
                                 error))
    return FALSE;
  if (mode == SATCHEL_DATABASE_READ_ONLY)
    return TRUE;

  sqlite3_wal_hook (database->handle, logged_cb, database);
  /* The limit gives the log's room back after a bulk load. */
  return satchel_loading_await (database, error) &&
         satchel_database_execute (database, "PRAGMA journal_size_limit = 67108864", error);
}

/* SQLite would create the file with the umask's mode; the log files inherit what is set here. Closing one
 * that is there would give up the locks of all connections that this process has to it. */
static gboolean
create_private (const char *path, GError **error)
{
  int descriptor = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const gboolean there = descriptor >= 0 || errno == EEXIST;

  if (descriptor >= 0)
    close (descriptor);
  else if (!there)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return there;
}

/* Counting what it allocates would be a lock that all threads share. In a process that used SQLite before, it
 * stays as it is. */
static void
configure_once (void)
{
  static gsize configured;

  if (!g_once_init_enter (&configured))
    return;
  (void)sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  g_once_init_leave (&configured, 1);
}

SatchelDatabase *
satchel_database_open_once (const char *path, SatchelDatabaseMode mode, const SatchelDatabaseStore *store,
                            GError **error)
{
  g_autoptr (SatchelDatabase) database = NULL;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI; /* of what is attached later */
  int result;

  g_return_val_if_fail (path != NULL, NULL);

  if (mode == SATCHEL_DATABASE_READ_WRITE) {
    if (*path != ':' && !create_private (path, error)) /* ":memory:" is no file */
      return NULL;
    flags |= SQLITE_OPEN_READWRITE;
  } else {
    flags |= SQLITE_OPEN_READONLY;
  }

  configure_once ();
  database = g_new0 (SatchelDatabase, 1);
  database->path = g_strdup (path);
  database->store = store;
  database->owner = g_thread_self ();
  satchel_statements_init (database);

  result = sqlite3_open_v2 (path, &database->handle, flags, store != NULL ? store->vfs : NULL);
  if (result != SQLITE_OK) {
    satchel_database_fail (database, result, error);
    return NULL;
  }
  if (!configure (database, mode, error))
    return NULL;

  return g_steal_pointer (&database);
}

void
satchel_database_close (SatchelDatabase *database)
{
  int result;

  if (database == NULL)
    return;
  satchel_database_assert_owner (database);

  satchel_statements_clear (database);
  result = sqlite3_close (database->handle);
  g_assert (result == SQLITE_OK); /* nothing but our statements can hold it open */
  g_free (database->path);
  g_free (database);
}

void
satchel_database_set_deadline (SatchelDatabase *database, gint64 ms)
{
  satchel_database_assert_owner (database);
  satchel_budget_set_deadline (&database->budget, database->handle, ms);
}

void
satchel_database_set_budget (SatchelDatabase *database, gint64 work)
{
  satchel_database_assert_owner (database);
  satchel_budget_set_work (&database->budget, database->handle, work);
}

gint64
satchel_database_get_work (SatchelDatabase *database)
{
  return satchel_budget_get_work (&database->budget);
}

void
satchel_database_hand_over (SatchelDatabase *database)
{
  satchel_database_assert_owner (database);
  database->owner = NULL;
}

sqlite3 *
satchel_database_get_handle (SatchelDatabase *database)
{
  return database->handle;
}

const char *
satchel_database_get_path (SatchelDatabase *database)
{
  return database->path;
}

gboolean
satchel_database_execute (SatchelDatabase *database, const char *sql, GError **error)
{
  int result;

  satchel_database_assert_owner (database);
  database->budget.writing = TRUE;
  result = sqlite3_exec (database->handle, sql, NULL, NULL, NULL);
  return result == SQLITE_OK || satchel_database_fail (database, result, error);
}

/* ---- transactions ---- */

static gboolean
run_text (SatchelDatabase *database, const char *sql, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  return statement != NULL && satchel_statement_run (statement, error);
}

static gboolean
begin (SatchelDatabase *database, const char *sql, GError **error)
{
  g_assert (!database->transaction);
  if (!run_text (database, sql, error))
    return FALSE;
  database->transaction = TRUE;
  return TRUE;
}

gboolean
satchel_database_begin (SatchelDatabase *database, GError **error)
{
  return begin (database, "BEGIN IMMEDIATE", error);
}

gboolean
satchel_database_begin_read (SatchelDatabase *database, GError **error)
{
  return begin (database, "BEGIN", error);
}

gboolean
satchel_database_commit (SatchelDatabase *database, GError **error)
{
  g_assert (database->transaction);
  if (!run_text (database, "COMMIT", error)) {
    satchel_database_rollback (database);
    return FALSE;
  }
  database->transaction = FALSE;
  return TRUE;
}

void
satchel_database_rollback (SatchelDatabase *database)
{
  satchel_database_assert_owner (database);
  database->transaction = FALSE;
  if (!sqlite3_get_autocommit (database->handle)) {
    int result = sqlite3_exec (database->handle, "ROLLBACK", NULL, NULL, NULL);

    g_assert (sqlite3_get_autocommit (database->handle) || result == SQLITE_OK);
  }
}

/* One name serves all levels: SQLite finds the innermost. */
gboolean
satchel_database_savepoint (SatchelDatabase *database, GError **error)
{
  g_assert (database->transaction);
  return run_text (database, "SAVEPOINT satchel", error);
}

gboolean
satchel_database_release (SatchelDatabase *database, GError **error)
{
  return run_text (database, "RELEASE satchel", error);
}

void
satchel_database_rollback_to (SatchelDatabase *database)
{
  satchel_database_assert_owner (database);
  /* Without a transaction SQLite has already undone everything after an I/O error, and the next step says so.
   */
  if (!sqlite3_get_autocommit (database->handle))
    sqlite3_exec (database->handle, "ROLLBACK TO satchel; RELEASE satchel", NULL, NULL, NULL);
}

gboolean
satchel_database_in_transaction (SatchelDatabase *database)
{
  return database->transaction;
}

void
satchel_database_rest (SatchelDatabase *database)
{
  satchel_database_assert_owner (database);
  sqlite3_db_release_memory (database->handle);
}
