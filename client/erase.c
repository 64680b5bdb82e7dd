/* First the key: without it the rest means nothing, whatever the disk keeps of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/erase.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <glib/gstdio.h>

#include "client/secrets.h"
#include "protocol/error.h"

/* Links are removed, not followed. */
static gboolean
remove_all (const char *path)
{
  gboolean removed = TRUE;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
    const char *name;

    while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      removed &= remove_all (inner);
    }
  }
  return removed && (g_remove (path) == 0 || errno == ENOENT);
}

gboolean
satchel_profile_erase (const char *directory, GError **error)
{
  g_autoptr (GError) kept_key = NULL, kept_token = NULL;
  gboolean forgotten = satchel_secret_forget (SATCHEL_SECRET_KEY, directory, &kept_key) &
                       satchel_secret_forget (SATCHEL_SECRET_TOKEN, directory, &kept_token);

  if (remove_all (directory) && forgotten)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE,
               _ ("not all of %s could be erased: remove it by hand"), directory);
  return FALSE;
}
