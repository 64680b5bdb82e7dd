/* Frames, the latest of them in clear, and a file system for SQLite that has this one file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/packed.h"

#include <sqlite3.h>
#include <string.h>
#include <zstd.h>

#include "protocol/error.h"
#include "protocol/limits.h"

/* Tables and their indexes are read side by side: each has its place in the file. */
#define N_SLOTS 32

typedef struct {
  guint8 *bytes;
  gint64 frame; /* -1: none */
  guint64 used;
} Slot;

struct _SatchelPacked {
  sqlite3_vfs vfs; /* first */
  char *name, *uri;
  GByteArray *bytes;
  GArray *starts; /* gsize: of each frame, and of what would follow the last */
  gint64 image_bytes;
  ZSTD_DCtx *zstd;
  Slot slots[N_SLOTS];
  guint64 n_reads;
};

typedef struct {
  sqlite3_file base; /* first */
  SatchelPacked *packed;
} File;

/* ---- frames ---- */

static gsize
frame_size (const SatchelPacked *packed, gint64 frame)
{
  return (gsize)MIN (packed->image_bytes - frame * SATCHEL_SNAPSHOT_FRAME_BYTES,
                     SATCHEL_SNAPSHOT_FRAME_BYTES);
}

/* No frame is empty, so that there are no more of them than the image has room for. */
static gboolean
find_frames (SatchelPacked *packed)
{
  const gint64 n_frames = (packed->image_bytes - 1) / SATCHEL_SNAPSHOT_FRAME_BYTES + 1;
  gsize start = 0;

  for (gint64 i = 0; i < n_frames; i++) {
    const guint8 *at = packed->bytes->data + start;
    const gsize left = packed->bytes->len - start;
    const gsize size = ZSTD_findFrameCompressedSize (at, left);

    if (ZSTD_isError (size) || ZSTD_getFrameContentSize (at, left) != frame_size (packed, i))
      return FALSE;
    g_array_append_val (packed->starts, start);
    start += size;
  }
  g_array_append_val (packed->starts, start);
  return start == packed->bytes->len;
}

static gboolean
unpack (SatchelPacked *packed, Slot *slot, gint64 frame)
{
  const gsize *starts = &g_array_index (packed->starts, gsize, frame);

  if (slot->bytes == NULL)
    slot->bytes = g_malloc (SATCHEL_SNAPSHOT_FRAME_BYTES);
  slot->frame = -1;
  if (ZSTD_decompressDCtx (packed->zstd, slot->bytes, SATCHEL_SNAPSHOT_FRAME_BYTES,
                           packed->bytes->data + starts[0],
                           starts[1] - starts[0]) != frame_size (packed, frame))
    return FALSE;
  slot->frame = frame;
  return TRUE;
}

/* In the slot that was asked for longest ago, unless it is in one; NULL when it cannot be decompressed. */
static const guint8 *
hold (SatchelPacked *packed, gint64 frame)
{
  Slot *oldest = &packed->slots[0];

  packed->n_reads++;
  for (guint i = 0; i < N_SLOTS; i++) {
    Slot *slot = &packed->slots[i];

    if (slot->frame == frame) {
      slot->used = packed->n_reads;
      return slot->bytes;
    }
    if (slot->used < oldest->used)
      oldest = slot;
  }
  oldest->used = packed->n_reads;
  return unpack (packed, oldest, frame) ? oldest->bytes : NULL;
}

/* ---- the file ---- */

static int
file_close (sqlite3_file *file)
{
  return SQLITE_OK;
}

/* Pages are smaller than frames, but who knows where they lie. */
static int
file_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  SatchelPacked *packed = ((File *)file)->packed;
  guint8 *to = bytes;

  while (size > 0) {
    const gint64 frame = place / SATCHEL_SNAPSHOT_FRAME_BYTES, within = place % SATCHEL_SNAPSHOT_FRAME_BYTES;
    const guint8 *held;
    gsize taken;

    if (place >= packed->image_bytes) {
      memset (to, 0, (gsize)size);
      return SQLITE_IOERR_SHORT_READ;
    }
    held = hold (packed, frame);
    if (held == NULL)
      return SQLITE_CORRUPT;
    taken = MIN ((gsize)size, frame_size (packed, frame) - (gsize)within);
    memcpy (to, held + within, taken);
    to += taken;
    place += (gint64)taken;
    size -= (int)taken;
  }
  return SQLITE_OK;
}

