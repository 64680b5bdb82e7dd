/* Directories of organisations.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/organisation.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "sync-server/admin/demo.h"

static const char *const metadata_folders[] = { "entities", "views" };

static gboolean
fail (GError **error, const char *what, const char *path)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "cannot %s %s: %s", what, path,
               g_strerror (errno));
  return FALSE;
}

SatchelRegistry *
satchel_organisation_load_registry (const char *dir, GError **error)
{
  g_autofree char *own = g_build_filename (dir, "metadata", NULL);

  if (g_file_test (own, G_FILE_TEST_IS_DIR))
    return satchel_registry_load_dir (own, error);
  return satchel_registry_ref (satchel_registry_builtin ());
}

static gboolean
copy_folder (const char *from, const char *to, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (from, 0, error);
  const char *name;

  if (folder == NULL)
    return FALSE;
  if (g_mkdir_with_parents (to, 0700) != 0)
    return fail (error, "create", to);
  while ((name = g_dir_read_name (folder)) != NULL) {
    if (!g_str_has_suffix (name, ".xml"))
      continue;
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);
    g_autofree char *text = NULL;
    gsize size;
    if (!g_file_get_contents (source, &text, &size, error) ||
        !g_file_set_contents_full (target, text, size, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
      return FALSE;
  }
  return TRUE;
}

/* Only what copy_folder() makes is removed. */
static void
remove_metadata (const char *metadata)
{
  for (gsize i = 0; i < G_N_ELEMENTS (metadata_folders); i++) {
    g_autofree char *path = g_build_filename (metadata, metadata_folders[i], NULL);
    g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_unlink (file);
    }
    g_rmdir (path);
  }
  g_rmdir (metadata);
}

gboolean
satchel_organisation_copy_metadata (const char *dir, const char *from, GError **error)
{
  g_autofree char *metadata = g_build_filename (dir, "metadata", NULL);
  g_autofree char *staged = g_build_filename (dir, "metadata.new", NULL);
  g_autofree char *old = g_build_filename (dir, "metadata.old", NULL);
  g_autoptr (SatchelRegistry) registry = satchel_registry_load_dir (from, error);

  if (registry == NULL)
    return FALSE;
  remove_metadata (staged);
  remove_metadata (old);
  for (gsize i = 0; i < G_N_ELEMENTS (metadata_folders); i++) {
    g_autofree char *source = g_build_filename (from, metadata_folders[i], NULL);
    g_autofree char *target = g_build_filename (staged, metadata_folders[i], NULL);
    if (g_file_test (source, G_FILE_TEST_IS_DIR) && !copy_folder (source, target, error))
      return FALSE;
  }

  /* A crash in between leaves the old set under a name that says so, and the next copy starts anew. */
  gboolean had_one = g_rename (metadata, old) == 0;
  if (g_rename (staged, metadata) != 0)
    return fail (error, "create", metadata);
  if (had_one)
    remove_metadata (old);
  return TRUE;
}

gboolean
satchel_organisation_open (const char *dir, SatchelOrganisation *organisation, GError **error)
{
  organisation->registry = satchel_organisation_load_registry (dir, error);
  if (organisation->registry == NULL)
    return FALSE;
  organisation->server = satchel_server_open (dir, organisation->registry, satchel_clock_system (), error);
  return organisation->server != NULL;
}

void
satchel_organisation_close (SatchelOrganisation *organisation)
{
  g_clear_pointer (&organisation->server, satchel_server_close);
  g_clear_pointer (&organisation->registry, satchel_registry_unref);
}

int
satchel_organisation_lock (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "serving.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0 && errno == ENOENT)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no organisation in %s", dir);
  else if (fd < 0)
    fail (error, "open", path);
  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "another process is serving %s", dir);
    close (fd);
    return -1;
  }
  return fd;
}

void
satchel_organisation_discard (const char *dir)
{
  g_autofree char *metadata = g_build_filename (dir, "metadata", NULL);
  static const char *const files[] = { "satchel.db", "satchel.db-wal", "satchel.db-shm",
                                       SATCHEL_DEMO_USERS_FILE };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (dir, files[i], NULL);
    g_unlink (path);
  }
  remove_metadata (metadata);
  g_rmdir (dir); /* only if nothing else is in it */
}
