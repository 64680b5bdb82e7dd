/* Attaching.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/blobs/attach.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/blobs/store.h"
#include "protocol/error.h"

/* Only the name tells: what is in a file is its reader's business. */
static char *
guess_media_type (const char *name)
{
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);
  char *media_type = g_content_type_get_mime_type (type);

  return media_type != NULL ? media_type : g_strdup ("application/octet-stream");
}

SatchelValue *
satchel_attach (SatchelReplica *replica, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *media_type = guess_media_type (name);
  g_autofree char *hash = NULL;
  gint64 size_bytes;

  if (!satchel_blob_store_stage (satchel_replica_get_blobs (replica), path, &hash, &size_bytes, error))
    return NULL;
  return satchel_value_new_file (hash, name, media_type, size_bytes);
}

/* A file that is nowhere but in memory; -1: there is no room. */
static int
open_memory (GBytes *bytes)
{
  gsize size, done = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  const int file = memfd_create ("attachment", MFD_CLOEXEC);

  while (file >= 0 && done < size) {
    const gssize n = write (file, data + done, size - done);

    if (n < 0 && errno != EINTR) {
      close (file);
      return -1;
    }
    done += n > 0 ? (gsize)n : 0;
  }
  return file;
}

char *
satchel_attach_bytes (SatchelReplica *replica, GBytes *bytes, GError **error)
{
  const int file = open_memory (bytes);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", file);
  char *hash = NULL;
  gint64 size_bytes;

  if (file < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, _ ("the attachment cannot be kept: %s"),
                 g_strerror (errno));
    return NULL;
  }
  (void)!satchel_blob_store_stage (satchel_replica_get_blobs (replica), path, &hash, &size_bytes, error);
  close (file);
  return hash;
}
