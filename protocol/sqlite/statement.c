/* Statements that a connection keeps: prepared once, bound, stepped and read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/sqlite/database-private.h"

/* Statements kept; predicates make ever new texts, so that the ones unused for longest must go. */
#define MAX_STATEMENTS 400

/* ---- kept ---- */

typedef struct {
  gconstpointer owner;
  const char *purpose;
} TextKey;

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

void
satchel_statements_init (SatchelDatabase *database)
{
  g_queue_init (&database->recent);
  database->texts = g_hash_table_new_full (text_key_hash, text_key_equal, g_free, g_free);
  database->statements = g_hash_table_new_full (sql_hash, g_str_equal, NULL, statement_free);
}

void
satchel_statements_clear (SatchelDatabase *database)
{
  g_clear_pointer (&database->statements, g_hash_table_unref);
  g_clear_pointer (&database->texts, g_hash_table_unref);
}

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

  satchel_database_assert_owner (database);
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
    satchel_database_fail (database, result, error);
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

  satchel_database_assert_owner (database);
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
    satchel_database_fail (database, result, error);
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

/* One that writes must come to its end: when its triggers have written to a virtual table, a reset half-way
 * would undo the whole transaction. */
static gboolean
leave (SatchelStatement *statement, gboolean row, GError **error)
{
  while (row && statement->writes) {
    if (!satchel_statement_step (statement, &row, error))
      return FALSE;
  }
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_statement_take_integer (SatchelStatement *statement, gint64 fallback, gint64 *value, GError **error)
{
  gboolean row;

  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  *value = row && !satchel_statement_is_null (statement, 0) ? satchel_statement_get_integer (statement, 0)
                                                            : fallback;
  return leave (statement, row, error);
}

gboolean
satchel_statement_take_text (SatchelStatement *statement, char **text, GError **error)
{
  gboolean row;

  *text = NULL;
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *text = g_strdup (satchel_statement_get_text (statement, 0));
  if (leave (statement, row, error))
    return TRUE;
  g_clear_pointer (text, g_free);
  return FALSE;
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
