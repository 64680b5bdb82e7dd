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

static gboolean
fail (GError **error, const char *what, const char *path)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "cannot %s %s: %s", what, path,
               g_strerror (errno));
  return FALSE;
}

gboolean
satchel_organisation_open (const char *dir, SatchelOrganisation *organisation, GError **error)
{
  organisation->server =
      satchel_server_open (dir, satchel_registry_builtin (), satchel_clock_system (), error);
  return organisation->server != NULL;
}

gboolean
satchel_organisation_open_named (const SatchelArguments *arguments, SatchelOrganisation *organisation,
                                 GError **error)
{
  const char *dir = satchel_arguments_require_option (arguments, "data", error);

  return dir != NULL && satchel_organisation_open (dir, organisation, error);
}

void
satchel_organisation_close (SatchelOrganisation *organisation)
{
  g_clear_pointer (&organisation->server, satchel_server_close);
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
  static const char *const files[] = { "satchel.db", "satchel.db-wal", "satchel.db-shm",
                                       SATCHEL_DEMO_USERS_FILE };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (dir, files[i], NULL);
    g_unlink (path);
  }
  g_rmdir (dir); /* only if nothing else is in it */
}
