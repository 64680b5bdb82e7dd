/* The rest of server.h: creating, loading, backing up, restoring, checking.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/rules/validate.h"
#include "sync-server/blobs/blobs.h"
#include "sync-server/security/default-filters.h"
#include "sync-server/server-private.h"
#include "sync-server/store/check.h"
#include "sync-server/store/checksums.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/rows.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* ---- creating ---- */

/* The root unit; nobody has a role yet. */
static gboolean
fill_new (SatchelServer *server, GError **error)
{
  SatchelStore *store = server->writer;
  const SatchelEntity *entity = satchel_registry_require (store->registry, "business_unit", error);
  const gint64 now_ms = satchel_clock_now_ms (server->clock);
  SatchelCommit commit = { .at_ms = now_ms, .made_at_ms = now_ms, .op = "init" };
  g_autoptr (SatchelRecord) unit = NULL;
  g_autoptr (SatchelValue) name = satchel_value_new_string (store->organisation_name);

  if (entity == NULL)
    return FALSE;
  unit = satchel_record_new (entity, store->root_unit);
  satchel_record_set_by_name (unit, "name", name);
  return satchel_feed_begin (store, &commit, error) && satchel_rows_create (store, &commit, unit, error) &&
         satchel_default_filters_follow (store, &commit, server->clock, error);
}

gboolean
satchel_server_create (const char *dir, const char *organisation, SatchelRegistry *registry,
                       const SatchelClock *clock, GError **error)
{
  g_autoptr (SatchelServer) server = NULL;

  if (!satchel_store_create (dir, organisation, registry, clock, error))
    return FALSE;
  server = satchel_server_open (dir, registry, clock, error);
  if (server == NULL || !satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, fill_new (server, error), error);
}

gboolean
satchel_server_rename (SatchelServer *server, const char *name, GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, satchel_store_set_name (server->writer, name, error), error);
}

/* ---- loading ---- */

/* Lookups are looked up once each, when all records are there. */
static gboolean
check_lookups (SatchelStore *store, GPtrArray *records, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];

    for (guint j = 0; j < record->entity->n_fields; j++) {
      const SatchelField *field = record->entity->fields[j];
      const SatchelEntity *target;
      g_autofree char *key = NULL;
      gint64 row = 0;

      if (record->values[j] == NULL || field->type != SATCHEL_TYPE_LOOKUP)
        continue;
      key = g_strdup_printf ("%s:%s", satchel_value_get_entity (record->values[j]),
                             satchel_value_get_id (record->values[j]));
      if (g_hash_table_contains (known, key))
        continue;
      target = satchel_registry_find (store->registry, satchel_value_get_entity (record->values[j]));
      if (target != NULL &&
          !satchel_rows_find (store, target, satchel_value_get_id (record->values[j]), &row, error))
        return FALSE;
      if (row == 0) {
        g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                     "“%s” of a %s names a record that is not there", field->label, record->entity->name);
        return FALSE;
      }
      g_hash_table_add (known, g_steal_pointer (&key));
    }
  }
  return TRUE;
}

/* Its fields are numbered by the definitions that it is of. */
static gboolean
is_of_now (SatchelStore *store, const SatchelEntity *entity, GError **error)
{
  if (satchel_registry_find (store->registry, entity->name) == entity)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "a %s by other definitions than hold now",
               entity->name);
  return FALSE;
}

static gboolean
load (SatchelServer *server, const char *user, GPtrArray *records, gint64 at_ms, GError **error)
{
  SatchelStore *store = server->writer;
  SatchelCommit commit = { .at_ms = at_ms, .made_at_ms = at_ms, .user = user, .op = "load" };

  if (!satchel_feed_begin (store, &commit, error))
    return FALSE;
  for (guint i = 0; i < records->len; i++) {
    SatchelRecord *record = records->pdata[i];
    gint64 row;

    if (!is_of_now (store, record->entity, error))
      return FALSE;
    satchel_rules_apply_defaults (record, user, at_ms);
    satchel_rules_compute (record);
    if (!satchel_rules_validate (record, NULL, NULL, error) ||
        !satchel_rows_find (store, record->entity, record->id, &row, error))
      return FALSE;
    if (row != 0) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "%s %s is there already", record->entity->name,
                   record->id);
      return FALSE;
    }
    if (!satchel_rows_create (store, &commit, record, error))
      return FALSE;
  }
  return check_lookups (store, records, error);
}

