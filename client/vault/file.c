/* Pages and frames on their way to the disk and back. SQLite writes in units that are known: whatever comes
 * in another shape is refused, so that nothing can slip through unsealed.
 *
 * A frame of the log is written in two steps, header and page, and its header holds a checksum of the page as
 * it was before sealing; both are sealed as one. Two rare cases follow: a page that is written again within
 * its transaction keeps the header that it has, and headers of such frames are then written again by
 * themselves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/vault/file.h"

#include <string.h>

#define LOG_HEADER_BYTES 32

#define HANDLE(file) ((SatchelVaultHandle *)(file))
#define REAL(file)   (HANDLE (file)->real)

/* ---- reading and writing the system's file ---- */

static int
read_real (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  return REAL (file)->pMethods->xRead (REAL (file), bytes, size, place);
}

static int
write_real (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 place)
{
  return REAL (file)->pMethods->xWrite (REAL (file), bytes, size, place);
}

/* handle->unit goes to @place, sealed. */
static int
write_unit (SatchelVaultHandle *handle, int size, sqlite3_int64 place)
{
  if (!satchel_seal_close (&handle->seal, handle->unit, place))
    return SQLITE_IOERR_WRITE;
  return write_real (&handle->base, handle->unit, size, place);
}

/* handle->unit comes from @place. What is too short counts as not there. */
static int
read_unit (SatchelVaultHandle *handle, int size, sqlite3_int64 place)
{
  int result = read_real (&handle->base, handle->unit, size, place);

  if (result != SQLITE_OK)
    return result;
  if (satchel_seal_open (&handle->seal, handle->unit, place))
    return SQLITE_OK;
  if (!*handle->replacing)
    return SQLITE_CORRUPT;
  memset (handle->unit, 0, size);
  return SQLITE_OK;
}

/* ---- the database ---- */

/* SQLite also looks at parts of the first page, before it opens the log. When that page was cut by a crash
 * while it was copied from the log, the log still has it: a look finds nothing then, and whoever wants the
 * page itself from here is told that it is damaged. */
static int
page_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  SatchelVaultHandle *handle = HANDLE (file);
  sqlite3_int64 within = place % SATCHEL_PAGE_BYTES;
  int result;

  if (within + size > SATCHEL_PAGE_BYTES)
    return SQLITE_IOERR_READ;
  result = read_unit (handle, SATCHEL_PAGE_BYTES, place - within);
  if (result == SQLITE_OK)
    memcpy (bytes, handle->unit + within, size);
  else
    memset (bytes, 0, size);
  return result == SQLITE_CORRUPT && size < SATCHEL_PAGE_BYTES ? SQLITE_IOERR_SHORT_READ : result;
}

static int
page_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 place)
{
  SatchelVaultHandle *handle = HANDLE (file);

  if (size != SATCHEL_PAGE_BYTES || place % SATCHEL_PAGE_BYTES != 0)
    return SQLITE_IOERR_WRITE;
  memcpy (handle->unit, bytes, size);
  return write_unit (handle, size, place);
}

/* ---- the rollback journal: only while a database is made ---- */

/* A page that was cut by a crash comes out empty: its checksum, which follows it, says so. */
static int
journal_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  SatchelVaultHandle *handle = HANDLE (file);
  int result;

  if (size != SATCHEL_PAGE_BYTES)
    return read_real (file, bytes, size, place);
  result = read_unit (handle, size, place);
  if (result == SQLITE_OK)
    memcpy (bytes, handle->unit, size);
  else
    memset (bytes, 0, size);
  return result == SQLITE_CORRUPT ? SQLITE_OK : result;
}

/* Between the pages stand their numbers and the journal's header, which SQLite pads to a sector: 512 bytes.
 */
static int
journal_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 place)
{
  SatchelVaultHandle *handle = HANDLE (file);

  if (size > SATCHEL_PAGE_BYTES)
    return SQLITE_IOERR_WRITE;
  if (size < SATCHEL_PAGE_BYTES)
    return write_real (file, bytes, size, place);
  memcpy (handle->unit, bytes, size);
  return write_unit (handle, size, place);
}

/* ---- the log ---- */

static gboolean
is_frame (sqlite3_int64 place)
{
  return place >= LOG_HEADER_BYTES && (place - LOG_HEADER_BYTES) % SATCHEL_FRAME_BYTES == 0;
}

/* A header whose page did not follow belongs to a frame that is there. */
static int
settle (SatchelVaultHandle *handle)
{
  sqlite3_int64 place = handle->header_place;
  int result;

  if (place < 0)
    return SQLITE_OK;
  handle->header_place = -1;
  result = read_unit (handle, SATCHEL_FRAME_BYTES, place);
  if (result != SQLITE_OK)
    return SQLITE_IOERR_WRITE;
  memcpy (handle->unit, handle->header, SATCHEL_FRAME_HEADER_BYTES);
  return write_unit (handle, SATCHEL_FRAME_BYTES, place);
}

static int
write_frame (SatchelVaultHandle *handle, const void *page, sqlite3_int64 place)
{
  if (handle->header_place == place) {
    memcpy (handle->unit, handle->header, SATCHEL_FRAME_HEADER_BYTES);
    handle->header_place = -1;
  } else {
    int result = settle (handle);

    if (result == SQLITE_OK)
      result = read_unit (handle, SATCHEL_FRAME_BYTES, place);
    if (result != SQLITE_OK)
      return SQLITE_IOERR_WRITE;
  }
  memcpy (handle->unit + SATCHEL_FRAME_HEADER_BYTES, page, SATCHEL_PAGE_BYTES);
  return write_unit (handle, SATCHEL_FRAME_BYTES, place);
}

