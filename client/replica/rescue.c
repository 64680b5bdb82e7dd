/* A second file takes over row by row, then its pages replace those of the first in one transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/rescue.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <glib/gstdio.h>

#include "client/replica/overlay.h"
#include "client/replica/written.h"
#include "protocol/error.h"

#define MOST_ATTEMPTS 5

/* Tables of what the server does not know or has not confirmed yet. */
static const struct {
  const char *name, *key;
} tables[] = {
  { "meta", "key" },
  { "set_queue", "seq" },
  { "set_retained", "seq" },
  { "lay", "id" },
  { "released", "uuid" },
  { "outgoing", "hash" },
  { "draft", "record" },
  /* Of other rooms, which make them when they need them. */
  { "mail_stopped", "seq" },
  { "mail_sending", "rowid" },
};

static gboolean
fail (sqlite3 *handle, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, _ ("cannot make the replica anew: %s"),
               sqlite3_errmsg (handle));
  return FALSE;
}

static sqlite3_stmt *
prepare_insert (sqlite3 *handle, const char *table, int n_columns)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  sqlite3_stmt *insert;

  g_string_append_printf (sql, "INSERT OR REPLACE INTO %s VALUES (?", table);
  for (int i = 1; i < n_columns; i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  return sqlite3_prepare_v2 (handle, sql->str, -1, &insert, NULL) == SQLITE_OK ? insert : NULL;
}

/* All rows that @select reaches, up to the damage. Values are taken as they are, whatever the columns are. */
static gboolean
copy_rows (sqlite3_stmt *select, sqlite3 *to, const char *table, gboolean *damaged, GError **error)
{
  const int n_columns = sqlite3_column_count (select);
  sqlite3_stmt *insert = prepare_insert (to, table, n_columns);
  gboolean copied = insert != NULL;
  int result = SQLITE_ROW;

  while (copied && (result = sqlite3_step (select)) == SQLITE_ROW) {
    for (int i = 0; i < n_columns && copied; i++)
      copied = sqlite3_bind_value (insert, i + 1, sqlite3_column_value (select, i)) == SQLITE_OK;
    copied = copied && sqlite3_step (insert) == SQLITE_DONE;
    sqlite3_reset (insert);
  }
  *damaged = result != SQLITE_DONE;
  if (!copied)
    fail (to, error);
  else if (result == SQLITE_BUSY) /* no damage, and no reason to give anything up */
    copied = fail (sqlite3_db_handle (select), error);
  sqlite3_finalize (insert);
  return copied;
}

/* From one end and, where it is damaged, from the other. Each statement is a transaction of its own: after
 * the first failure SQLite reads nothing more in the same one. */
static gboolean
copy_table (sqlite3 *from, sqlite3 *to, const char *table, const char *key, gboolean *lost, GError **error)
{
  static const char *const orders[] = { "ASC", "DESC" };
  gboolean damaged = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (orders) && damaged; i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT * FROM %s ORDER BY %s %s", table, key, orders[i]);
    sqlite3_stmt *select = NULL;
    gboolean copied = TRUE;

    if (sqlite3_prepare_v2 (from, sql, -1, &select, NULL) == SQLITE_OK)
      copied = copy_rows (select, to, table, &damaged, error);
    sqlite3_finalize (select);
    if (!copied)
      return FALSE;
    *lost |= damaged;
  }
  return TRUE;
}

