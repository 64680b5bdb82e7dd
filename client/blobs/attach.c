/* Attaching.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/blobs/attach.h"

#include "client/blobs/store.h"
#include "client/blobs/uses.h"

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

  /* Noted first: the set may fail at the very end, and then nothing names what is here. */
  if (!satchel_blobs_note_change (replica, error) ||
      !satchel_blob_store_stage (satchel_replica_get_blobs (replica), path, &hash, &size_bytes, error))
    return NULL;
  return satchel_value_new_file (hash, name, media_type, size_bytes);
}
