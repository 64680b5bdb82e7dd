/* Directories of organisations.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/organisation.h"

#include <glib/gstdio.h>

#include "sync-server/admin/demo.h"

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
