/* Connections, transactions and kept statements over SQLite, with errors as GErrors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/database.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "protocol/error.h"
#include "protocol/sqlite/budget.h"
#include "protocol/sqlite/functions.h"
#include "protocol/sqlite/loading.h"
#include "protocol/sqlite/opening.h"
#include "protocol/sqlite/tokenizer.h"

/* A long log makes durable commits cheap. */
#define CHECKPOINT_PAGES 4000

/* Statements kept; predicates make ever new texts, so that the ones unused for longest must go. */
#define MAX_STATEMENTS 400

struct _SatchelStatement {
  SatchelDatabase *database;
  sqlite3_stmt *handle;
  char *sql;
  GList *link;        /* in the database's "recent" */
  gboolean under_way; /* has returned a row and was not reset since */
  gboolean writes;
};

struct _SatchelDatabase {
  sqlite3 *handle;
  char *path;
  const SatchelDatabaseStore *store; /* NULL: an ordinary file */
  GThread *owner;                    /* NULL between hand_over() and the next call */
  GHashTable *statements;            /* text → SatchelStatement, owned */
  GHashTable *texts;                 /* TextKey → text, both owned */
  GQueue recent;                     /* SatchelStatement, the last prepared first */
  gboolean transaction;              /* begun by us; SQLite may have undone it by itself after an I/O error */
  SatchelBudget budget;
  void (*committed) (gpointer data);
  gpointer committed_data;
};

typedef struct {
  gconstpointer owner;
  const char *purpose;
} TextKey;

static void
assert_owner (SatchelDatabase *database)
{
  if (database->owner == NULL)
    database->owner = g_thread_self ();
  g_assert (database->owner == g_thread_self ());
}

static void
statement_free (gpointer data)
{
  SatchelStatement *statement = data;

  g_queue_delete_link (&statement->database->recent, statement->link);
  sqlite3_finalize (statement->handle);
  g_free (statement->sql);
  g_free (statement);
}

/* Of some 64 bytes all over the text: hashing thousands of characters costs more than comparing them does. */
static guint
sql_hash (gconstpointer key)
{
  const char *sql = key;
  gsize length = strlen (sql);
  guint hash = length;

  for (gsize i = 0; i < length; i += 1 + length / 64)
    hash = hash * 33 + (guchar)sql[i];
  return hash;
}

static guint
text_key_hash (gconstpointer key)
{
  const TextKey *text = key;

  return g_direct_hash (text->owner) * 31 + g_direct_hash (text->purpose);
}

static gboolean
text_key_equal (gconstpointer a, gconstpointer b)
{
  const TextKey *one = a, *other = b;

  return one->owner == other->owner && one->purpose == other->purpose;
}

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

/* Always returns FALSE, so that callers can return it. */
static gboolean
fail (SatchelDatabase *database, int result, GError **error)
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
  assert_owner (database);
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
    return fail (database, result, error);
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
    return fail (database, result, error);
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
  g_queue_init (&database->recent);
  database->texts = g_hash_table_new_full (text_key_hash, text_key_equal, g_free, g_free);
  database->statements = g_hash_table_new_full (sql_hash, g_str_equal, NULL, statement_free);

  result = sqlite3_open_v2 (path, &database->handle, flags, store != NULL ? store->vfs : NULL);
  if (result != SQLITE_OK) {
    fail (database, result, error);
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
  assert_owner (database);

  g_clear_pointer (&database->statements, g_hash_table_unref);
  g_hash_table_unref (database->texts);
  result = sqlite3_close (database->handle);
  g_assert (result == SQLITE_OK); /* nothing but our statements can hold it open */
  g_free (database->path);
  g_free (database);
}

void
satchel_database_set_deadline (SatchelDatabase *database, gint64 ms)
{
  assert_owner (database);
  satchel_budget_set_deadline (&database->budget, database->handle, ms);
}

