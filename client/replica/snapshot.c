/* Pieces, the image, and the way over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/snapshot.h"

#include <sodium.h>

#include "client/blobs/uses.h"
#include "client/replica/followed.h"
#include "client/replica/inspect.h"
#include "client/replica/inspector.h"
#include "client/replica/packed.h"
#include "client/replica/parties.h"
#include "protocol/error.h"
#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/sqlite/loading.h"

#define SCHEMA "snapshot"

static gboolean
refuse (const char *message, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a snapshot: %s", message);
  return FALSE;
}

/* ---- whether ---- */

static gboolean
take_integer (SatchelReplica *replica, const char *sql, gint64 *value, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, value, error);
}

static gboolean
is_empty (SatchelReplica *replica, const char *table, gboolean *empty, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT EXISTS (SELECT 1 FROM \"%s\")", table);
  gint64 any;

  if (!take_integer (replica, sql, &any, error))
    return FALSE;
  *empty = any == 0;
  return TRUE;
}

gboolean
satchel_snapshot_is_wanted (SatchelReplica *replica, gboolean *wanted, GError **error)
{
  static const char *const others[] = { "set_queue", "set_retained", "lay", "stub" };
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_replica_get_registry (replica), &n_entities);
  g_autofree char *cursor = NULL;

  if (!satchel_replica_dup_meta (replica, "cursor", &cursor, error))
    return FALSE;
  *wanted = cursor == NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (others) && *wanted; i++) {
    if (!is_empty (replica, others[i], wanted, error))
      return FALSE;
  }
  for (guint i = 0; i < n_entities && *wanted; i++) {
    g_autofree char *shown = g_strconcat ("e_", entities[i]->name, NULL);
    g_autofree char *aside = g_strconcat ("base_", entities[i]->name, NULL);

    if (!is_empty (replica, shown, wanted, error) || (*wanted && !is_empty (replica, aside, wanted, error)))
      return FALSE;
  }
  return TRUE;
}

/* ---- pieces ---- */

gboolean
satchel_snapshot_begin (SatchelReplica *replica, const char *id, gint64 *have, GError **error)
{
  g_autofree char *held = NULL;
  SatchelDownload *download;

  if (!satchel_replica_dup_meta (replica, "snapshot", &held, error) ||
      (g_strcmp0 (held, id) != 0 && (!satchel_snapshot_forget (replica, error) ||
                                     !satchel_replica_set_meta (replica, "snapshot", id, error))))
    return FALSE;
  download = satchel_replica_get_download (replica, error);
  return download != NULL && satchel_download_get_size (download, have, error);
}

gboolean
satchel_snapshot_add (SatchelReplica *replica, gint64 offset, GBytes *bytes, GError **error)
{
  SatchelDownload *download = satchel_replica_get_download (replica, error);

  return download != NULL && satchel_download_add (download, offset, bytes, error);
}

gboolean
satchel_snapshot_forget (SatchelReplica *replica, GError **error)
{
  satchel_replica_drop_download (replica);
  return satchel_replica_set_meta (replica, "snapshot", NULL, error);
}

/* ---- the file ---- */

static gboolean
check_hash (SatchelDownload *download, const SatchelSnapshotHead *head, GError **error)
{
  guint8 sum[crypto_hash_sha256_BYTES], bytes[16 * 1024];
  char hash[2 * crypto_hash_sha256_BYTES + 1];
  crypto_hash_sha256_state state;
  gint64 size;

  if (!satchel_download_get_size (download, &size, error))
    return FALSE;
  crypto_hash_sha256_init (&state);
  for (gint64 at = 0; size == head->bytes && at < size; at += sizeof bytes) {
    const gsize taken = (gsize)MIN (size - at, (gint64)sizeof bytes);

    if (!satchel_download_read (download, at, bytes, taken, error))
      return FALSE;
    crypto_hash_sha256_update (&state, bytes, taken);
  }
  crypto_hash_sha256_final (&state, sum);
  sodium_bin2hex (hash, sizeof hash, sum, sizeof sum);
  return (size == head->bytes && g_str_equal (hash, head->hash)) ||
         refuse ("its bytes are not those of its hash", error);
}

static gboolean
read_cb (gint64 offset, guint8 *to, gsize size, gpointer download, GError **error)
{
  const gboolean read = satchel_download_read (download, offset, to, size, error);

  satchel_download_hand_over (download); /* to the inspector, or back */
  return read;
}

/* The image that came, as a file. */
static SatchelPacked *
open_image (SatchelReplica *replica, const SatchelSnapshotHead *head, GError **error)
{
  SatchelDownload *download = satchel_replica_get_download (replica, error);

  if (download == NULL || !check_hash (download, head, error))
    return NULL;
  return satchel_packed_new (read_cb, download, head->bytes, head->image_bytes, error);
}

static gboolean
detach (SatchelReplica *replica, GError **error)
{
  return satchel_database_execute (satchel_replica_get_database (replica), "DETACH " SCHEMA, error);
}

static gboolean
attach (SatchelReplica *replica, SatchelPacked *image, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autofree char *sql = g_strdup_printf ("ATTACH '%s' AS " SCHEMA, satchel_packed_get_uri (image));

  if (!satchel_database_execute (database, sql, error))
    return FALSE;
  if (satchel_database_execute (database, "SELECT count(*) FROM " SCHEMA ".sqlite_schema", NULL))
    return TRUE;
  return detach (replica, error) && refuse ("it is no database", error);
}

/* ---- over ---- */

