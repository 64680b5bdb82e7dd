/* Opening the store, its transactions and its sequencer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/store.h"

#include "protocol/error.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/sqlite/migrate.h"
#include "satchel-server-schema.h"
#include "sync-server/scope/filters.h"
#include "sync-server/store/members.h"

#include <glib/gstdio.h>
#include <string.h>

/* There are many readers, and the system keeps the file's pages for all of them. */
#define READER_CACHE "PRAGMA cache_size = -4000"

#define APPLICATION_ID 0x53617453 /* "SatS" */
#define N_STEPS        2

char *
satchel_store_file (const char *dir)
{
  return g_build_filename (dir, "satchel.db", NULL);
}

static gboolean
migrate (SatchelDatabase *database, GError **error)
{
  GBytes *bytes[N_STEPS] = { NULL };
  const char *steps[N_STEPS + 1] = { NULL };
  gboolean done = TRUE;

  for (guint i = 0; i < N_STEPS; i++) {
    g_autofree char *path = g_strdup_printf ("/org/satchelcrm/sync-server/schema/%03u.sql", i + 1);

    bytes[i] = g_resource_lookup_data (satchel_server_schema_get_resource (), path, 0, NULL);
    g_assert (bytes[i] != NULL);
    steps[i] = g_bytes_get_data (bytes[i], NULL); /* GResource ends each file with a NUL */
  }
  done = satchel_migrate (database, APPLICATION_ID, steps, error);
  for (guint i = 0; i < N_STEPS; i++)
    g_bytes_unref (bytes[i]);
  return done;
}

static gboolean
insert_organisation (SatchelDatabase *database, const char *name, const char *digest,
                     const SatchelClock *clock, GError **error)
{
  g_autofree char *id = satchel_id_new (clock);
  g_autofree char *root_unit = satchel_id_new (clock);
  guint8 secret[SATCHEL_STORE_SECRET_BYTES];
  gint64 epoch = satchel_clock_now_ms (clock) / 1000;
  SatchelStatement *statement =
      satchel_database_prepare (database,
                                "INSERT INTO organisation (id, name, root_unit, secret, schema_digest, "
                                "backed_up_s) VALUES (?, ?, ?, ?, ?, 0)",
                                error);

  if (statement == NULL)
    return FALSE;
  clock->random (clock->data, secret, sizeof secret);
  satchel_statement_bind_text (statement, 1, id);
  satchel_statement_bind_text (statement, 2, name);
  satchel_statement_bind_text (statement, 3, root_unit);
  satchel_statement_bind_blob (statement, 4, secret, sizeof secret);
  satchel_statement_bind_text (statement, 5, digest);
  if (!satchel_statement_run (statement, error))
    return FALSE;

  statement = satchel_database_prepare (
      database, "INSERT INTO clock (s, epoch, metadata, rights, floor) VALUES (0, ?, 0, 1, 0)", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, epoch);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_store_create (const char *dir, const char *organisation, SatchelRegistry *registry,
                      const SatchelClock *clock, GError **error)
{
  g_autofree char *file = satchel_store_file (dir);
  g_autoptr (SatchelDatabase) database = NULL;

  if (g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "%s holds an organisation already", dir);
    return FALSE;
  }
  if (g_mkdir_with_parents (dir, 0700) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", dir, g_strerror (errno));
    return FALSE;
  }
  database = satchel_database_open (file, SATCHEL_DATABASE_READ_WRITE, error);
  if (database == NULL || !migrate (database, error) || !satchel_database_begin (database, error))
    return FALSE;
  if (!satchel_definitions_make_tables (database, registry, error) ||
      !insert_organisation (database, organisation, satchel_registry_get_digest (registry), clock, error)) {
    satchel_database_rollback (database);
    return FALSE;
  }
  return satchel_database_commit (database, error);
}

