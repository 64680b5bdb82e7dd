/* The replica file: opening, small facts, single records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/replica.h"

#include <glib/gi18n.h>

#include "client/blobs/uses.h"
#include "client/queue/queue.h"
#include "client/replica/base.h"
#include "client/replica/drafts.h"
#include "client/replica/followed.h"
#include "client/replica/parties.h"
#include "client/replica/stubs.h"
#include "client/replica/written.h"
#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/sqlite/migrate.h"

#define APPLICATION_ID 0x53617452 /* "SatR" */

struct _SatchelReplica {
  SatchelDatabase *database;
  SatchelVault *vault; /* NULL: an ordinary file */
  SatchelBlobStore *blobs;
  SatchelDownload *download; /* NULL: not opened */
  SatchelFollowed *followed;
  GHashTable *meta;    /* key → value, as of meta_version */
  gint64 meta_version; /* SQLite's data_version: changes when another connection has committed */
  gboolean meta_stale; /* we wrote, or undid, ourselves */
  SatchelRecord *lent; /* by the source's find */
};

static const char replica_schema[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE history (entity TEXT NOT NULL, record TEXT NOT NULL, text TEXT NOT NULL,"
    "  PRIMARY KEY (record, entity)) STRICT, WITHOUT ROWID;";

/* ---- opening ---- */

static gboolean
make_tables (SatchelReplica *replica, SatchelRegistry *registry, GError **error)
{
  if (!satchel_database_begin (replica->database, error))
    return FALSE;
  if (satchel_followed_make_tables (replica->database, registry, error) &&
      satchel_replica_set_meta (replica, "tables", satchel_registry_get_digest (registry), error))
    return satchel_database_commit (replica->database, error);
  satchel_database_rollback (replica->database);
  return FALSE;
}

/* The tables follow the definitions, which another version of this program may have read otherwise. */
static gboolean
follow (SatchelReplica *replica, GError **error)
{
  SatchelRegistry *registry = satchel_followed_get (replica->followed);
  const char *digest = satchel_registry_get_digest (registry);

  if (g_strcmp0 (satchel_replica_peek_meta (replica, "tables"), digest) != 0 &&
      !make_tables (replica, registry, error))
    return FALSE;
  return satchel_replica_judge_definitions (replica, error);
}

static void
rolled_back_cb (gpointer data)
{
  ((SatchelReplica *)data)->meta_stale = TRUE;
}

SatchelReplica *
satchel_replica_open (const char *path, SatchelRegistry *registry, GError **error)
{
  return satchel_replica_open_in (path, NULL, registry, error);
}

SatchelVault *
satchel_replica_get_vault (SatchelReplica *replica)
{
  return replica->vault;
}

SatchelDownload *
satchel_replica_get_download (SatchelReplica *replica, GError **error)
{
  if (replica->download == NULL)
    replica->download =
        satchel_download_open (satchel_database_get_path (replica->database), replica->vault, error);
  return replica->download;
}

void
satchel_replica_drop_download (SatchelReplica *replica)
{
  g_clear_pointer (&replica->download, satchel_download_close);
  satchel_download_remove (satchel_database_get_path (replica->database));
}

SatchelReplica *
satchel_replica_open_in (const char *path, SatchelVault *vault, SatchelRegistry *registry, GError **error)
{
  g_autofree char *first_step = g_strconcat (replica_schema, satchel_queue_schema, NULL);
  const char *const steps[] = { first_step,
                                satchel_stubs_schema,
                                satchel_followed_schema,
                                satchel_blob_uses_schema,
                                satchel_drafts_schema,
                                satchel_parties_schema,
                                NULL };
  g_autoptr (SatchelReplica) replica = g_new0 (SatchelReplica, 1);
  g_autofree char *directory = g_path_get_dirname (path);

  replica->meta = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  replica->meta_stale = TRUE;
  replica->vault = vault;
  replica->blobs = satchel_blob_store_new (directory, vault);
  replica->database =
      satchel_database_open_in (path, SATCHEL_DATABASE_READ_WRITE, satchel_vault_get_store (vault), error);
  if (replica->database == NULL ||
      /* What the server takes back leaves nothing in freed room either. */
      !satchel_database_execute (replica->database, "PRAGMA secure_delete = ON", error) ||
      !satchel_migrate (replica->database, APPLICATION_ID, steps, error) ||
      !satchel_written_ring (replica->database, error))
    return NULL;
  sqlite3_rollback_hook (satchel_database_get_handle (replica->database), rolled_back_cb, replica);

  replica->followed = satchel_followed_new (registry, replica->database);
  if (!follow (replica, error))
    return NULL;
  if (satchel_replica_peek_meta (replica, "cursor") != NULL)
    satchel_replica_drop_download (replica); /* a crash may have left them */
  return g_steal_pointer (&replica);
}

void
satchel_replica_close (SatchelReplica *replica)
{
  if (replica == NULL)
    return;
  if (replica->database != NULL)
    sqlite3_rollback_hook (satchel_database_get_handle (replica->database), NULL, NULL);
  satchel_record_free (replica->lent);
  g_clear_pointer (&replica->followed, satchel_followed_free);
  satchel_download_close (replica->download);
  satchel_database_close (replica->database);
  satchel_blob_store_free (replica->blobs);
  g_hash_table_unref (replica->meta);
  g_free (replica);
}

SatchelBlobStore *
satchel_replica_get_blobs (SatchelReplica *replica)
{
  return replica->blobs;
}

SatchelDatabase *
satchel_replica_get_database (SatchelReplica *replica)
{
  return replica->database;
}

SatchelRegistry *
satchel_replica_get_registry (SatchelReplica *replica)
{
  return satchel_followed_get (replica->followed);
}

SatchelFollowed *
satchel_replica_get_followed (SatchelReplica *replica)
{
  return replica->followed;
}

gboolean
satchel_replica_judge_definitions (SatchelReplica *replica, GError **error)
{
  const gboolean unread = satchel_followed_is_unread (replica->followed);
  const gboolean was_unread = satchel_replica_peek_meta (replica, "unread") != NULL;

  if (unread == was_unread)
    return TRUE;
  if (unread)
    return satchel_replica_set_meta (replica, "unread", "1", error);
  /* Rows came without the columns that were not known: all of them are needed once more. */
  return satchel_replica_set_meta (replica, "unread", NULL, error) &&
         satchel_replica_set_meta (replica, "cursor", NULL, error);
}

/* ---- small facts ---- */

gboolean
satchel_replica_get_version (SatchelReplica *replica, gint64 *version, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (replica->database, "PRAGMA data_version", error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, version, error);
}

static gboolean
load_meta (SatchelReplica *replica, GError **error)
{
  SatchelStatement *statement;
  gint64 version;
  gboolean row;

  if (!satchel_replica_get_version (replica, &version, error))
    return FALSE;
  if (version == replica->meta_version && !replica->meta_stale)
    return TRUE;

  statement = satchel_database_prepare (replica->database, "SELECT key, value FROM meta", error);
  if (statement == NULL)
    return FALSE;
  g_hash_table_remove_all (replica->meta);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row) {
      replica->meta_version = version;
      replica->meta_stale = FALSE;
      return TRUE;
    }
    g_hash_table_insert (replica->meta, g_strdup (satchel_statement_get_text (statement, 0)),
                         g_strdup (satchel_statement_get_text (statement, 1)));
  }
  return FALSE;
}

