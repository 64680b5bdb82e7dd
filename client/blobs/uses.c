/* Which attachments are named, sent, wanted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/blobs/uses.h"

#include <string.h>

#include "client/blobs/store.h"
#include "client/queue/queue.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/wire/blob.h"
#include "protocol/wire/json.h"

#define FACT_REMAIN "files_remain"
#define FACT_DUE    "files_due"
#define FACT_POLICY "files"

/* How every stored file begins; a text that happens to begin like it is found out by what follows. */
#define FILE_PREFIX "{\"hash\":\""

const char satchel_blob_uses_schema[] =
    "CREATE TABLE outgoing (hash TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

void
satchel_blob_free (SatchelBlob *blob)
{
  if (blob == NULL)
    return;
  g_free (blob->hash);
  g_free (blob);
}

void
satchel_wanted_file_free (SatchelWantedFile *wanted)
{
  if (wanted == NULL)
    return;
  g_free (wanted->entity);
  g_free (wanted->record);
  g_free (wanted->field);
  g_free (wanted->blob.hash);
  g_free (wanted);
}

/* ---- values ---- */

static SatchelBlob *
blob_from_text (const char *text)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  SatchelBlob *blob;

  if (text == NULL || !g_str_has_prefix (text, FILE_PREFIX))
    return NULL;
  node = satchel_json_parse (text, strlen (text), NULL);
  object = node != NULL ? json_node_get_object (node) : NULL;
  if (object == NULL || !json_object_has_member (object, "size_bytes") ||
      !satchel_blob_hash_is_valid (json_object_get_string_member_with_default (object, "hash", "")))
    return NULL;
  blob = g_new0 (SatchelBlob, 1);
  blob->hash = g_strdup (json_object_get_string_member (object, "hash"));
  blob->size_bytes = json_object_get_int_member_with_default (object, "size_bytes", 0);
  return blob;
}

SatchelBlob *
satchel_blob_from_wire (JsonNode *value)
{
  return JSON_NODE_HOLDS_VALUE (value) ? blob_from_text (json_node_get_string (value)) : NULL;
}

static GPtrArray *
new_blobs (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_blob_free);
}

GPtrArray *
satchel_blobs_of_set (const SatchelChangeSet *set)
{
  GPtrArray *blobs = new_blobs ();

  for (guint i = 0; i < set->changes->len; i++) {
    const SatchelChange *change = set->changes->pdata[i];

    for (guint j = 0; j < change->edits->len; j++) {
      SatchelBlob *blob = satchel_blob_from_wire (((SatchelEdit *)change->edits->pdata[j])->value);

      if (blob != NULL)
        g_ptr_array_add (blobs, blob);
    }
  }
  return blobs;
}

gboolean
satchel_entity_has_files (const SatchelEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (entity->fields[i]->type == SATCHEL_TYPE_FILE)
      return TRUE;
  return FALSE;
}

/* ---- outgoing ---- */

