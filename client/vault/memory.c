/* A growing array that can be read and written like a file, by one connection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/vault/file.h"

#define BYTES(file) (((SatchelVaultMemory *)(file))->bytes)

static int
memory_close (sqlite3_file *file)
{
  g_byte_array_unref (BYTES (file));
  return SQLITE_OK;
}

static int
memory_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 place)
{
  guint length = BYTES (file)->len;
  guint there = place < length ? MIN ((guint)size, length - (guint)place) : 0;

  if (there > 0)
    memcpy (bytes, BYTES (file)->data + place, there);
  memset ((char *)bytes + there, 0, size - there);
  return there == (guint)size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
memory_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 place)
{
  guint length = BYTES (file)->len;

  if (place + size > G_MAXINT32)
    return SQLITE_FULL;
  if (place + size > length) {
    g_byte_array_set_size (BYTES (file), (guint)(place + size));
    if (place > length)
      memset (BYTES (file)->data + length, 0, place - length);
  }
  memcpy (BYTES (file)->data + place, bytes, size);
  return SQLITE_OK;
}

static int
memory_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  if (size < BYTES (file)->len)
    g_byte_array_set_size (BYTES (file), (guint)size);
  return SQLITE_OK;
}

static int
memory_sync (sqlite3_file *file, int flags)
{
  return SQLITE_OK;
}

static int
memory_size (sqlite3_file *file, sqlite3_int64 *size)
{
  *size = BYTES (file)->len;
  return SQLITE_OK;
}

static int
memory_lock (sqlite3_file *file, int level)
{
  return SQLITE_OK;
}

static int
memory_check_lock (sqlite3_file *file, int *reserved)
{
  *reserved = 0;
  return SQLITE_OK;
}

static int
memory_control (sqlite3_file *file, int operation, void *argument)
{
  return SQLITE_NOTFOUND;
}

static int
memory_nothing (sqlite3_file *file)
{
  return 0;
}

void
satchel_vault_memory_init (SatchelVaultMemory *memory)
{
  static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = memory_close,
    .xRead = memory_read,
    .xWrite = memory_write,
    .xTruncate = memory_truncate,
    .xSync = memory_sync,
    .xFileSize = memory_size,
    .xLock = memory_lock,
    .xUnlock = memory_lock,
    .xCheckReservedLock = memory_check_lock,
    .xFileControl = memory_control,
    .xSectorSize = memory_nothing,
    .xDeviceCharacteristics = memory_nothing,
  };

  memory->base.pMethods = &methods;
  memory->bytes = g_byte_array_new ();
}