static gboolean
has_table (sqlite3 *handle, const char *table)
{
  return sqlite3_table_column_metadata (handle, NULL, table, NULL, NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

/* A table that only the damaged file has is made as it was made there. */
static gboolean
make_table (sqlite3 *from, sqlite3 *to, const char *table)
{
  sqlite3_stmt *select = NULL;
  gboolean made = FALSE;

  if (sqlite3_prepare_v2 (from, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", -1,
                          &select, NULL) == SQLITE_OK &&
      sqlite3_bind_text (select, 1, table, -1, SQLITE_STATIC) == SQLITE_OK &&
      sqlite3_step (select) == SQLITE_ROW)
    made = sqlite3_exec (to, (const char *)sqlite3_column_text (select, 0), NULL, NULL, NULL) == SQLITE_OK;
  sqlite3_finalize (select);
  return made;
}

static gboolean
copy_tables (sqlite3 *from, SatchelReplica *to, gboolean *lost, GError **error)
{
  sqlite3 *handle = satchel_database_get_handle (satchel_replica_get_database (to));

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    if (!has_table (handle, tables[i].name)) {
      if (!has_table (from, tables[i].name))
        continue;
      if (!make_table (from, handle, tables[i].name)) {
        *lost = TRUE;
        continue;
      }
    }
    if (!copy_table (from, handle, tables[i].name, tables[i].key, lost, error))
      return FALSE;
  }
  return TRUE;
}

/* Sets lie on records whose server rows are not here: what they create is shown, the rest once a pull has
 * brought them. */
static gboolean
lay_again (SatchelReplica *replica, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  SatchelRegistry *registry = satchel_replica_get_registry (replica);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_free); /* entity, id, entity, id… */
  SatchelStatement *statement;
  gboolean row = TRUE;

  if (!satchel_database_execute (
          database, "DELETE FROM lay WHERE NOT EXISTS (SELECT 1 FROM set_queue q WHERE q.seq = lay.id >> 24)",
          error))
    return FALSE;
  statement = satchel_database_prepare (database, "SELECT DISTINCT entity, record FROM lay", error);
  if (statement == NULL)
    return FALSE;
  while (row) {
    if (!satchel_statement_step (statement, &row, error))
      return FALSE;
    for (int column = 0; row && column < 2; column++)
      g_ptr_array_add (records, g_strdup (satchel_statement_get_text (statement, column)));
  }
  for (guint i = 0; i < records->len; i += 2) {
    const SatchelEntity *entity = satchel_registry_find (registry, records->pdata[i]);

    if (entity != NULL && (!satchel_overlay_keep_base (replica, entity, records->pdata[i + 1], error) ||
                           !satchel_overlay_relay (replica, entity, records->pdata[i + 1], error)))
      return FALSE;
  }
  return TRUE;
}

/* What could be read of @damaged; what waits is shown, as before a first pull. */
static gboolean
take_over (SatchelReplica *sound, sqlite3 *damaged, gboolean *lost, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (sound);

  *lost = FALSE;
  if (!satchel_database_begin (database, error))
    return FALSE;
  /* Without a cursor the next pull brings everything. */
  if (copy_tables (damaged, sound, lost, error) && lay_again (sound, error) &&
      satchel_replica_set_meta (sound, "cursor", NULL, error) &&
      satchel_replica_set_meta (sound, "s", NULL, error))
    return satchel_database_commit (database, error);
  satchel_database_rollback (database);
  return FALSE;
}

/* One transaction of SQLite's own: all pages are the new ones, or none. */
static gboolean
replace_pages (SatchelReplica *replica, SatchelReplica *sound, GError **error)
{
  sqlite3 *handle = satchel_database_get_handle (satchel_replica_get_database (replica));
  sqlite3_backup *backup;
  int result;

  satchel_vault_set_mode (satchel_replica_get_vault (replica), SATCHEL_VAULT_REPLACING);
  backup = sqlite3_backup_init (handle, "main",
                                satchel_database_get_handle (satchel_replica_get_database (sound)), "main");
  result = backup != NULL ? sqlite3_backup_step (backup, -1) : sqlite3_errcode (handle);
  sqlite3_backup_finish (backup);
  satchel_vault_set_mode (satchel_replica_get_vault (replica), SATCHEL_VAULT_STRICT);
  if (result == SQLITE_DONE)
    return satchel_replica_set_meta (
        replica, "tables", satchel_registry_get_digest (satchel_replica_get_registry (replica)), error);
  g_set_error (error, SATCHEL_ERROR,
               result == SQLITE_BUSY || result == SQLITE_LOCKED ? SATCHEL_ERROR_BUSY : SATCHEL_ERROR_STORAGE,
               "%s: %s", satchel_database_get_path (satchel_replica_get_database (replica)),
               sqlite3_errstr (result));
  return FALSE;
}

static void
remove_file (const char *path)
{
  g_autofree char *bell = g_strconcat (path, SATCHEL_WRITTEN_SUFFIX, NULL);

  satchel_database_remove_files (path);
  g_unlink (bell);
}

