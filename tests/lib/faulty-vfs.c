/* A sqlite3_vfs over the default one, which counts and fails.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/faulty-vfs.h"

#include <sqlite3.h>
#include <string.h>

typedef struct {
  sqlite3_file base;
  char *path; /* NULL: a temporary file */
  sqlite3_file *real;
} FaultyFile;

#define FILE_OF(file) ((FaultyFile *)(file))
#define REAL(file)    (FILE_OF (file)->real)

static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;

static GMutex mutex;
static struct {
  FaultyVfsPlan plan;
  char *under;
  guint count;
  gboolean failed;
} state;

/* ---- when it fails ---- */

static gboolean
is_due (FaultyVfsOperations operation, const char *path, FaultyVfsKind *kind)
{
  gboolean due = FALSE;

  g_mutex_lock (&mutex);
  *kind = state.plan.kind;
  if ((state.plan.operations & operation) != 0 &&
      (state.under == NULL || (path != NULL && g_str_has_prefix (path, state.under)))) {
    state.count++;
    due = state.plan.at > 0 && (state.plan.end == FAULTY_VFS_LASTING ? state.count >= state.plan.at
                                                                     : state.count == state.plan.at);
    state.failed |= due;
  }
  g_mutex_unlock (&mutex);
  return due;
}

/* Whether @operation fails now, and with what. */
static gboolean
fails (FaultyVfsOperations operation, sqlite3_file *file, int broken, int *result)
{
  FaultyVfsKind kind;

  if (!is_due (operation, FILE_OF (file)->path, &kind))
    return FALSE;
  *result = kind == FAULTY_VFS_FULL && (operation & (FAULTY_VFS_WRITE | FAULTY_VFS_MAP)) != 0 ? SQLITE_FULL
                                                                                              : broken;
  return TRUE;
}

void
faulty_vfs_arm (const FaultyVfsPlan *plan)
{
  g_assert (real_vfs != NULL);
  g_mutex_lock (&mutex);
  g_free (state.under);
  state.plan = *plan;
  state.under = g_strdup (plan->under);
  state.count = 0;
  state.failed = FALSE;
  g_mutex_unlock (&mutex);
}

gboolean
faulty_vfs_disarm (void)
{
  gboolean failed;

  g_mutex_lock (&mutex);
  failed = state.failed;
  state.plan.at = 0;
  state.failed = FALSE;
  g_mutex_unlock (&mutex);
  return failed;
}

guint
faulty_vfs_get_count (void)
{
  guint count;

  g_mutex_lock (&mutex);
  count = state.count;
  g_mutex_unlock (&mutex);
  return count;
}

/* ---- files ---- */

static int
faulty_close (sqlite3_file *file)
{
  g_free (FILE_OF (file)->path);
  return REAL (file)->pMethods->xClose (REAL (file));
}

static int
faulty_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  int result;

  if (fails (FAULTY_VFS_READ, file, SQLITE_IOERR_READ, &result))
    return result;
  return REAL (file)->pMethods->xRead (REAL (file), bytes, size, place);
}

static int
faulty_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 place)
{
  FaultyVfsKind kind;
  gboolean due = is_due (FAULTY_VFS_WRITE, FILE_OF (file)->path, &kind);

  if (due && kind == FAULTY_VFS_TORN && state.count == state.plan.at)
    REAL (file)->pMethods->xWrite (REAL (file), bytes, size / 2, place);
  if (due)
    return kind == FAULTY_VFS_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  return REAL (file)->pMethods->xWrite (REAL (file), bytes, size, place);
}

static int
faulty_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  int result;

  if (fails (FAULTY_VFS_TRUNCATE, file, SQLITE_IOERR_TRUNCATE, &result))
    return result;
  return REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
faulty_sync (sqlite3_file *file, int flags)
{
  int result;

  if (fails (FAULTY_VFS_SYNC, file, SQLITE_IOERR_FSYNC, &result))
    return result;
  return REAL (file)->pMethods->xSync (REAL (file), flags);
}

static int
faulty_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
faulty_lock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xLock (REAL (file), level);
}

static int
faulty_unlock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), level);
}

static int
faulty_check_lock (sqlite3_file *file, int *reserved)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), reserved);
}

static int
faulty_control (sqlite3_file *file, int operation, void *argument)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), operation, argument);
}

static int
faulty_sector_size (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

static int
faulty_characteristics (sqlite3_file *file)
{
  return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file));
}

static int
faulty_shm_map (sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
  int result;

  if (extend && fails (FAULTY_VFS_MAP, file, SQLITE_IOERR_SHMMAP, &result))
    return result;
  return REAL (file)->pMethods->xShmMap (REAL (file), region, size, extend, memory);
}

static int
faulty_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
faulty_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
faulty_shm_unmap (sqlite3_file *file, int delete)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), delete);
}

/* Version 2: nothing is mapped into memory, where a write would not be seen. */
static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = faulty_close,
  .xRead = faulty_read,
  .xWrite = faulty_write,
  .xTruncate = faulty_truncate,
  .xSync = faulty_sync,
  .xFileSize = faulty_size,
  .xLock = faulty_lock,
  .xUnlock = faulty_unlock,
  .xCheckReservedLock = faulty_check_lock,
  .xFileControl = faulty_control,
  .xSectorSize = faulty_sector_size,
  .xDeviceCharacteristics = faulty_characteristics,
  .xShmMap = faulty_shm_map,
  .xShmLock = faulty_shm_lock,
  .xShmBarrier = faulty_shm_barrier,
  .xShmUnmap = faulty_shm_unmap,
};

/* ---- the file system ---- */

static int
faulty_open (sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  FaultyFile *faulty = FILE_OF (file);
  FaultyVfsKind kind;
  int result;

  file->pMethods = NULL;
  if (is_due (FAULTY_VFS_OPEN, name, &kind))
    return SQLITE_CANTOPEN;
  faulty->real = (sqlite3_file *)(faulty + 1);
  result = real_vfs->xOpen (real_vfs, name, faulty->real, flags, out_flags);
  if (result == SQLITE_OK) {
    faulty->path = g_strdup (name);
    file->pMethods = &methods;
  } else if (faulty->real->pMethods != NULL) {
    faulty->real->pMethods->xClose (faulty->real);
  }
  return result;
}

static int
faulty_delete (sqlite3_vfs *self, const char *name, int sync)
{
  FaultyVfsKind kind;

  return is_due (FAULTY_VFS_DELETE, name, &kind) ? SQLITE_IOERR_DELETE
                                                 : real_vfs->xDelete (real_vfs, name, sync);
}

/* What is not named here are the default's own functions, which do not ask whose they are. */
void
faulty_vfs_install (void)
{
  int result;

  if (real_vfs != NULL)
    return;
  real_vfs = sqlite3_vfs_find (NULL);
  g_assert_nonnull (real_vfs);
  vfs = *real_vfs;
  vfs.pNext = NULL;
  vfs.zName = "faulty";
  vfs.szOsFile = (int)sizeof (FaultyFile) + real_vfs->szOsFile;
  vfs.xOpen = faulty_open;
  vfs.xDelete = faulty_delete;
  result = sqlite3_vfs_register (&vfs, 1);
  g_assert_cmpint (result, ==, SQLITE_OK);
}