static gboolean
read_facts (SatchelStore *store, char **digest, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT id, name, root_unit, secret, schema_digest FROM organisation", error);
  gconstpointer secret;
  gboolean row;
  gsize size;

  if (statement == NULL || !satchel_statement_step (statement, &row, error))
    return FALSE;
  secret = row ? satchel_statement_get_blob (statement, 3, &size) : NULL;
  if (!row || size != sizeof store->secret) {
    satchel_statement_reset (statement);
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "the store names no organisation");
    return FALSE;
  }
  store->organisation = g_strdup (satchel_statement_get_text (statement, 0));
  store->organisation_name = g_strdup (satchel_statement_get_text (statement, 1));
  store->root_unit = g_strdup (satchel_statement_get_text (statement, 2));
  memcpy (store->secret, secret, sizeof store->secret);
  *digest = g_strdup (satchel_statement_get_text (statement, 4));
  satchel_statement_reset (statement);
  return TRUE;
}

/* The tables follow the registry only when its digest is another: a second process that opens the store while
 * it is being served writes nothing. */
static gboolean
follow_registry (SatchelStore *store, const char *digest, GError **error)
{
  const char *wanted = satchel_registry_get_digest (store->registry);
  SatchelStatement *statement;

  if (g_str_equal (digest, wanted))
    return TRUE;
  if (!satchel_database_begin (store->database, error))
    return FALSE;
  if (satchel_definitions_make_tables (store->database, store->registry, error)) {
    statement =
        satchel_database_prepare (store->database, "UPDATE organisation SET schema_digest = ?", error);
    if (statement != NULL) {
      satchel_statement_bind_text (statement, 1, wanted);
      if (satchel_statement_run (statement, error))
        return satchel_database_commit (store->database, error);
    }
  }
  satchel_database_rollback (store->database);
  return FALSE;
}

static SatchelStore *
store_new (const char *file, SatchelDatabaseMode mode, SatchelDefinitions *definitions, GError **error)
{
  g_autoptr (SatchelStore) store = g_new0 (SatchelStore, 1);

  store->definitions = definitions != NULL ? satchel_definitions_ref (definitions) : NULL;
  store->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  store->ripple = satchel_ripple_new ();
  store->stirred = g_hash_table_new (NULL, NULL);
  store->stirred_order = satchel_members_new_stirred ();
  store->database = satchel_database_open (file, mode, error);
  if (store->database == NULL || (mode == SATCHEL_DATABASE_READ_ONLY &&
                                  !satchel_database_execute (store->database, READER_CACHE, error)))
    return NULL;
  return g_steal_pointer (&store);
}

SatchelStore *
satchel_store_open (const char *dir, SatchelDatabaseMode mode, SatchelDefinitions *definitions,
                    GError **error)
{
  g_autofree char *file = satchel_store_file (dir);
  g_autofree char *digest = NULL;
  g_autoptr (SatchelStore) store = NULL;

  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                 "%s holds no organisation; make one with “init”", dir);
    return NULL;
  }
  store = store_new (file, mode, definitions, error);
  if (store == NULL || (mode == SATCHEL_DATABASE_READ_WRITE && !migrate (store->database, error)) ||
      !read_facts (store, &digest, error))
    return NULL;
  store->registry = satchel_definitions_load (definitions, store->database, &store->metadata, error);
  if (store->registry == NULL ||
      (mode == SATCHEL_DATABASE_READ_WRITE && !follow_registry (store, digest, error)))
    return NULL;
  return g_steal_pointer (&store);
}

SatchelStore *
satchel_store_open_file (const char *file, SatchelDatabaseMode mode, GError **error)
{
  g_autofree char *digest = NULL;
  g_autoptr (SatchelStore) store = store_new (file, mode, NULL, error);
  SatchelStatement *statement;
  gint64 mark;

  if (store == NULL)
    return NULL;
  statement = satchel_database_prepare (store->database, "PRAGMA application_id", error);
  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &mark, error))
    return NULL;
  if (mark != APPLICATION_ID) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s is no store of a Satchel server", file);
    return NULL;
  }
  return read_facts (store, &digest, error) ? g_steal_pointer (&store) : NULL;
}

