/* The spool is a file descriptor; its name, where the file system needs one, is removed at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <unistd.h>

#include "protocol/error.h"

struct _SatchelPullSpool {
  int fd;
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
  return spool;
}

void
satchel_pull_spool_free (SatchelPullSpool *spool)
{
  if (spool == NULL)
    return;
  close (spool->fd);
  g_free (spool);
}

gboolean
satchel_pull_spool_write (SatchelPullSpool *spool, const char *bytes, gsize size, GError **error)
{
  while (size > 0) {
    gssize written = write (spool->fd, bytes, size);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return fail ("the pull does not fit on the disk", error);
    bytes += written;
    size -= written;
  }
  return TRUE;
}

GInputStream *
satchel_pull_spool_read (SatchelPullSpool *spool, GError **error)
{
  if (lseek (spool->fd, 0, SEEK_SET) < 0) {
    fail ("the pull cannot be read again", error);
    return NULL;
  }
  return g_unix_input_stream_new (spool->fd, FALSE);
}