void
satchel_database_set_budget (SatchelDatabase *database, gint64 work)
{
  assert_owner (database);
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
  assert_owner (database);
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

  assert_owner (database);
  database->budget.writing = TRUE;
  result = sqlite3_exec (database->handle, sql, NULL, NULL, NULL);
  return result == SQLITE_OK || fail (database, result, error);
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
  assert_owner (database);
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
  assert_owner (database);
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

/* ---- statements ---- */

static void
forget_oldest (SatchelDatabase *database)
{
  for (GList *link = database->recent.tail; link != NULL; link = link->prev) {
    SatchelStatement *statement = link->data;

    if (!statement->under_way) {
      g_hash_table_remove (database->statements, statement->sql);
      return;
    }
  }
}

SatchelStatement *
satchel_database_prepare (SatchelDatabase *database, const char *sql, GError **error)
{
  SatchelStatement *statement;
  sqlite3_stmt *handle;
  int result;

  assert_owner (database);
  statement = g_hash_table_lookup (database->statements, sql);
  if (statement != NULL) {
    g_assert (!statement->under_way);
    sqlite3_reset (statement->handle);
    sqlite3_clear_bindings (statement->handle);
    g_queue_unlink (&database->recent, statement->link);
    g_queue_push_head_link (&database->recent, statement->link);
    return statement;
  }

  result = sqlite3_prepare_v3 (database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
  if (result != SQLITE_OK) {
    fail (database, result, error);
    return NULL;
  }
  if (g_hash_table_size (database->statements) >= MAX_STATEMENTS)
    forget_oldest (database);

  statement = g_new0 (SatchelStatement, 1);
  statement->database = database;
  statement->handle = handle;
  statement->writes = !sqlite3_stmt_readonly (handle);
  statement->sql = g_strdup (sql);
  g_queue_push_head (&database->recent, statement);
  statement->link = database->recent.head;
  g_hash_table_insert (database->statements, statement->sql, statement);
  return statement;
}

const char *
satchel_database_find_text (SatchelDatabase *database, gconstpointer owner, const char *purpose)
{
  TextKey key = { owner, purpose };

  return g_hash_table_lookup (database->texts, &key);
}

const char *
satchel_database_keep_text (SatchelDatabase *database, gconstpointer owner, const char *purpose, char *text)
{
  TextKey *key = g_new (TextKey, 1);

  key->owner = owner;
  key->purpose = purpose;
  g_hash_table_replace (database->texts, key, text);
  return text;
}

/* Binding fails only for a parameter that the text lacks, or without memory. */
static void
check_bound (int result)
{
  g_assert (result == SQLITE_OK);
}

void
satchel_statement_bind_integer (SatchelStatement *statement, int parameter, gint64 value)
{
  check_bound (sqlite3_bind_int64 (statement->handle, parameter, value));
}

void
satchel_statement_bind_text (SatchelStatement *statement, int parameter, const char *text)
{
  check_bound (sqlite3_bind_text (statement->handle, parameter, text, -1, SQLITE_TRANSIENT));
}

void
satchel_statement_bind_static (SatchelStatement *statement, int parameter, const char *text, gsize length)
{
  check_bound (sqlite3_bind_text64 (statement->handle, parameter, text, length, SQLITE_STATIC, SQLITE_UTF8));
}

void
satchel_statement_bind_blob (SatchelStatement *statement, int parameter, const void *bytes, gsize size)
{
  check_bound (sqlite3_bind_blob64 (statement->handle, parameter, bytes, size, SQLITE_TRANSIENT));
}

void
satchel_statement_bind_value (SatchelStatement *statement, int parameter, const SatchelField *field,
                              const SatchelValue *value)
{
  int result;

  if (value == NULL)
    result = sqlite3_bind_null (statement->handle, parameter);
  else if (satchel_type_is_stored_integer (field->type))
    result =
        sqlite3_bind_int64 (statement->handle, parameter, satchel_value_to_stored_integer (field, value));
  else
    result = sqlite3_bind_text (statement->handle, parameter, satchel_value_to_stored_text (field, value), -1,
                                g_free);
  check_bound (result);
}

gboolean
satchel_statement_step (SatchelStatement *statement, gboolean *row, GError **error)
{
  SatchelDatabase *database = statement->database;
  int result;

  assert_owner (database);
  if (database->transaction && sqlite3_get_autocommit (database->handle)) {
    satchel_statement_reset (statement);
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: the transaction was undone after an error",
                 database->path);
    return FALSE;
  }

  database->budget.writing = statement->writes;
  result = sqlite3_step (statement->handle);
  if (result == SQLITE_ROW) {
    statement->under_way = TRUE;
    *row = TRUE;
    return TRUE;
  }

  *row = FALSE;
  if (result != SQLITE_DONE)
    fail (database, result, error);
  satchel_statement_reset (statement);
  return result == SQLITE_DONE;
}

gboolean
satchel_statement_run (SatchelStatement *statement, GError **error)
{
  gboolean row;

  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  g_assert (!row);
  return TRUE;
}

void
satchel_statement_reset (SatchelStatement *statement)
{
  sqlite3_reset (statement->handle);
  statement->under_way = FALSE;
}

int
satchel_statement_get_n_columns (SatchelStatement *statement)
{
  return sqlite3_column_count (statement->handle);
}

gint64
satchel_statement_get_integer (SatchelStatement *statement, int column)
{
  return sqlite3_column_int64 (statement->handle, column);
}

const char *
satchel_statement_get_text (SatchelStatement *statement, int column)
{
  return (const char *)sqlite3_column_text (statement->handle, column);
}

gconstpointer
satchel_statement_get_blob (SatchelStatement *statement, int column, gsize *size)
{
  gconstpointer bytes = sqlite3_column_blob (statement->handle, column);

  *size = (gsize)sqlite3_column_bytes (statement->handle, column);
  return bytes;
}

gboolean
satchel_statement_is_null (SatchelStatement *statement, int column)
{
  return sqlite3_column_type (statement->handle, column) == SQLITE_NULL;
}

gboolean
satchel_statement_get_value (SatchelStatement *statement, int column, const SatchelField *field,
                             SatchelValue **value, GError **error)
{
  *value = NULL;
  if (satchel_statement_is_null (statement, column))
    return TRUE;
  if (satchel_type_is_stored_integer (field->type)) {
    *value = satchel_value_from_stored_integer (field, satchel_statement_get_integer (statement, column));
    return TRUE;
  }
  return satchel_value_from_stored_text (field, satchel_statement_get_text (statement, column), value, error);
}

gboolean
satchel_statement_take_integer (SatchelStatement *statement, gint64 fallback, gint64 *value, GError **error)
{
  gboolean row;

  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  *value = fallback;
  if (row && !satchel_statement_is_null (statement, 0))
    *value = satchel_statement_get_integer (statement, 0);
  /* One that writes must come to its end: when its triggers have written to a virtual table, a reset half-way
   * would undo the whole transaction. */
  while (row && statement->writes) {
    if (!satchel_statement_step (statement, &row, error))
      return FALSE;
  }
  satchel_statement_reset (statement);
  return TRUE;
}

gint64
satchel_database_get_changes (SatchelDatabase *database)
{
  return sqlite3_changes64 (database->handle);
}

gint64
satchel_database_get_last_rowid (SatchelDatabase *database)
{
  return sqlite3_last_insert_rowid (database->handle);
}

/* ---- copies ---- */

static gboolean
copy_pages (SatchelDatabase *database, SatchelDatabase *copy, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (copy->handle, "main", database->handle, "main");
  int result;

  if (backup == NULL)
    return fail (copy, sqlite3_errcode (copy->handle), error);
  do {
    result = sqlite3_backup_step (backup, -1);
    if (result == SQLITE_BUSY || result == SQLITE_LOCKED)
      sqlite3_sleep (10);
  } while (result == SQLITE_BUSY || result == SQLITE_LOCKED);
  sqlite3_backup_finish (backup);
  return result == SQLITE_DONE || fail (copy, result, error);
}

static gboolean
sync_path (const char *path, GError **error)
{
  int descriptor = open (path, O_RDONLY | O_CLOEXEC);
  gboolean synced = descriptor >= 0 && fsync (descriptor) == 0;

  if (!synced)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  if (descriptor >= 0)
    close (descriptor);
  return synced;
}

void
satchel_database_rest (SatchelDatabase *database)
{
  assert_owner (database);
  sqlite3_db_release_memory (database->handle);
}

gboolean
satchel_database_empty_log (SatchelDatabase *database, gboolean *emptied, GError **error)
{
  int result;

  assert_owner (database);
  g_assert (!database->transaction);
  sqlite3_busy_timeout (database->handle, 0); /* nobody waits for tidiness */
  result = sqlite3_wal_checkpoint_v2 (database->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  sqlite3_busy_timeout (database->handle, SATCHEL_DATABASE_PATIENCE_MS);
  *emptied = result == SQLITE_OK;
  return result == SQLITE_OK || (result & 0xff) == SQLITE_BUSY || fail (database, result, error);
}

gboolean
satchel_database_fold_log (SatchelDatabase *database, GError **error)
{
  gboolean emptied;

  if (!satchel_database_empty_log (database, &emptied, error))
    return FALSE;
  if (!emptied)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "%s is in use", database->path);
  return emptied;
}

void
satchel_database_remove_files (const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);

    g_unlink (name);
  }
}

gboolean
satchel_database_backup (SatchelDatabase *database, const char *path, GError **error)
{
  g_autofree char *partial = g_strconcat (path, ".partial", NULL);
  g_autofree char *directory = g_path_get_dirname (path);
  SatchelDatabase *copy;
  gboolean copied;

  assert_owner (database);
  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "%s exists already", path);
    return FALSE;
  }
  satchel_database_remove_files (partial); /* of an attempt that was cut */

  copy = satchel_database_open_in (partial, SATCHEL_DATABASE_READ_WRITE, database->store, error);
  if (copy == NULL) {
    satchel_database_remove_files (partial); /* a full disk lets a file be made, but not be written */
    return FALSE;
  }
  /* Closing would fold the log in, too, but cannot tell that it did not. */
  copied = copy_pages (database, copy, error) && satchel_database_fold_log (copy, error);
  satchel_database_close (copy);
  if (!copied || !sync_path (partial, error)) {
    satchel_database_remove_files (partial);
    return FALSE;
  }
  if (g_rename (partial, path) < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
    satchel_database_remove_files (partial);
    return FALSE;
  }
  if (sync_path (directory, error))
    return TRUE;
  g_unlink (path);
  return FALSE;
}