gboolean
satchel_server_load (SatchelServer *server, const char *user, GPtrArray *records, gint64 at_ms,
                     GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, load (server, user, records, at_ms, error), error);
}

/* ---- backup ---- */

static gboolean
announce_backup (SatchelServer *server, gint64 s, GError **error)
{
  return satchel_server_begin_write (server, error) &&
         satchel_server_end_write (server, satchel_store_set_backed_up_s (server->writer, s, error), error);
}

/* All of it is there, its attachments too, or nothing under that name; those that were saved are of use to
 * the next attempt. */
gboolean
satchel_server_backup (SatchelServer *server, const char *file, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  gboolean copied, saved;
  gint64 s;

  if (reader == NULL)
    return FALSE;
  /* The open read transaction keeps the copy at its S while others go on writing. */
  s = reader->store->s;
  copied = satchel_database_backup (reader->store->database, file, error);
  saved = copied && satchel_blobs_back_up (reader->store, server->dir, file, error);
  satchel_server_end_read (server, reader);
  if (saved && announce_backup (server, s, error))
    return TRUE;
  if (copied)
    g_unlink (file);
  return FALSE;
}

/* ---- restore ---- */

/* Leaving WAL mode needs the file to oneself, and folds the log into it. */
static gboolean
take_over (SatchelStore *store, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "PRAGMA journal_mode = DELETE", error);
  g_autoptr (GError) problem = NULL;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  if (satchel_statement_step (statement, &row, &problem)) {
    satchel_statement_reset (statement);
    return TRUE;
  }
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_BUSY))
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY,
                         "a server is using this store; stop it first");
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
read_epoch (SatchelStore *store, gint64 *epoch, GError **error)
{
  if (!satchel_store_begin_read (store, error))
    return FALSE;
  *epoch = store->epoch;
  satchel_store_rollback (store);
  return TRUE;
}

/* What stands in DIR now: its epoch (0: nothing readable), once nobody else uses it. */
static gboolean
look_at_replaced (const char *file, const char *organisation, gint64 *epoch, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (SatchelStore) store = NULL;

  *epoch = 0;
  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return TRUE;
  store = satchel_store_open_file (file, SATCHEL_DATABASE_READ_WRITE, &problem);
  if (store == NULL)
    return TRUE; /* damaged: that is what restoring is for */
  if (!g_str_equal (store->organisation, organisation)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS,
                         "the directory holds another organisation");
    return FALSE;
  }
  if (read_epoch (store, epoch, &problem) && take_over (store, &problem))
    return TRUE;
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (to);
  g_autoptr (GError) problem = NULL;

  if (g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL,
                   &problem) &&
      g_chmod (to, 0600) == 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR,
               g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ? SATCHEL_ERROR_NOT_FOUND
                                                                           : SATCHEL_ERROR_STORAGE,
               "%s: %s", from, problem != NULL ? problem->message : g_strerror (errno));
  return FALSE;
}

/* Checks the copy and opens its new epoch. */
static gboolean
prepare_copy (const char *dir, const char *file, const char *copy, const char *replaced, gint64 now_ms,
              GError **error)
{
  g_autoptr (SatchelStore) store = satchel_store_open_file (copy, SATCHEL_DATABASE_READ_WRITE, error);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  gint64 epoch;

  if (store == NULL || !satchel_check_file (store, problems, error))
    return FALSE;
  if (problems->len > 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "the backup is damaged: %s",
                 (char *)problems->pdata[0]);
    return FALSE;
  }
  if (!look_at_replaced (replaced, store->organisation, &epoch, error) ||
      !satchel_blobs_restore (store, dir, file, error) || !satchel_store_begin (store, error))
    return FALSE;
  /* The file is a backup of everything up to its own s. */
  if (satchel_store_open_epoch (store, epoch, now_ms, error) &&
      satchel_store_set_backed_up_s (store, store->s, error))
    return satchel_store_commit (store, error) && satchel_database_fold_log (store->database, error);
  satchel_store_rollback (store);
  return FALSE;
}

