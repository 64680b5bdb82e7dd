/* satchel-server backup, restore, check.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "sync-server/admin/commands.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/organisations.h"

gboolean
satchel_command_backup (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  const char *dir = satchel_arguments_require_option (arguments, "data", error);
  const char *file = satchel_arguments_get (arguments, 0);

  if (dir == NULL || !satchel_organisation_open (dir, &organisation, error) ||
      !satchel_server_backup (organisation.server, file, error))
    return FALSE;
  g_print ("%s is backed up in %s\n", dir, file);
  return TRUE;
}

gboolean
satchel_command_restore (const SatchelArguments *arguments, GError **error)
{
  const char *dir = satchel_arguments_require_option (arguments, "data", error);
  const char *file = satchel_arguments_get (arguments, 0);

  if (dir == NULL)
    return FALSE;
  if (g_mkdir_with_parents (dir, 0700) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "cannot create %s", dir);
    return FALSE;
  }
  int lock = satchel_organisations_lock (dir, error);
  if (lock < 0)
    return FALSE;
  gboolean ok = satchel_server_restore (dir, file, satchel_clock_system (), error);
  close (lock);
  if (ok)
    g_print ("%s is restored from %s; devices will check what they hold against it\n", dir, file);
  return ok;
}

gboolean
satchel_command_check (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  const char *dir = satchel_arguments_require_option (arguments, "data", error);

  if (dir == NULL || !satchel_organisation_open (dir, &organisation, error))
    return FALSE;
  guint n_accepted = 0;
  if (satchel_arguments_has (arguments, "accept") &&
      !satchel_server_accept_rows (organisation.server, &n_accepted, error))
    return FALSE;
  if (n_accepted > 0)
    g_print ("%u records are taken as they stand\n", n_accepted);
  g_autoptr (GPtrArray) problems = satchel_server_check (organisation.server, error);
  if (problems == NULL)
    return FALSE;

  for (guint i = 0; i < problems->len; i++)
    g_print ("%s\n", (const char *)problems->pdata[i]);
  if (problems->len > 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "%u problem%s found", problems->len,
                 problems->len == 1 ? "" : "s");
    return FALSE;
  }
  g_print ("%s is sound\n", dir);
  return TRUE;
}