gboolean
satchel_replica_dup_meta (SatchelReplica *replica, const char *key, char **value, GError **error)
{
  *value = NULL;
  if (!load_meta (replica, error))
    return FALSE;
  *value = g_strdup (g_hash_table_lookup (replica->meta, key));
  return TRUE;
}

const char *
satchel_replica_peek_meta (SatchelReplica *replica, const char *key)
{
  return load_meta (replica, NULL) ? g_hash_table_lookup (replica->meta, key) : NULL;
}

gint64
satchel_replica_peek_meta_integer (SatchelReplica *replica, const char *key, gint64 fallback)
{
  const char *text = satchel_replica_peek_meta (replica, key);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : fallback;
}

gboolean
satchel_replica_set_meta (SatchelReplica *replica, const char *key, const char *value, GError **error)
{
  SatchelStatement *statement;

  statement =
      satchel_database_prepare (replica->database,
                                value != NULL ? "INSERT INTO meta (key, value) VALUES (?1, ?2)"
                                                " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
                                              : "DELETE FROM meta WHERE key = ?1",
                                error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, key);
  if (value != NULL)
    satchel_statement_bind_text (statement, 2, value);
  replica->meta_stale = TRUE;
  return satchel_statement_run (statement, error);
}

gboolean
satchel_replica_set_meta_integer (SatchelReplica *replica, const char *key, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return satchel_replica_set_meta (replica, key, text, error);
}

