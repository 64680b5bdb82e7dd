/* The spool is a file descriptor; its name, where the file system needs one, is removed at once. What reaches
 * the disk is encrypted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#include "client/vault/stream.h"
#include "protocol/error.h"

#define PIECE_BYTES (16 * 1024)

struct _SatchelPullSpool {
  int fd;
  SatchelStreamKey key;
  guint64 size;
};

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

/* Not every file system has O_TMPFILE. */
static int
open_nameless (const char *directory)
{
  g_autofree char *path = NULL;
  int fd = open (directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
    return fd;
  path = g_build_filename (directory, "pull-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    unlink (path);
  return fd;
}

SatchelPullSpool *
satchel_pull_spool_new (const char *directory, GError **error)
{
  SatchelPullSpool *spool;
  int fd = open_nameless (directory);

  if (fd < 0) {
    fail ("the pull has no room beside the replica", error);
    return NULL;
  }
  spool = g_new0 (SatchelPullSpool, 1);
  spool->fd = fd;
  satchel_stream_key_init (&spool->key);
  return spool;
}

void
satchel_pull_spool_free (SatchelPullSpool *spool)
{
  if (spool == NULL)
    return;
  close (spool->fd);
  satchel_stream_key_clear (&spool->key);
  g_free (spool);
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize size, GError **error)
{
  while (size > 0) {
    gssize written = write (fd, bytes, size);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return fail ("the pull does not fit on the disk", error);
    bytes += written;
    size -= written;
  }
  return TRUE;
}

gboolean
satchel_pull_spool_write (SatchelPullSpool *spool, const char *bytes, gsize size, GError **error)
{
  guint8 piece[PIECE_BYTES];

  while (size > 0) {
    gsize taken = MIN (size, sizeof piece);

    memcpy (piece, bytes, taken);
    satchel_stream_turn (&spool->key, spool->size, piece, taken);
    if (!write_all (spool->fd, piece, taken, error))
      return FALSE;
    spool->size += taken;
    bytes += taken;
    size -= taken;
  }
  return TRUE;
}

GInputStream *
satchel_pull_spool_read (SatchelPullSpool *spool, GError **error)
{
  g_autoptr (GInputStream) base = NULL;

  if (lseek (spool->fd, 0, SEEK_SET) < 0) {
    fail ("the pull cannot be read again", error);
    return NULL;
  }
  base = g_unix_input_stream_new (spool->fd, FALSE);
  return satchel_stream_open (base, &spool->key);
}