static gboolean
rescue (SatchelReplica *replica, const char *path, gboolean *done, gboolean *lost, GError **error)
{
  g_autoptr (SatchelReplica) sound = NULL;
  gint64 before, after;

  if (!satchel_replica_get_version (replica, &before, error))
    return FALSE;
  sound = satchel_replica_open_in (path, satchel_replica_get_vault (replica),
                                   satchel_replica_get_registry (replica), error);
  if (sound == NULL ||
      !take_over (sound, satchel_database_get_handle (satchel_replica_get_database (replica)), lost, error) ||
      !satchel_replica_get_version (replica, &after, error))
    return FALSE;
  *done = before == after;
  return !*done || replace_pages (replica, sound, error);
}

gboolean
satchel_replica_rescue (SatchelReplica *replica, gboolean *lost, GError **error)
{
  g_autofree char *path =
      g_strconcat (satchel_database_get_path (satchel_replica_get_database (replica)), ".rescue", NULL);
  gboolean done = FALSE, rescued = TRUE;

  *lost = FALSE;
  /* Again when another program has written meanwhile. */
  for (guint i = 0; i < MOST_ATTEMPTS && rescued && !done; i++) {
    remove_file (path);
    rescued = rescue (replica, path, &done, lost, error);
  }
  remove_file (path);
  if (rescued && !done)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY,
                         _ ("other programs keep writing into this profile"));
  return rescued && done;
}

/* ---- a file that cannot be opened ---- */

/* NULL: not even so. With "writable_schema" SQLite takes a file for as long as it is, and reads of the
 * tables' descriptions what it can: the statement that meets the damage fails, the next ones use what is
 * known. */
static sqlite3 *
open_damaged (const char *path, SatchelVault *vault)
{
  const SatchelDatabaseStore *store = satchel_vault_get_store (vault);
  sqlite3 *damaged = NULL;

  if (sqlite3_open_v2 (path, &damaged, SQLITE_OPEN_READWRITE, store != NULL ? store->vfs : NULL) ==
          SQLITE_OK &&
      sqlite3_exec (damaged, "PRAGMA writable_schema = ON", NULL, NULL, NULL) == SQLITE_OK) {
    (void)sqlite3_exec (damaged, "SELECT count(*) FROM meta", NULL, NULL, NULL);
    return damaged;
  }
  sqlite3_close (damaged);
  return NULL;
}

/* The damaged file is kept: somebody may know more than this program. */
static gboolean
exchange_files (const char *path, const char *sound, GError **error)
{
  static const char *const endings[] = { "", "-wal" };
  g_autofree char *kept = g_strconcat (path, ".damaged", NULL), *shared = g_strconcat (path, "-shm", NULL);

  satchel_database_remove_files (kept);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *from = g_strconcat (path, endings[i], NULL), *to = g_strconcat (kept, endings[i], NULL);

    if (g_rename (from, to) != 0 && errno != ENOENT) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", to, g_strerror (errno));
      return FALSE;
    }
  }
  g_unlink (shared);
  if (g_rename (sound, path) == 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

static gboolean
salvage (const char *path, const char *fresh, SatchelVault *vault, SatchelRegistry *registry, gboolean *lost,
         GError **error)
{
  g_autoptr (SatchelReplica) sound = satchel_replica_open_in (fresh, vault, registry, error);
  sqlite3 *damaged;
  gboolean taken;

  if (sound == NULL)
    return FALSE;
  damaged = open_damaged (path, vault);
  *lost = damaged == NULL;
  taken = damaged == NULL || take_over (sound, damaged, lost, error);
  sqlite3_close (damaged);
  return taken && satchel_database_fold_log (satchel_replica_get_database (sound), error);
}

gboolean
satchel_replica_salvage (const char *path, SatchelVault *vault, SatchelRegistry *registry, gboolean *lost,
                         GError **error)
{
  g_autofree char *fresh = g_strconcat (path, ".rescue", NULL);
  gboolean done;

  remove_file (fresh);
  done = salvage (path, fresh, vault, registry, lost, error) && exchange_files (path, fresh, error);
  remove_file (fresh);
  return done;
}
