/* Files of attachments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/blobs/files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/error.h"

#define READ_BYTES (256 * 1024)

static char *
blob_path (const char *dir, const char *hash)
{
  const char prefix[] = { hash[0], hash[1], '\0' };

  return g_build_filename (dir, "blobs", prefix, hash, NULL);
}

static char *
part_path (const char *dir, const char *part)
{
  return g_build_filename (dir, "blobs", "parts", part, NULL);
}

static gboolean
fail (const char *path, GError **error)
{
  const int saved = errno;

  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (saved));
  return FALSE;
}

static gboolean
make_parent (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  return g_mkdir_with_parents (parent, 0700) == 0 || fail (parent, error);
}

gboolean
satchel_blob_part_size (const char *dir, const char *user, const char *hash, gint64 *size, GError **error)
{
  g_autofree char *name = g_strconcat (user, ".", hash, NULL);
  g_autofree char *path = part_path (dir, name);
  struct stat status;

  *size = 0;
  if (stat (path, &status) == 0)
    *size = status.st_size;
  else if (errno != ENOENT)
    return fail (path, error);
  return TRUE;
}

/* ---- writing ---- */

static gboolean
write_all (int file, const char *path, const guint8 *bytes, gsize size, GError **error)
{
  while (size > 0) {
    gssize written = write (file, bytes, size);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return fail (path, error);
    bytes += written;
    size -= written;
  }
  return TRUE;
}

/* The digest of an open file, from its start. */
static gboolean
digest_file (int file, const char *path, char **digest, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (READ_BYTES);
  gint64 offset = 0;
  gssize n;

  while ((n = pread (file, buffer, READ_BYTES, offset)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail (path, error);
    g_checksum_update (sum, buffer, n);
    offset += n;
  }
  *digest = g_strdup (g_checksum_get_string (sum));
  return TRUE;
}

static gboolean
sync_parent (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  int directory = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = directory >= 0 && fsync (directory) == 0;

  if (!done)
    (void)fail (parent, error);
  if (directory >= 0)
    close (directory);
  return done;
}

/* The last byte is here: verified, synced, moved. */
static gboolean
complete (int file, const char *part, const char *dir, const char *hash, GError **error)
{
  g_autofree char *path = blob_path (dir, hash);
  g_autofree char *digest = NULL;

  if (!digest_file (file, part, &digest, error))
    return FALSE;
  if (!g_str_equal (digest, hash)) {
    (void)g_unlink (part);
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "the bytes are not those that the hash names; send them again");
    return FALSE;
  }
  if (fsync (file) != 0)
    return fail (part, error);
  return make_parent (path, error) && (g_rename (part, path) == 0 || fail (path, error)) &&
         sync_parent (path, error);
}

/* With the part's lock held. */
static gboolean
append (int file, const char *part, const char *dir, const char *hash, gint64 size, gint64 offset,
        GBytes *bytes, gint64 *have, gboolean *done, GError **error)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  struct stat status;

  if (fstat (file, &status) != 0)
    return fail (part, error);
  *have = status.st_size;
  if (*have > size || (*have == offset && (gint64)n > size - offset)) {
    (void)g_unlink (part);
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "these are more bytes than were announced");
    return FALSE;
  }
  if (*have == offset) {
    if (lseek (file, offset, SEEK_SET) < 0)
      return fail (part, error);
    if (!write_all (file, part, data, n, error)) {
      /* A full disk must not leave half a piece whose length says otherwise. */
      (void)!ftruncate (file, offset);
      return FALSE;
    }
    *have = offset + (gint64)n;
  }
  *done = *have == size;
  return !*done || complete (file, part, dir, hash, error);
}

/* Another request may have completed the part while this one waited for it: then the path names another file.
 */
static gboolean
lock_part (int file, const char *path, GError **error)
{
  struct stat mine, there;

  if (flock (file, LOCK_EX) != 0 || fstat (file, &mine) != 0)
    return fail (path, error);
  if (stat (path, &there) == 0 && there.st_ino == mine.st_ino && there.st_dev == mine.st_dev)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY,
                       "this attachment arrives by another request");
  return FALSE;
}