/* ---- single records ---- */

gboolean
satchel_replica_read (SatchelReplica *replica, const SatchelEntity *entity, const char *id,
                      SatchelRecord **record, GError **error)
{
  return satchel_entity_table_read (replica->database, entity, "e", id, record, error);
}

gboolean
satchel_replica_read_base (SatchelReplica *replica, const SatchelEntity *entity, const char *id,
                           SatchelRecord **record, GError **error)
{
  SatchelBaseKind kind;

  if (!satchel_base_read (replica->database, entity, id, &kind, record, error))
    return FALSE;
  return kind != SATCHEL_BASE_SHOWN || satchel_replica_read (replica, entity, id, record, error);
}

char *
satchel_replica_dup_name (const char *entity_name, const char *id, gpointer data)
{
  SatchelReplica *replica = data;
  const SatchelEntity *entity = satchel_registry_find (satchel_followed_get (replica->followed), entity_name);
  g_autoptr (SatchelValue) value = NULL;
  g_autofree char *sql = NULL;
  SatchelStatement *statement;
  gboolean row, read;

  if (entity == NULL || entity->title == NULL)
    return NULL;
  sql = g_strdup_printf ("SELECT %s FROM %s WHERE id = ?", satchel_sql_column (entity->title),
                         satchel_sql_table (entity));
  statement = satchel_database_prepare (replica->database, sql, NULL);
  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, id);
  if (!satchel_statement_step (statement, &row, NULL))
    return NULL;
  if (!row)
    return satchel_stubs_dup_title (replica->database, entity->name, id);
  read = satchel_statement_get_value (statement, 0, entity->title, &value, NULL);
  satchel_statement_reset (statement);
  return read ? satchel_value_to_text (entity->title, value) : NULL;
}

gboolean
satchel_replica_value_from_text (SatchelReplica *replica, const SatchelField *field, const char *text,
                                 SatchelValue **value, GError **error)
{
  g_autofree char *id = g_strstrip (g_ascii_strdown (text, -1)), *targets = NULL;

  if (field->type != SATCHEL_TYPE_LOOKUP || field->n_targets == 1 || !satchel_id_is_valid (id))
    return satchel_value_from_text (field, text, value, error);
  for (guint i = 0; i < field->n_targets; i++) {
    g_autofree char *name = satchel_replica_dup_name (field->targets[i], id, replica);

    if (name == NULL)
      continue;
    *value = satchel_value_new_lookup (field->targets[i], id);
    return TRUE;
  }
  targets = g_strjoinv (" or ", (char **)field->targets);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
               _ ("no %s with the id %s is known here; if it is a %s, write %s:%s"), targets, id,
               field->targets[0], field->targets[0], id);
  return FALSE;
}

/* Lookups of several targets are stored as "entity:id": an id belongs to one entity only, so that all forms
 * may be asked for. */
static char *
referring_sql (const SatchelReference *reference)
{
  const char *columns = satchel_entity_table_columns (reference->entity);
  const char *table = satchel_sql_table (reference->entity), *column = satchel_sql_column (reference->field);
  GString *sql;

  if (reference->field->type == SATCHEL_TYPE_PARTIES) {
    g_autofree char *takes_part = satchel_parties_dup_condition (reference->entity, 1);

    return g_strdup_printf ("SELECT %s FROM %s r WHERE %s AND instr (r.%s, ?) ORDER BY r.id", columns, table,
                            takes_part, column);
  }
  sql = g_string_new (NULL);
  g_string_append_printf (sql, "SELECT %s FROM %s r WHERE r.%s IN (?", columns, table, column);
  for (guint i = 1; i < reference->field->n_targets; i++)
    g_string_append (sql, ", ?");
  g_string_append (sql, ") ORDER BY r.id");
  return g_string_free (sql, FALSE);
}