static int
file_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 place)
{
  return SQLITE_READONLY;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return SQLITE_READONLY;
}

static int
file_sync (sqlite3_file *file, int flags)
{
  return SQLITE_OK;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  *size = ((File *)file)->packed->image_bytes;
  return SQLITE_OK;
}

static int
file_lock (sqlite3_file *file, int level)
{
  return SQLITE_OK;
}

static int
file_check_lock (sqlite3_file *file, int *reserved)
{
  *reserved = 0;
  return SQLITE_OK;
}

static int
file_control (sqlite3_file *file, int op, void *argument)
{
  return SQLITE_NOTFOUND;
}

static int
file_sector_size (sqlite3_file *file)
{
  return 4096;
}

static int
file_characteristics (sqlite3_file *file)
{
  return SQLITE_IOCAP_IMMUTABLE;
}

/* ---- the file system ---- */

static int
image_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
  };

  file->pMethods = NULL;
  if (!(flags & SQLITE_OPEN_MAIN_DB))
    return SQLITE_CANTOPEN; /* a journal, or a log */
  ((File *)file)->packed = (SatchelPacked *)vfs;
  file->pMethods = &methods;
  if (out_flags != NULL)
    *out_flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY;
  return SQLITE_OK;
}

static int
image_delete (sqlite3_vfs *vfs, const char *name, int sync)
{
  return SQLITE_READONLY;
}

static int
image_access (sqlite3_vfs *vfs, const char *name, int flags, int *there)
{
  *there = 0;
  return SQLITE_OK;
}

static int
image_full_path (sqlite3_vfs *vfs, const char *name, int size, char *path)
{
  return g_strlcpy (path, name, (gsize)size) < (gsize)size ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* ---- the door ---- */

static gboolean
offer (SatchelPacked *packed)
{
  const sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  if (real == NULL)
    return FALSE;
  packed->name = g_strdup_printf ("satchel-image-%p", (void *)packed);
  packed->uri = g_strdup_printf ("file:/image?vfs=%s&mode=ro&immutable=1", packed->name);
  packed->vfs = (sqlite3_vfs){
    .iVersion = 1,
    .szOsFile = sizeof (File),
    .mxPathname = 64,
    .zName = packed->name,
    .xOpen = image_open,
    .xDelete = image_delete,
    .xAccess = image_access,
    .xFullPathname = image_full_path,
    .xRandomness = real->xRandomness,
    .xSleep = real->xSleep,
    .xCurrentTime = real->xCurrentTime,
  };
  return sqlite3_vfs_register (&packed->vfs, 0) == SQLITE_OK;
}

SatchelPacked *
satchel_packed_new (GByteArray *bytes, gint64 image_bytes, GError **error)
{
  g_autoptr (SatchelPacked) packed = g_new0 (SatchelPacked, 1);

  packed->bytes = bytes;
  packed->image_bytes = image_bytes;
  packed->starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  packed->zstd = ZSTD_createDCtx ();
  for (guint i = 0; i < N_SLOTS; i++)
    packed->slots[i].frame = -1;
  if (packed->zstd != NULL && image_bytes > 0 && find_frames (packed) && offer (packed))
    return g_steal_pointer (&packed);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a snapshot: it is not in frames");
  return NULL;
}

void
satchel_packed_free (SatchelPacked *packed)
{
  if (packed == NULL)
    return;
  if (packed->vfs.zName != NULL)
    sqlite3_vfs_unregister (&packed->vfs);
  for (guint i = 0; i < N_SLOTS; i++)
    g_free (packed->slots[i].bytes);
  ZSTD_freeDCtx (packed->zstd);
  g_array_unref (packed->starts);
  g_byte_array_unref (packed->bytes);
  g_free (packed->name);
  g_free (packed->uri);
  g_free (packed);
}

const char *
satchel_packed_get_uri (SatchelPacked *packed)
{
  return packed->uri;
}