static gboolean
add_outgoing (SatchelReplica *replica, const SatchelBlob *blob, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (satchel_replica_get_database (replica),
                                "INSERT OR IGNORE INTO outgoing (hash, size) VALUES (?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, blob->hash);
  satchel_statement_bind_integer (statement, 2, blob->size_bytes);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_outgoing_take (SatchelReplica *replica, const SatchelChangeSet *set, GError **error)
{
  g_autoptr (GPtrArray) blobs = satchel_blobs_of_set (set);

  for (guint i = 0; i < blobs->len; i++) {
    const SatchelBlob *blob = blobs->pdata[i];
    gboolean claimed;

    if (!satchel_blob_store_claim (satchel_replica_get_blobs (replica), blob->hash, &claimed, error) ||
        (claimed && !add_outgoing (replica, blob, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_outgoing_remove (SatchelReplica *replica, const char *hash, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica),
                                                          "DELETE FROM outgoing WHERE hash = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, hash);
  return satchel_statement_run (statement, error);
}

GPtrArray *
satchel_outgoing_list (SatchelReplica *replica, GError **error)
{
  g_autoptr (GPtrArray) blobs = new_blobs ();
  SatchelStatement *statement = satchel_database_prepare (
      satchel_replica_get_database (replica), "SELECT hash, size FROM outgoing ORDER BY hash", error);
  gboolean row;

  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &row, error)) {
    SatchelBlob *blob;

    if (!row)
      return g_steal_pointer (&blobs);
    blob = g_new0 (SatchelBlob, 1);
    blob->hash = g_strdup (satchel_statement_get_text (statement, 0));
    blob->size_bytes = satchel_statement_get_integer (statement, 1);
    g_ptr_array_add (blobs, blob);
  }
  return NULL;
}

/* ---- what rows name ---- */

/* Called for each file field of each row of a table; @data as given. */
typedef void (*FileFunc) (const SatchelEntity *entity, const SatchelField *field, const char *record,
                          const SatchelBlob *blob, gpointer data);

static gboolean
visit_column (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
              const SatchelField *field, FileFunc visit, gpointer data, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT id, %2$s FROM \"%1$s_%3$s\" WHERE %2$s IS NOT NULL ORDER BY row DESC", prefix,
                       satchel_sql_column (field), entity->name);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    SatchelBlob *blob;

    if (!row)
      return TRUE;
    blob = blob_from_text (satchel_statement_get_text (statement, 1));
    if (blob != NULL)
      visit (entity, field, satchel_statement_get_text (statement, 0), blob, data);
    satchel_blob_free (blob);
  }
  return FALSE;
}

/* Tables e_ and base_ have the same columns. */
static gboolean
visit_files (SatchelReplica *replica, const char *prefix, FileFunc visit, gpointer data, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_replica_get_registry (replica), &n_entities);

  for (guint i = 0; i < n_entities; i++)
    for (guint j = 0; j < entities[i]->n_fields; j++) {
      const SatchelField *field = entities[i]->fields[j];

      if (field->type == SATCHEL_TYPE_FILE && !visit_column (satchel_replica_get_database (replica),
                                                             entities[i], prefix, field, visit, data, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- holding ---- */

gboolean
satchel_blobs_note_change (SatchelReplica *replica, GError **error)
{
  return satchel_replica_set_meta (replica, FACT_REMAIN, "1", error) &&
         satchel_replica_set_meta (replica, FACT_DUE, "1", error);
}

static void
strike_cb (const SatchelEntity *entity, const SatchelField *field, const char *record,
           const SatchelBlob *blob, gpointer unnamed)
{
  g_hash_table_remove (unnamed, blob->hash);
}

/* Whatever the outbox holds keeps its files. What is retained for a restored server does so for a while:
 * *later. */
static gboolean
remove_unless_queued (SatchelReplica *replica, const char *hash, gboolean *later, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  gboolean waits, retained;

  if (!satchel_queue_mentions (database, SATCHEL_SET_ANY & ~SATCHEL_SET_BIT (SATCHEL_SET_RETAINED), hash,
                               &waits, error) ||
      !satchel_queue_mentions (database, SATCHEL_SET_BIT (SATCHEL_SET_RETAINED), hash, &retained, error))
    return FALSE;
  *later |= retained && !waits;
  return waits || retained || satchel_blob_store_remove (satchel_replica_get_blobs (replica), hash, error);
}

static gboolean
collect (SatchelReplica *replica, GError **error)
{
  SatchelBlobStore *store = satchel_replica_get_blobs (replica);
  g_autoptr (GHashTable) unnamed = satchel_blob_store_list (store, error);
  gboolean later = FALSE;
  GHashTableIter iter;
  gpointer hash;

  if (unnamed == NULL)
    return FALSE;
  if (g_hash_table_size (unnamed) > 0 && (!visit_files (replica, "e", strike_cb, unnamed, error) ||
                                          !visit_files (replica, "base", strike_cb, unnamed, error)))
    return FALSE;
  g_hash_table_iter_init (&iter, unnamed);
  while (g_hash_table_iter_next (&iter, &hash, NULL))
    if (!remove_unless_queued (replica, hash, &later, error))
      return FALSE;
  return satchel_blob_store_remove_stale (store, later, error) &&
         (later || satchel_replica_set_meta (replica, FACT_REMAIN, NULL, error));
}

gboolean
satchel_blobs_sweep (SatchelReplica *replica, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);

  if (satchel_replica_peek_meta (replica, FACT_REMAIN) == NULL &&
      !satchel_blob_store_is_marked (satchel_replica_get_blobs (replica)))
    return TRUE;
  if (!satchel_database_begin (database, error))
    return FALSE;
  if (collect (replica, error))
    return satchel_database_commit (database, error);
  satchel_database_rollback (database);
  return FALSE;
}

/* ---- fetching ---- */

gint64
satchel_files_get_policy (SatchelReplica *replica)
{
  return satchel_replica_peek_meta_integer (replica, FACT_POLICY, SATCHEL_FILES_USUAL_BYTES);
}

gboolean
satchel_files_set_policy (SatchelReplica *replica, gint64 most_bytes, GError **error)
{
  return satchel_replica_set_meta_integer (replica, FACT_POLICY, most_bytes, error) &&
         satchel_replica_set_meta (replica, FACT_DUE, "1", error);
}

typedef struct {
  SatchelBlobStore *store;
  GPtrArray *wanted;
  GHashTable *seen; /* hashes, borrowed from wanted */
  gint64 most_bytes;
} Search;

static void
want_cb (const SatchelEntity *entity, const SatchelField *field, const char *record, const SatchelBlob *blob,
         gpointer data)
{
  Search *search = data;
  SatchelWantedFile *wanted;

  if (blob->size_bytes > search->most_bytes || g_hash_table_contains (search->seen, blob->hash) ||
      satchel_blob_store_has (search->store, blob->hash))
    return;
  wanted = g_new0 (SatchelWantedFile, 1);
  wanted->entity = g_strdup (entity->name);
  wanted->record = g_strdup (record);
  wanted->field = g_strdup (field->name);
  wanted->blob = (SatchelBlob){ g_strdup (blob->hash), blob->size_bytes };
  g_ptr_array_add (search->wanted, wanted);
  g_hash_table_add (search->seen, wanted->blob.hash);
}

/* What a queued set names was attached here, or will be answered by the server. */
static gboolean
leave_out_queued (SatchelReplica *replica, GPtrArray *wanted, GError **error)
{
  for (guint i = wanted->len; i > 0; i--) {
    const SatchelWantedFile *file = wanted->pdata[i - 1];
    gboolean queued;

    if (!satchel_queue_mentions (satchel_replica_get_database (replica),
                                 SATCHEL_SET_WAITING | SATCHEL_SET_BIT (SATCHEL_SET_PARKED), file->blob.hash,
                                 &queued, error))
      return FALSE;
    if (queued)
      g_ptr_array_remove_index (wanted, i - 1);
  }
  return TRUE;
}

GPtrArray *
satchel_files_list_wanted (SatchelReplica *replica, GError **error)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_wanted_file_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Search search = { satchel_replica_get_blobs (replica), wanted, seen, satchel_files_get_policy (replica) };

  if (satchel_replica_peek_meta (replica, FACT_DUE) == NULL)
    return g_steal_pointer (&wanted);
  if (search.most_bytes >= 0 &&
      (!visit_files (replica, "e", want_cb, &search, error) || !leave_out_queued (replica, wanted, error)))
    return NULL;
  return g_steal_pointer (&wanted);
}

gboolean
satchel_files_settle (SatchelReplica *replica, GError **error)
{
  return satchel_replica_peek_meta (replica, FACT_DUE) == NULL ||
         satchel_replica_set_meta (replica, FACT_DUE, NULL, error);
}
