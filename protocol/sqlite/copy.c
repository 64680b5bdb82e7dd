/* Databases as files: their logs, whole copies, and what is on the disk for good.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/sqlite/database-private.h"
#include "protocol/sqlite/opening.h"

static gboolean
copy_pages (SatchelDatabase *database, SatchelDatabase *copy, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (copy->handle, "main", database->handle, "main");
  int result;

  if (backup == NULL)
    return satchel_database_fail (copy, sqlite3_errcode (copy->handle), error);
  do {
    result = sqlite3_backup_step (backup, -1);
    if (result == SQLITE_BUSY || result == SQLITE_LOCKED)
      sqlite3_sleep (10);
  } while (result == SQLITE_BUSY || result == SQLITE_LOCKED);
  sqlite3_backup_finish (backup);
  return result == SQLITE_DONE || satchel_database_fail (copy, result, error);
}

gboolean
satchel_sync_path (const char *path, GError **error)
{
  int descriptor = open (path, O_RDONLY | O_CLOEXEC);
  gboolean synced = descriptor >= 0 && fsync (descriptor) == 0;

  if (!synced)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  if (descriptor >= 0)
    close (descriptor);
  return synced;
}

gboolean
satchel_database_empty_log (SatchelDatabase *database, gboolean *emptied, GError **error)
{
  int result;

  satchel_database_assert_owner (database);
  g_assert (!database->transaction);
  sqlite3_busy_timeout (database->handle, 0); /* nobody waits for tidiness */
  result = sqlite3_wal_checkpoint_v2 (database->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  sqlite3_busy_timeout (database->handle, SATCHEL_DATABASE_PATIENCE_MS);
  *emptied = result == SQLITE_OK;
  return result == SQLITE_OK || (result & 0xff) == SQLITE_BUSY ||
         satchel_database_fail (database, result, error);
}

gboolean
satchel_database_fold_log (SatchelDatabase *database, GError **error)
{
  gboolean emptied;

  if (!satchel_database_empty_log (database, &emptied, error))
    return FALSE;
  if (!emptied)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "%s is in use", database->path);
  return emptied;
}

void
satchel_database_remove_files (const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);

    g_unlink (name);
  }
}

gboolean
satchel_database_backup (SatchelDatabase *database, const char *path, GError **error)
{
  g_autofree char *partial = g_strconcat (path, ".partial", NULL);
  g_autofree char *directory = g_path_get_dirname (path);
  SatchelDatabase *copy;
  gboolean copied;

  satchel_database_assert_owner (database);
  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "%s exists already", path);
    return FALSE;
  }
  satchel_database_remove_files (partial); /* of an attempt that was cut */

  copy = satchel_database_open_in (partial, SATCHEL_DATABASE_READ_WRITE, database->store, error);
  if (copy == NULL) {
    satchel_database_remove_files (partial); /* a full disk lets a file be made, but not be written */
    return FALSE;
  }
  /* Closing would fold the log in, too, but cannot tell that it did not. */
  copied = copy_pages (database, copy, error) && satchel_database_fold_log (copy, error);
  satchel_database_close (copy);
  if (!copied || !satchel_sync_path (partial, error)) {
    satchel_database_remove_files (partial);
    return FALSE;
  }
  if (g_rename (partial, path) < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
    satchel_database_remove_files (partial);
    return FALSE;
  }
  if (satchel_sync_path (directory, error))
    return TRUE;
  g_unlink (path);
  return FALSE;
}