static void
bind_forms (SatchelStatement *statement, const SatchelField *lookup, const char *id)
{
  for (guint i = 0; i < lookup->n_targets; i++) {
    g_autoptr (SatchelValue) value = satchel_value_new_lookup (lookup->targets[i], id);

    satchel_statement_bind_value (statement, 1 + (int)i, lookup, value);
  }
}

GPtrArray *
satchel_replica_list_referring (SatchelReplica *replica, const SatchelReference *reference, const char *id,
                                GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autofree char *sql = referring_sql (reference);
  SatchelStatement *statement = satchel_database_prepare (replica->database, sql, error);
  gboolean row;

  if (statement == NULL)
    return NULL;
  if (reference->field->type == SATCHEL_TYPE_PARTIES) {
    satchel_statement_bind_text (statement, 1, id); /* among the row's parties… */
    satchel_statement_bind_text (statement, 2, id); /* …and in this field */
  } else {
    bind_forms (statement, reference->field, id);
  }
  while (satchel_statement_step (statement, &row, error)) {
    SatchelRecord *record;

    if (!row)
      return g_steal_pointer (&records);
    record = satchel_entity_table_get (statement, reference->entity, 0, error);
    if (record == NULL) {
      satchel_statement_reset (statement);
      return NULL;
    }
    g_ptr_array_add (records, record);
  }
  return NULL;
}

static const SatchelRecord *
find_cb (const char *entity_name, const char *id, gpointer data)
{
  SatchelReplica *replica = data;
  const SatchelEntity *entity = satchel_registry_find (satchel_followed_get (replica->followed), entity_name);

  g_clear_pointer (&replica->lent, satchel_record_free);
  if (entity == NULL || !satchel_replica_read (replica, entity, id, &replica->lent, NULL))
    return NULL;
  return replica->lent;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer data), gpointer visit_data, gpointer data)
{
  g_autoptr (GPtrArray) records = NULL;

  records = satchel_replica_list_referring (data, reference, id, NULL);
  for (guint i = 0; records != NULL && i < records->len; i++)
    if (visit (records->pdata[i], visit_data))
      return TRUE;
  return FALSE;
}

void
satchel_replica_init_source (SatchelReplica *replica, SatchelRecordSource *source)
{
  *source = (SatchelRecordSource){ .find = find_cb, .each = each_cb, .data = replica };
}

/* ---- history as it was told ---- */

gboolean
satchel_replica_dup_history (SatchelReplica *replica, const char *entity, const char *record, char **text,
                             GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      replica->database, "SELECT text FROM history WHERE record = ? AND entity = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, entity);
  return satchel_statement_take_text (statement, text, error);
}

gboolean
satchel_replica_keep_history (SatchelReplica *replica, const SatchelEntity *entity, const char *record,
                              const char *cursor, const char *text, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("INSERT OR REPLACE INTO history (entity, record, text) SELECT ?1, ?2, ?3"
                       " WHERE (EXISTS (SELECT 1 FROM \"e_%s\" WHERE id = ?2) OR EXISTS (SELECT 1 FROM "
                       "\"base_%s\" WHERE id = ?2))"
                       " AND (SELECT value FROM meta WHERE key = 'cursor') IS ?4",
                       entity->name, entity->name);
  SatchelStatement *statement = satchel_database_prepare (replica->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity->name);
  satchel_statement_bind_text (statement, 2, record);
  satchel_statement_bind_text (statement, 3, text);
  satchel_statement_bind_text (statement, 4, cursor);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_replica_forget_history (SatchelReplica *replica, const char *record, GError **error)
{
  SatchelStatement *statement;

  statement = satchel_database_prepare (replica->database,
                                        "DELETE FROM history WHERE ?1 IS NULL OR record = ?1", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_replica_forget_history_of (SatchelReplica *replica, const SatchelEntity *entity, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (replica->database, "DELETE FROM history WHERE entity = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity->name);
  return satchel_statement_run (statement, error);
}

/* ---- no remains ---- */

gboolean
satchel_replica_scrub (SatchelReplica *replica, GError **error)
{
  gboolean emptied;

  if (satchel_replica_peek_meta (replica, "remains") == NULL)
    return TRUE;
  if (!satchel_database_empty_log (replica->database, &emptied, error))
    return FALSE;
  return !emptied || satchel_replica_set_meta (replica, "remains", NULL, error);
}
