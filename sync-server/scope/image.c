/* Making an image: rows, then indexes and full-text tables as for any bulk load, then zstd. What is half made
 * when the server dies is swept with the folder (snapshot.c): nothing here has to be durable.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/image.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <zstd.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/sqlite/stub-table.h"
#include "sync-server/store/images.h"

#define ZSTD_LEVEL    3
#define STEPS_TO_LOOK 10000 /* of SQLite's machine, between two looks at whether to stop */

/* ---- rows ---- */

static void
note_named (const SatchelTextForm *form, SatchelStatement *row, gpointer data)
{
  satchel_pulling_note_named (data, form, row);
}

static gboolean
copy_entity (SatchelPulling *pull, SatchelDatabase *database, const SatchelEntity *entity, gint64 *n_rows,
             GError **error)
{
  const SatchelHolding *holding = satchel_holdings_get (pull->now, entity);
  g_autoptr (GPtrArray) fields = g_ptr_array_new (), lookups = g_ptr_array_new ();
  const SatchelTextForm form = { entity, fields, lookups, FALSE };
  g_auto (SatchelConditions) select = { 0 };

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (satchel_holding_hides (holding, field))
      continue;
    g_ptr_array_add (fields, (gpointer)field);
    if (satchel_pulling_names_stubs (pull, field))
      g_ptr_array_add (lookups, (gpointer)field);
  }
  satchel_conditions_init (&select);
  return satchel_pulling_select_carried (pull, entity, &select, error) &&
         satchel_entity_table_ensure (database, entity, "e", error) &&
         satchel_entity_table_drop_indexes (database, entity, error) &&
         satchel_images_copy_rows (pull->store, database, &form, &select, note_named, pull, n_rows, error) &&
         satchel_entity_table_ensure (database, entity, "e", error) &&
         satchel_entity_search_ensure (database, entity, error);
}

static gboolean
copy_stub (const SatchelEntity *entity, gint64 row, gpointer data, GError **error)
{
  gpointer *both = data;

  return satchel_images_copy_stub (both[0], both[1], entity, row, error);
}

static gboolean
fill (SatchelPulling *pull, SatchelDatabase *database, gint64 *n_rows, GError **error)
{
  gpointer both[] = { pull->store, database };
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    if (!copy_entity (pull, database, entities[i], n_rows, error))
      return FALSE;
  }
  return satchel_database_execute (database, SATCHEL_STUB_TABLE, error) &&
         satchel_pulling_visit_stubs (pull, copy_stub, both, error);
}

static int
must_stop_cb (void *stop)
{
  return stop != NULL && g_atomic_int_get ((const gint *)stop) != 0;
}

/* A file that is thrown away when anything goes wrong needs neither a log nor syncing. */
static gboolean
write_file (SatchelPulling *pull, const char *path, const gint *stop, gint64 *n_rows, GError **error)
{
  g_autoptr (SatchelDatabase) database = satchel_database_open (path, SATCHEL_DATABASE_READ_WRITE, error);

  if (database == NULL ||
      !satchel_database_execute (database, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF", error) ||
      !satchel_database_begin (database, error))
    return FALSE;
  sqlite3_progress_handler (satchel_database_get_handle (database), STEPS_TO_LOOK, must_stop_cb,
                            (gpointer)stop);
  if (fill (pull, database, n_rows, error))
    return satchel_database_commit (database, error);
  satchel_database_rollback (database);
  return FALSE;
}

gboolean
satchel_image_count (SatchelPulling *pull, gint64 *n_rows, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);

  *n_rows = 0;
  for (guint i = 0; i < n_entities; i++) {
    g_auto (SatchelConditions) select = { 0 };
    g_autoptr (GArray) rows = NULL;

    satchel_conditions_init (&select);
    if (!satchel_pulling_select_carried (pull, entities[i], &select, error))
      return FALSE;
    rows = satchel_texts_select_rows (pull->store, &select, error);
    if (rows == NULL)
      return FALSE;
    *n_rows += rows->len;
  }
  return TRUE;
}

