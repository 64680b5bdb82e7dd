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
#define N_SLOTS    32
#define FRAME_ROOM ZSTD_COMPRESSBOUND ((gsize)SATCHEL_SNAPSHOT_FRAME_BYTES)

typedef struct {
  guint8 *bytes;
  gint64 frame; /* -1: none */
  guint64 used;
} Slot;

struct _SatchelPacked {
  sqlite3_vfs vfs; /* first */
  char *name, *uri;
  SatchelPackedRead read;
  gpointer data;
  gint64 bytes;
  GArray *starts; /* gint64: of each frame, and of what would follow the last */
  guint8 *frame;  /* compressed, FRAME_ROOM */
  gint64 image_bytes;
  ZSTD_DCtx *zstd;
  Slot slots[N_SLOTS];
  guint64 n_reads;
  GMutex lock; /* of what is above, once it is offered */
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

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a snapshot: it is not in frames");
  return FALSE;
}

/* How long the frame at @start is: its blocks tell. */
static gboolean
measure_frame (SatchelPacked *packed, gint64 frame, gint64 start, gint64 *size, GError **error)
{
  const gsize left = (gsize)MIN (packed->bytes - start, (gint64)FRAME_ROOM);
  gsize found;

  if (!packed->read (start, packed->frame, left, packed->data, error))
    return FALSE;
  found = ZSTD_findFrameCompressedSize (packed->frame, left);
  if (ZSTD_isError (found) || ZSTD_getFrameContentSize (packed->frame, left) != frame_size (packed, frame))
    return refuse (error);
  *size = (gint64)found;
  return TRUE;
}

/* No frame is empty, so that there are no more of them than the image has room for. */
static gboolean
find_frames (SatchelPacked *packed, GError **error)
{
  const gint64 n_frames = (packed->image_bytes - 1) / SATCHEL_SNAPSHOT_FRAME_BYTES + 1;
  gint64 start = 0, size;

  for (gint64 i = 0; i < n_frames; i++) {
    if (!measure_frame (packed, i, start, &size, error))
      return FALSE;
    g_array_append_val (packed->starts, start);
    start += size;
  }
  g_array_append_val (packed->starts, start);
  return start == packed->bytes || refuse (error);
}

/* A result of SQLite's. */
static int
unpack (SatchelPacked *packed, Slot *slot, gint64 frame)
{
  const gint64 *starts = &g_array_index (packed->starts, gint64, frame);
  const gsize size = (gsize)(starts[1] - starts[0]);

  if (slot->bytes == NULL)
    slot->bytes = g_malloc (SATCHEL_SNAPSHOT_FRAME_BYTES);
  slot->frame = -1;
  if (!packed->read (starts[0], packed->frame, size, packed->data, NULL))
    return SQLITE_IOERR_READ;
  if (ZSTD_decompressDCtx (packed->zstd, slot->bytes, SATCHEL_SNAPSHOT_FRAME_BYTES, packed->frame, size) !=
      frame_size (packed, frame))
    return SQLITE_CORRUPT;
  slot->frame = frame;
  return SQLITE_OK;
}

/* In the slot that was asked for longest ago, unless it is in one. */
static int
hold (SatchelPacked *packed, gint64 frame, const guint8 **bytes)
{
  Slot *oldest = &packed->slots[0];
  int result;

  packed->n_reads++;
  for (guint i = 0; i < N_SLOTS; i++) {
    Slot *slot = &packed->slots[i];

    if (slot->frame == frame) {
      slot->used = packed->n_reads;
      *bytes = slot->bytes;
      return SQLITE_OK;
    }
    if (slot->used < oldest->used)
      oldest = slot;
  }
  oldest->used = packed->n_reads;
  result = unpack (packed, oldest, frame);
  *bytes = oldest->bytes;
  return result;
}

/* ---- the file ---- */

static int
file_close (sqlite3_file *file)
{
  return SQLITE_OK;
}

/* Pages are smaller than frames, but who knows where they lie. */
static int
read_locked (SatchelPacked *packed, guint8 *to, int size, gint64 place)
{
  while (size > 0) {
    const gint64 frame = place / SATCHEL_SNAPSHOT_FRAME_BYTES, within = place % SATCHEL_SNAPSHOT_FRAME_BYTES;
    const guint8 *held;
    gsize taken;
    int result;

    if (place >= packed->image_bytes) {
      memset (to, 0, (gsize)size);
      return SQLITE_IOERR_SHORT_READ;
    }
    result = hold (packed, frame, &held);
    if (result != SQLITE_OK)
      return result;
    taken = MIN ((gsize)size, frame_size (packed, frame) - (gsize)within);
    memcpy (to, held + within, taken);
    to += taken;
    place += (gint64)taken;
    size -= (int)taken;
  }
  return SQLITE_OK;
}

static int
file_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  SatchelPacked *packed = ((File *)file)->packed;
  g_autoptr (GMutexLocker) locked = g_mutex_locker_new (&packed->lock);

  return read_locked (packed, bytes, size, place);
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
satchel_packed_new (SatchelPackedRead read, gpointer data, gint64 bytes, gint64 image_bytes, GError **error)
{
  g_autoptr (SatchelPacked) packed = g_new0 (SatchelPacked, 1);

  packed->read = read;
  packed->data = data;
  packed->bytes = bytes;
  packed->image_bytes = image_bytes;
  packed->starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  packed->frame = g_malloc (FRAME_ROOM);
  packed->zstd = ZSTD_createDCtx ();
  g_mutex_init (&packed->lock);
  for (guint i = 0; i < N_SLOTS; i++)
    packed->slots[i].frame = -1;
  if (packed->zstd == NULL || image_bytes <= 0) {
    refuse (error);
    return NULL;
  }
  if (!find_frames (packed, error))
    return NULL;
  if (offer (packed))
    return g_steal_pointer (&packed);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE,
                       "a snapshot: SQLite takes no file system");
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
  g_mutex_clear (&packed->lock);
  ZSTD_freeDCtx (packed->zstd);
  g_array_unref (packed->starts);
  g_free (packed->frame);
  g_free (packed->name);
  g_free (packed->uri);
  g_free (packed);
}

const char *
satchel_packed_get_uri (SatchelPacked *packed)
{
  return packed->uri;
}
