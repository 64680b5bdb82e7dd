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

char *
satchel_organisation_get_dir (const SatchelArguments *arguments, GError **error)
{
  const char *data = satchel_arguments_require_option (arguments, "data", error);
  const char *slug = satchel_arguments_get_option (arguments, "org");

  if (data == NULL)
    return NULL;
  if (slug != NULL && !satchel_organisations_exists (data, slug)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no organisation “%s” in %s", slug,
                 data);
    return NULL;
  }
  return satchel_organisations_get_dir (data, slug);
}

gboolean
satchel_organisation_open_named (const SatchelArguments *arguments, SatchelOrganisation *organisation,
                                 GError **error)
{
  g_autofree char *dir = satchel_organisation_get_dir (arguments, error);

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