/* ---- compressing ---- */

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "a snapshot: %s: %s", what, g_strerror (errno));
  return FALSE;
}

typedef struct {
  ZSTD_CCtx *zstd;
  GChecksum *checksum;
  FILE *from, *to;
  char *in, *out;
  gsize out_size;
} Packing;

static void
packing_clear (Packing *packing)
{
  ZSTD_freeCCtx (packing->zstd);
  g_clear_pointer (&packing->checksum, g_checksum_free);
  g_clear_pointer (&packing->from, fclose);
  g_clear_pointer (&packing->to, fclose);
  g_free (packing->in);
  g_free (packing->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Packing, packing_clear)

/* A frame of its own, which says how much it holds: a device decompresses where it reads. */
static gboolean
pack_frame (Packing *packing, gsize size, SatchelImage *image, GError **error)
{
  const gsize packed = ZSTD_compress2 (packing->zstd, packing->out, packing->out_size, packing->in, size);

  if (ZSTD_isError (packed)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "a snapshot: %s", ZSTD_getErrorName (packed));
    return FALSE;
  }
  g_checksum_update (packing->checksum, (const guint8 *)packing->out, (gssize)packed);
  if (fwrite (packing->out, 1, packed, packing->to) != packed)
    return fail ("the disk", error);
  image->bytes += packed;
  return TRUE;
}

static gboolean
pack (const char *from, const char *to, const gint *stop, SatchelImage *image, GError **error)
{
  g_auto (Packing) packing = { 0 };
  gsize size;

  packing.from = g_fopen (from, "rbe");
  packing.to = g_fopen (to, "wbe");
  if (packing.from == NULL || packing.to == NULL)
    return fail ("its file", error);
  packing.zstd = ZSTD_createCCtx ();
  ZSTD_CCtx_setParameter (packing.zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
  packing.checksum = g_checksum_new (G_CHECKSUM_SHA256);
  packing.in = g_malloc (SATCHEL_SNAPSHOT_FRAME_BYTES);
  packing.out_size = ZSTD_compressBound (SATCHEL_SNAPSHOT_FRAME_BYTES);
  packing.out = g_malloc (packing.out_size);
  while ((size = fread (packing.in, 1, SATCHEL_SNAPSHOT_FRAME_BYTES, packing.from)) > 0) {
    image->image_bytes += size;
    if (image->image_bytes > SATCHEL_MAX_IMAGE_BYTES || image->bytes > SATCHEL_MAX_SNAPSHOT_BYTES) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the snapshot is too large");
      return FALSE;
    }
    if (must_stop_cb ((gpointer)stop)) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED,
                           "the snapshot is not wanted any more");
      return FALSE;
    }
    if (!pack_frame (&packing, size, image, error))
      return FALSE;
  }
  if (ferror (packing.from))
    return fail ("reading it", error);
  if (fflush (packing.to) != 0)
    return fail ("the disk", error);
  g_strlcpy (image->hash, g_checksum_get_string (packing.checksum), sizeof image->hash);
  return TRUE;
}

gboolean
satchel_image_write (SatchelPulling *pull, const char *path, const gint *stop, SatchelImage *image,
                     GError **error)
{
  static const char *const beside[] = { ".db", ".db-wal", ".db-shm", ".db-journal" };
  g_autofree char *plain = g_strconcat (path, ".db", NULL);
  gboolean written;

  *image = (SatchelImage){ 0 };
  written = write_file (pull, plain, stop, &image->rows, error) && pack (plain, path, stop, image, error);
  for (gsize i = 0; i < G_N_ELEMENTS (beside); i++) {
    g_autofree char *name = g_strconcat (path, beside[i], NULL);

    g_unlink (name); /* what is not there needs no removing */
  }
  if (!written)
    g_unlink (path);
  return written;
}