/* What only this program knows has no rows, and no table there. */
static gboolean
adopt_entity (SatchelReplica *replica, SatchelForms *forms, const SatchelEntity *entity,
              SatchelInspector *inspector, gint64 *n_rows, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM %s", satchel_sql_table (entity));
  g_autofree char *table = g_strdup_printf ("e_%s", entity->name);
  gboolean any;
  gint64 n_here;

  if (!satchel_forms_is_there (forms, table))
    return TRUE;
  if (!satchel_entity_table_has_rows (database, entity, SCHEMA, &any, error))
    return FALSE;
  if (!any && satchel_forms_are_alike (forms, table))
    return TRUE;
  /* A table that triggers watch is not copied by pages. */
  if (!satchel_entity_search_release (database, entity, error) ||
      !satchel_parties_drop (database, entity, error) ||
      !satchel_entity_table_match (database, entity, SCHEMA, forms, error))
    return FALSE;
  satchel_inspector_add (inspector, entity);
  if (!satchel_entity_table_adopt (database, entity, SCHEMA, error) ||
      !satchel_entity_search_adopt (database, entity, SCHEMA, forms, error) ||
      !satchel_parties_ensure (database, entity, error) || !take_integer (replica, count, &n_here, error))
    return FALSE;
  *n_rows += n_here;
  return TRUE;
}

static gboolean
adopt_stubs (SatchelReplica *replica, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  gint64 n_alike;
  gboolean sound;

  /* By its text alone, as with the tables of entities: a view could have rows without end. */
  if (!take_integer (replica,
                     "SELECT count(*) FROM main.sqlite_schema h JOIN " SCHEMA ".sqlite_schema t"
                     " ON t.name = h.name AND t.type = h.type AND t.sql = h.sql"
                     " WHERE h.name = 'stub' AND h.type = 'table'",
                     &n_alike, error) ||
      !satchel_table_is_sound (database, SCHEMA, "stub", &sound, error))
    return FALSE;
  if (n_alike != 1 || !sound)
    return refuse ("its stubs have another form", error);
  return satchel_database_execute (database,
                                   "INSERT INTO main.stub (id, entity, title)"
                                   " SELECT id, entity, title FROM " SCHEMA ".stub",
                                   error) &&
         satchel_inspect_stubs (database, error);
}

static gboolean
adopt_all (SatchelReplica *replica, const SatchelSnapshotHead *head, const char *image, gint64 *n_rows,
           GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_replica_get_registry (replica), &n_entities);
  g_autoptr (SatchelForms) forms = satchel_forms_new (satchel_replica_get_database (replica), SCHEMA, error);
  g_autoptr (SatchelInspector) inspector = NULL;

  if (forms == NULL)
    return FALSE;
  inspector = satchel_inspector_new (image);
  for (guint i = 0; i < n_entities; i++) {
    if (!adopt_entity (replica, forms, entities[i], inspector, n_rows, error))
      return FALSE;
  }
  if (*n_rows != head->rows)
    return refuse ("it has other rows than its head says", error);
  return adopt_stubs (replica, error) && satchel_inspector_finish (inspector, error);
}

/* As after a pull that brought everything. */
static gboolean
remember (SatchelReplica *replica, const SatchelSnapshotHead *head, gint64 now_ms, GError **error)
{
  return satchel_replica_set_meta (replica, "snapshot", NULL, error) &&
         satchel_replica_set_meta (replica, "cursor", head->cursor, error) &&
         satchel_followed_keep_base (satchel_replica_get_followed (replica), error) &&
         satchel_replica_judge_definitions (replica, error) &&
         satchel_replica_set_meta_integer (replica, "audit_ms", now_ms, error) &&
         satchel_replica_set_meta_integer (replica, "s", head->s, error) &&
         satchel_blobs_note_change (replica, error);
}

static gboolean
take_over (SatchelReplica *replica, const SatchelSnapshotHead *head, const char *image, gint64 now_ms,
           gint64 *n_rows, GError **error)
{
  gboolean wanted;

  if (!satchel_snapshot_is_wanted (replica, &wanted, error))
    return FALSE;
  if (!wanted) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY,
                         "something was written here while a snapshot came");
    return FALSE;
  }
  if (head->metadata != NULL &&
      !satchel_followed_take (satchel_replica_get_followed (replica), head->metadata, error))
    return FALSE;
  return adopt_all (replica, head, image, n_rows, error) && remember (replica, head, now_ms, error);
}

static gboolean
take_attached (SatchelReplica *replica, const SatchelSnapshotHead *head, const char *image, gint64 now_ms,
               SatchelPullResult *result, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autoptr (GError) problem = NULL;
  gint64 n_rows = 0;

  if (!satchel_database_begin (database, error))
    return FALSE;
  if (take_over (replica, head, image, now_ms, &n_rows, &problem)) {
    *result = (SatchelPullResult){ .rows = n_rows, .s = head->s, .reset = TRUE };
    return satchel_database_commit (database, error);
  }
  satchel_database_rollback (database);
  /* Pages that are damaged are the image's: the replica had none. */
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT))
    return refuse ("it is damaged", error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
satchel_snapshot_take (SatchelReplica *replica, const SatchelSnapshotHead *head, gint64 now_ms,
                       SatchelPullResult *result, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autoptr (SatchelPacked) image = open_image (replica, head, error);
  gboolean taken;

  *result = (SatchelPullResult){ 0 };
  if (image == NULL || !satchel_loading_begin (database, error))
    return FALSE;
  taken = attach (replica, image, error);
  if (taken) {
    taken = take_attached (replica, head, satchel_packed_get_uri (image), now_ms, result, error);
    taken = detach (replica, taken ? error : NULL) && taken;
  }
  satchel_loading_end (database);
  if (taken)
    satchel_replica_drop_download (replica);
  return taken;
}