static int
log_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 place)
{
  SatchelVaultHandle *handle = HANDLE (file);
  int result;

  if (size == SATCHEL_PAGE_BYTES && is_frame (place - SATCHEL_FRAME_HEADER_BYTES))
    return write_frame (handle, bytes, place - SATCHEL_FRAME_HEADER_BYTES);
  result = settle (handle);
  if (result != SQLITE_OK)
    return result;
  if (size == LOG_HEADER_BYTES && place == 0)
    return write_real (file, bytes, size, place);
  if (size != SATCHEL_FRAME_HEADER_BYTES || !is_frame (place))
    return SQLITE_IOERR_WRITE;
  memcpy (handle->header, bytes, size);
  handle->header_place = place;
  return SQLITE_OK;
}

/* Frames are read whole when the log is recovered after a crash: there one that was cut is the log's end,
 * which is what an empty one means. A page, or a checksum, is read alone because it was committed, or is
 * about to be. */
static int
log_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  SatchelVaultHandle *handle = HANDLE (file);
  sqlite3_int64 within = (place - LOG_HEADER_BYTES) % SATCHEL_FRAME_BYTES;
  int result = settle (handle);

  if (result != SQLITE_OK)
    return result;
  if (place + size <= LOG_HEADER_BYTES)
    return read_real (file, bytes, size, place);
  if (place < LOG_HEADER_BYTES || within + size > SATCHEL_FRAME_BYTES)
    return SQLITE_IOERR_READ;
  result = read_unit (handle, SATCHEL_FRAME_BYTES, place - within);
  if (result == SQLITE_OK)
    memcpy (bytes, handle->unit + within, size);
  else
    memset (bytes, 0, size);
  return result == SQLITE_CORRUPT && size == SATCHEL_FRAME_BYTES ? SQLITE_OK : result;
}

/* ---- the rest is the system's ---- */

static int
vault_close (sqlite3_file *file)
{
  int settled = settle (HANDLE (file));
  int closed = REAL (file)->pMethods->xClose (REAL (file));

  satchel_seal_clear (&HANDLE (file)->seal);
  return settled != SQLITE_OK ? settled : closed;
}

static int
vault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  int result = settle (HANDLE (file));

  return result != SQLITE_OK ? result : REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
vault_sync (sqlite3_file *file, int flags)
{
  int result = settle (HANDLE (file));

  return result != SQLITE_OK ? result : REAL (file)->pMethods->xSync (REAL (file), flags);
}

static int
vault_size (sqlite3_file *file, sqlite3_int64 *size)
{
  int result = settle (HANDLE (file));

  return result != SQLITE_OK ? result : REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
vault_lock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xLock (REAL (file), level);
}

static int
vault_unlock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), level);
}

static int
vault_check_lock (sqlite3_file *file, int *reserved)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), reserved);
}

static int
vault_control (sqlite3_file *file, int operation, void *argument)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), operation, argument);
}

static int
vault_sector_size (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

/* Without the promises that are about what a write of the system does. That a write does not harm its
 * neighbours, as the system's own VFS promises, keeps SQLite from padding and cutting what it writes. */
static int
vault_characteristics (sqlite3_file *file)
{
  return (REAL (file)->pMethods->xDeviceCharacteristics (REAL (file)) & SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN) |
         SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int
vault_shm_map (sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
  return REAL (file)->pMethods->xShmMap (REAL (file), region, size, extend, memory);
}

static int
vault_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
vault_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
vault_shm_unmap (sqlite3_file *file, int delete)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), delete);
}

/* Version 2: without mapping pages into memory, where they would have to be open. */
#define METHODS(reader, writer)                                                                              \
  {                                                                                                          \
    .iVersion = 2, .xClose = vault_close, .xRead = reader, .xWrite = writer, .xTruncate = vault_truncate,    \
    .xSync = vault_sync, .xFileSize = vault_size, .xLock = vault_lock, .xUnlock = vault_unlock,              \
    .xCheckReservedLock = vault_check_lock, .xFileControl = vault_control, .xSectorSize = vault_sector_size, \
    .xDeviceCharacteristics = vault_characteristics, .xShmMap = vault_shm_map, .xShmLock = vault_shm_lock,   \
    .xShmBarrier = vault_shm_barrier, .xShmUnmap = vault_shm_unmap,                                          \
  }

void
satchel_vault_handle_init (SatchelVaultHandle *handle, const guint8 *profile_key, SatchelSealKind kind,
                           const gboolean *replacing)
{
  static const sqlite3_io_methods methods[SATCHEL_SEAL_N_KINDS] = {
    [SATCHEL_SEAL_PAGE] = METHODS (page_read, page_write),
    [SATCHEL_SEAL_FRAME] = METHODS (log_read, log_write),
    [SATCHEL_SEAL_JOURNAL] = METHODS (journal_read, journal_write),
  };

  handle->base.pMethods = &methods[kind];
  handle->header_place = -1;
  handle->replacing = replacing;
  satchel_seal_init (&handle->seal, profile_key, kind);
}