void
satchel_store_close (SatchelStore *store)
{
  satchel_database_close (store->database);
  g_clear_pointer (&store->definitions, satchel_definitions_unref);
  g_hash_table_unref (store->buckets);
  satchel_ripple_free (store->ripple);
  g_hash_table_unref (store->stirred);
  g_array_unref (store->stirred_order);
  g_clear_pointer (&store->follower, satchel_follower_free);
  g_free (store->costly_user);
  g_free (store->organisation);
  g_free (store->organisation_name);
  g_free (store->root_unit);
  memset (store->secret, 0, sizeof store->secret);
  g_free (store);
}

/* ---- transactions ---- */

static gboolean
read_clock (SatchelStore *store, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT s, epoch, rights, floor, metadata FROM clock", error);
  gboolean row;

  if (statement == NULL || !satchel_statement_step (statement, &row, error))
    return FALSE;
  if (!row) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "the store has no clock");
    return FALSE;
  }
  store->s = store->begun_s = satchel_statement_get_integer (statement, 0);
  store->epoch = satchel_statement_get_integer (statement, 1);
  store->rights = store->begun_rights = satchel_statement_get_integer (statement, 2);
  store->floor = satchel_statement_get_integer (statement, 3);
  store->metadata_now = satchel_statement_get_integer (statement, 4);
  satchel_statement_reset (statement);
  return TRUE;
}

/* Nothing is stirred yet. */
static void
still (SatchelStore *store)
{
  satchel_ripple_free (store->ripple);
  store->ripple = satchel_ripple_new ();
  store->ripple->begun_s = store->ripple->s = store->s;
  satchel_members_take_back (store, 0);
}

gboolean
satchel_store_begin (SatchelStore *store, GError **error)
{
  if (!satchel_database_begin (store->database, error))
    return FALSE;
  if (read_clock (store, error)) {
    still (store);
    return TRUE;
  }
  satchel_store_rollback (store);
  return FALSE;
}

gboolean
satchel_store_begin_read (SatchelStore *store, GError **error)
{
  if (!satchel_database_begin_read (store->database, error))
    return FALSE;
  if (read_clock (store, error))
    return TRUE;
  satchel_store_rollback (store);
  return FALSE;
}

gboolean
satchel_store_is_current (const SatchelStore *store)
{
  return store->metadata == store->metadata_now;
}

/* What was read or made since is void. */
static void
forget (SatchelStore *store, gint64 s, gint64 rights)
{
  store->s = s;
  if (store->rights != rights)
    store->undone++;
  store->rights = rights;
  g_hash_table_remove_all (store->buckets);
  satchel_filters_forget (store);
}

gboolean
satchel_store_commit (SatchelStore *store, GError **error)
{
  SatchelStatement *statement;

  if (!satchel_filters_follow (store, error)) {
    satchel_store_rollback (store);
    return FALSE;
  }
  if (!satchel_members_settle (store, error)) {
    satchel_store_rollback (store);
    return FALSE;
  }
  store->ripple->s = store->s;
  if (store->s != store->begun_s || store->rights != store->begun_rights) {
    statement = satchel_database_prepare (store->database, "UPDATE clock SET s = ?, rights = ?", error);
    if (statement == NULL) {
      satchel_store_rollback (store);
      return FALSE;
    }
    satchel_statement_bind_integer (statement, 1, store->s);
    satchel_statement_bind_integer (statement, 2, store->rights);
    if (!satchel_statement_run (statement, error)) {
      satchel_store_rollback (store);
      return FALSE;
    }
  }
  if (satchel_database_commit (store->database, error)) {
    satchel_filters_committed (store);
    return TRUE;
  }
  forget (store, store->begun_s, store->begun_rights);
  return FALSE;
}

