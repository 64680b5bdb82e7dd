/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/source.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "client/eds/sources.h"
#include "protocol/error.h"

/* A folder of our own, so that the file has a name that says what it is. */
static char *
make_path (const char *entity, GError **error)
{
  g_autofree char *pattern = g_build_filename (g_get_user_runtime_dir (), "satchel-import-XXXXXX", NULL);
  const char *name = g_str_equal (entity, "contact") ? "contacts.vcf" : "calendar.ics";

  if (g_mkdtemp (pattern) == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", pattern, g_strerror (errno));
    return NULL;
  }
  return g_build_filename (pattern, name, NULL);
}

char *
satchel_cli_source_fetch (const char *uid, GError **error)
{
  const char *entity;
  g_autofree char *text = satchel_source_read (uid, &entity, error);
  char *path = text != NULL ? make_path (entity, error) : NULL;
  g_autoptr (GError) problem = NULL;

  if (path == NULL || g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &problem))
    return path;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, problem->message);
  satchel_cli_source_drop (path);
  return NULL;
}

void
satchel_cli_source_drop (char *path)
{
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  if (path == NULL)
    return;
  (void)g_remove (path);
  (void)g_rmdir (folder);
  g_free (path);
}