/* One rename decides; the old file keeps a name of its own. */
static gboolean
swap (const char *dir, const char *copy, const char *file, GError **error)
{
  g_autofree char *kept = g_strconcat (file, ".replaced", NULL);
  static const char *const endings[] = { "-wal", "-shm" };

  g_unlink (kept);
  if (g_file_test (file, G_FILE_TEST_EXISTS) && link (file, kept) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", kept, g_strerror (errno));
    return FALSE;
  }
  /* Logs of a damaged file would be read as the new one's. */
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *log = g_strconcat (file, endings[i], NULL);

    g_unlink (log);
  }
  if (!satchel_sync_path (copy, error))
    return FALSE;
  if (g_rename (copy, file) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", file, g_strerror (errno));
    return FALSE;
  }
  return satchel_sync_path (dir, error);
}

gboolean
satchel_server_restore (const char *dir, const char *file, const SatchelClock *clock, GError **error)
{
  g_autofree char *target = satchel_store_file (dir);
  g_autofree char *copy = g_strconcat (target, ".restoring", NULL);

  if (g_mkdir_with_parents (dir, 0700) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", dir, g_strerror (errno));
    return FALSE;
  }
  /* The log of an attempt that was killed would be read as this one's. */
  satchel_database_remove_files (copy);
  if (copy_file (file, copy, error)) {
    if (prepare_copy (dir, file, copy, target, satchel_clock_now_ms (clock), error) &&
        swap (dir, copy, target, error))
      return TRUE;
    g_prefix_error (error, "%s cannot be restored: ", file);
  }
  satchel_database_remove_files (copy);
  return FALSE;
}

/* ---- check ---- */

GPtrArray *
satchel_server_check (SatchelServer *server, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  SatchelReader *reader = satchel_server_begin_read (server, error);
  gboolean checked;

  if (reader == NULL)
    return NULL;
  checked = satchel_check_file (reader->store, problems, error) &&
            satchel_check_contents (reader->store, problems, error) &&
            satchel_blobs_check (reader->store, server->dir, problems, error);
  satchel_server_end_read (server, reader);
  return checked ? g_steal_pointer (&problems) : NULL;
}

static gboolean
accept_rows (SatchelServer *server, guint *n, GError **error)
{
  SatchelStore *store = server->writer;
  const SatchelCommit commit = { .at_ms = satchel_clock_now_ms (server->clock) };
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  *n = 0;
  for (guint i = 0; i < n_entities; i++) {
    guint n_accepted;

    if (!satchel_checksums_accept (store, &commit, entities[i], &n_accepted, error))
      return FALSE;
    *n += n_accepted;
  }
  return TRUE;
}

gboolean
satchel_server_accept_rows (SatchelServer *server, guint *n, GError **error)
{
  return satchel_server_begin_write (server, error) &&
         satchel_server_end_write (server, accept_rows (server, n, error), error);
}

static gboolean
repair_filters (SatchelServer *server, gint64 *n_rows, GError **error)
{
  const gint64 now_ms = satchel_clock_now_ms (server->clock);
  SatchelCommit commit = { .at_ms = now_ms, .made_at_ms = now_ms, .op = "repair" };

  return satchel_filters_repair (server->writer, &commit, n_rows, error);
}

gboolean
satchel_server_repair_filters (SatchelServer *server, gint64 *n_rows, GError **error)
{
  return satchel_server_begin_write (server, error) &&
         satchel_server_end_write (server, repair_filters (server, n_rows, error), error);
}