void
satchel_store_rollback (SatchelStore *store)
{
  satchel_database_rollback (store->database);
  forget (store, store->begun_s, store->begun_rights);
}

gboolean
satchel_store_savepoint (SatchelStore *store, GError **error)
{
  store->stirred_saved = store->stirred_order->len;
  store->saved_s = store->s;
  store->saved_rights = store->rights;
  return satchel_database_savepoint (store->database, error);
}

gboolean
satchel_store_release (SatchelStore *store, GError **error)
{
  return satchel_filters_follow (store, error) && satchel_database_release (store->database, error);
}

void
satchel_store_rollback_to (SatchelStore *store)
{
  satchel_database_rollback_to (store->database);
  satchel_members_take_back (store, store->stirred_saved);
  forget (store, store->saved_s, store->saved_rights);
}

void
satchel_store_rights_changed (SatchelStore *store)
{
  store->rights++;
  store->ripple->everyone = store->ripple->doors = TRUE;
}

void
satchel_store_scope_changed (SatchelStore *store, const char *id)
{
  store->rights++;
  satchel_ripple_add_person (store->ripple, id);
}

void
satchel_store_caches_stale (SatchelStore *store)
{
  store->rights++;
}

void
satchel_store_definitions_changed (SatchelStore *store)
{
  store->ripple->everyone = TRUE;
}

void
satchel_store_doors_changed (SatchelStore *store)
{
  store->ripple->doors = TRUE;
}

void
satchel_store_token_reissued (SatchelStore *store, const char *device)
{
  g_ptr_array_add (store->ripple->reissued, g_strdup (device));
}

/* ---- epochs and backups ---- */

static gboolean
take_integer (SatchelStore *store, const char *sql, gint64 argument, gint64 *value, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  if (strchr (sql, '?') != NULL)
    satchel_statement_bind_integer (statement, 1, argument);
  return satchel_statement_take_integer (statement, -1, value, error);
}

gboolean
satchel_store_get_restored_s (SatchelStore *store, gint64 epoch, gint64 *s, GError **error)
{
  *s = -1;
  return epoch == store->epoch ||
         take_integer (store, "SELECT coalesce (min (first_s), -1) FROM epoch WHERE epoch > ?", epoch, s,
                       error);
}

gboolean
satchel_store_open_epoch (SatchelStore *store, gint64 above, gint64 now_ms, GError **error)
{
  gint64 epoch = MAX (MAX (above, store->epoch) + 1, now_ms / 1000);
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "INSERT INTO epoch (epoch, first_s, opened_at_ms) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, epoch);
  satchel_statement_bind_integer (statement, 2, store->s);
  satchel_statement_bind_integer (statement, 3, now_ms);
  if (!satchel_statement_run (statement, error))
    return FALSE;

  statement = satchel_database_prepare (store->database, "UPDATE clock SET epoch = ?", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, epoch);
  if (!satchel_statement_run (statement, error))
    return FALSE;
  store->epoch = epoch;
  return TRUE;
}

char *
satchel_store_read_name (SatchelStore *store, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT name FROM organisation", error);
  g_autofree char *name = NULL;
  gboolean row;

  if (statement == NULL || !satchel_statement_step (statement, &row, error))
    return NULL;
  name = g_strdup (row ? satchel_statement_get_text (statement, 0) : "");
  satchel_statement_reset (statement);
  return g_steal_pointer (&name);
}

gboolean
satchel_store_set_name (SatchelStore *store, const char *name, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "UPDATE organisation SET name = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, name);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_store_get_backed_up_s (SatchelStore *store, gint64 *s, GError **error)
{
  return take_integer (store, "SELECT backed_up_s FROM organisation", 0, s, error);
}

gboolean
satchel_store_set_backed_up_s (SatchelStore *store, gint64 s, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "UPDATE organisation SET backed_up_s = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  return satchel_statement_run (statement, error);
}
