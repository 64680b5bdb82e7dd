/* Files of some kilobytes, some of them the same; now and then one of several pieces, and one that is only
 * fetched on opening.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/files.h"

#include <glib/gstdio.h>
#include <string.h>

#include "client/blobs/attach.h"
#include "client/blobs/uses.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/read.h"

#define N_CONTENTS    40 /* so many that some are attached twice, by people who do not know of each other */
#define MOST_BYTES    5000
#define LARGE_BYTES   1100000
#define PERCENT_LARGE 4

SatchelValue *
sim_file_new (SimDevice *device)
{
  SimWorld *world = device->world;
  const guint content = sim_random (world, N_CONTENTS);
  const gsize size = sim_chance (world, PERCENT_LARGE) ? LARGE_BYTES : content * MOST_BYTES / N_CONTENTS;
  g_autofree char *path = g_strdup_printf ("%s/offer-%u.pdf", world->directory, content);
  g_autofree char *text = g_malloc (size + 1);
  g_autoptr (GError) error = NULL;
  SatchelValue *value;
  memset (text, 'a' + (int)content % 26, size);
  memcpy (text, &content, MIN (size, sizeof content));
  sim_check (world, g_file_set_contents (path, text, size, &error), error, "writing a file");
  value = satchel_attach (satchel_session_get_replica (device->session), path, &error);
  sim_check (world, value != NULL, error, "attaching a file");
  g_unlink (path);
  return value;
}

/* What @table holds in its fields for files: hashes and sizes, of shown rows those that came from the server.
 */
static char *
select_files (SimDevice *device, const char *table, const char *where)
{
  GString *sql = g_string_new (NULL);
  guint n;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (device->session), &n);
  for (guint i = 0; i < n; i++)
    for (guint f = 0; f < entities[i]->n_fields; f++)
      if (entities[i]->fields[f]->type == SATCHEL_TYPE_FILE)
        g_string_append_printf (
            sql,
            "%sSELECT f_%s ->> 'hash' AS hash, f_%s ->> 'size_bytes' FROM %s_%s WHERE f_%s IS NOT NULL%s",
            sql->len > 0 ? " UNION ALL " : "", entities[i]->fields[f]->name, entities[i]->fields[f]->name,
            table, entities[i]->name, entities[i]->fields[f]->name, where);
  return g_string_free (sql, FALSE);
}

static void
check_there (SimDevice *device)
{
  g_autofree char *sql = select_files (device, "e", " AND s > 0");
  SatchelReplica *replica = satchel_session_get_replica (device->session);
  SatchelBlobStore *store = satchel_replica_get_blobs (replica);
  sqlite3_stmt *statement = sim_prepare (device->world, sim_device_handle (device), sql);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    const char *hash = (const char *)sqlite3_column_text (statement, 0);
    gint64 size = sqlite3_column_int64 (statement, 1);
    g_autoptr (GError) error = NULL;
    if (size <= satchel_files_get_policy (replica) && !satchel_blob_store_verify (store, hash, size, &error))
      sim_fail (device->world, "16: device %u (%s) lacks a file of %" G_GINT64_FORMAT " bytes: %s",
                device->index, device->user, size, error->message);
  }
  sqlite3_finalize (statement);
}

static void
check_named (SimDevice *device)
{
  SatchelBlobStore *store = satchel_replica_get_blobs (satchel_session_get_replica (device->session));
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) hashes = satchel_blob_store_list (store, &error);
  g_autofree char *shown = select_files (device, "e", ""), *base = select_files (device, "base", "");
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM (%s UNION ALL %s) WHERE hash = ?1 UNION ALL"
                                          " SELECT 1 FROM set_queue WHERE instr (text, ?1) UNION ALL"
                                          " SELECT 1 FROM set_retained WHERE instr (text, ?1)",
                                          shown, base);
  GHashTableIter iter;
  gpointer hash;
  sim_check (device->world, hashes != NULL, error, "listing files");
  g_hash_table_iter_init (&iter, hashes);
  while (g_hash_table_iter_next (&iter, &hash, NULL))
    if (sim_read_integer (device->world, sim_device_handle (device), sql, hash) < 0)
      sim_fail (device->world, "8: device %u (%s) keeps a file that nothing names: %s", device->index,
                device->user, (char *)hash);
}

void
sim_files_check (SimDevice *device)
{
  check_there (device);
  check_named (device);
}