gboolean
satchel_blob_part_write (const char *dir, const char *user, const char *hash, gint64 size, gint64 offset,
                         GBytes *bytes, gint64 *have, gboolean *done, GError **error)
{
  g_autofree char *name = g_strconcat (user, ".", hash, NULL);
  g_autofree char *path = part_path (dir, name);
  gboolean good;
  int file;

  *done = FALSE;
  *have = 0;
  if (!make_parent (path, error))
    return FALSE;
  file = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0)
    return fail (path, error);
  good =
      lock_part (file, path, error) && append (file, path, dir, hash, size, offset, bytes, have, done, error);
  close (file);
  return good;
}

/* ---- reading ---- */

GBytes *
satchel_blob_read (const char *dir, const char *hash, gint64 offset, gsize most, GError **error)
{
  g_autofree char *path = blob_path (dir, hash);
  g_autofree guint8 *buffer = g_malloc (most);
  gsize n = 0;
  gssize got = 1;
  int file = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (file < 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "an attachment's file is missing");
    return NULL;
  }
  while (n < most && got != 0) {
    got = pread (file, buffer + n, most - n, offset + (gint64)n);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      (void)fail (path, error);
      close (file);
      return NULL;
    }
    n += got;
  }
  close (file);
  return g_bytes_new_take (g_steal_pointer (&buffer), n);
}

gboolean
satchel_blob_exists (const char *dir, const char *hash)
{
  g_autofree char *path = blob_path (dir, hash);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static gboolean
remove_file (const char *path, GError **error)
{
  return g_unlink (path) == 0 || errno == ENOENT || fail (path, error);
}

gboolean
satchel_blob_remove (const char *dir, const char *hash, GError **error)
{
  g_autofree char *path = blob_path (dir, hash);

  return remove_file (path, error);
}

gboolean
satchel_blob_part_remove (const char *dir, const char *part, GError **error)
{
  g_autofree char *path = part_path (dir, part);

  return remove_file (path, error);
}

gboolean
satchel_blob_verify (const char *dir, const char *hash, gboolean *good, GError **error)
{
  g_autofree char *path = blob_path (dir, hash);
  g_autofree char *digest = NULL;
  int file = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  gboolean read;

  *good = FALSE;
  if (file < 0)
    return errno == ENOENT || fail (path, error);
  read = digest_file (file, path, &digest, error);
  close (file);
  *good = read && g_str_equal (digest, hash);
  return read;
}

/* ---- backups ---- */

/* Complete under its name or not there at all. */
static gboolean
transfer (const char *from, const char *to, gboolean *found, GError **error)
{
  g_autofree char *copy = g_strconcat (to, ".part", NULL);
  g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (copy);
  g_autoptr (GError) problem = NULL;

  *found = g_file_test (from, G_FILE_TEST_IS_REGULAR);
  if (!*found)
    return TRUE;
  if (!make_parent (to, error))
    return FALSE;
  if (link (from, to) == 0 || errno == EEXIST)
    return TRUE;
  if (!g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL,
                    NULL, &problem)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", to, problem->message);
    return FALSE;
  }
  return (g_chmod (copy, 0600) == 0 && g_rename (copy, to) == 0) || fail (to, error);
}

gboolean
satchel_blob_save (const char *dir, const char *hash, const char *directory, gboolean *found, GError **error)
{
  g_autofree char *from = blob_path (dir, hash);
  g_autofree char *to = g_build_filename (directory, hash, NULL);

  return transfer (from, to, found, error);
}

gboolean
satchel_blob_load (const char *dir, const char *hash, const char *directory, gboolean *found, GError **error)
{
  g_autofree char *from = g_build_filename (directory, hash, NULL);
  g_autofree char *to = blob_path (dir, hash);

  return transfer (from, to, found, error);
}
