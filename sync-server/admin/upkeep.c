/* satchel-server backup, restore, check.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sync-server/admin/commands.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/store/store.h"

gboolean
satchel_command_backup (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  g_autofree char *dir = satchel_organisation_get_dir (arguments, error);
  const char *file = satchel_arguments_get (arguments, 0);

  if (dir == NULL || !satchel_organisation_open (dir, &organisation, error) ||
      !satchel_server_backup (organisation.server, file, error))
    return FALSE;
  g_print ("%s is backed up in %s\n", dir, file);
  return TRUE;
}

/* A directory that was made for what could not be restored; one with anything in it stays. */
static void
leave_nothing (const char *dir)
{
  g_autofree char *store = satchel_store_file (dir), *lock = g_build_filename (dir, "serving.lock", NULL);

  if (g_file_test (store, G_FILE_TEST_EXISTS))
    return;
  g_unlink (lock);
  g_rmdir (dir);
}

static gboolean
restore_locked (const char *dir, const char *file, GError **error)
{
  int lock = satchel_organisations_lock (dir, error);
  if (lock < 0)
    return FALSE;
  gboolean ok = satchel_server_restore (dir, file, satchel_clock_system (), error);
  if (!ok)
    leave_nothing (dir);
  close (lock);
  return ok;
}

/* Two with one identity would take each other's tokens. */
static gboolean
is_here_already (const char *data, const char *slug, const SatchelStore *store)
{
  g_autofree char *dir = satchel_organisations_get_dir (data, slug);
  g_autofree char *file = satchel_store_file (dir);
  g_autoptr (SatchelStore) other = satchel_store_open_file (file, SATCHEL_DATABASE_READ_ONLY, NULL);

  return other != NULL && g_str_equal (other->organisation, store->organisation);
}

static gboolean
check_is_new (const char *data, const char *dir, GError **error)
{
  g_autofree char *file = satchel_store_file (dir);
  g_autoptr (SatchelStore) store = satchel_store_open_file (file, SATCHEL_DATABASE_READ_ONLY, error);
  g_autoptr (GPtrArray) entries = store != NULL ? satchel_organisations_list (data, error) : NULL;

  if (entries == NULL)
    return FALSE;
  gboolean here = is_here_already (data, NULL, store);
  for (guint i = 0; i < entries->len && !here; i++)
    here = is_here_already (data, ((SatchelOrganisationEntry *)entries->pdata[i])->slug, store);
  if (here)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS,
                         "the organisation of this backup is on this server already");
  return !here;
}

/* An organisation that is not here yet comes with its backup. */
static gboolean
restore_new (const char *data, const char *slug, const char *file, GError **error)
{
  if (!satchel_slug_is_valid (slug, strlen (slug))) {
    g_set_error (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS, SATCHEL_SLUG_RULE, slug);
    return FALSE;
  }
  g_autofree char *dir = satchel_organisations_begin (data, error);
  if (dir == NULL)
    return FALSE;
  if (restore_locked (dir, file, error) && check_is_new (data, dir, error) &&
      satchel_organisations_finish (data, dir, slug, error))
    return TRUE;
  satchel_organisations_abandon (dir);
  return FALSE;
}

gboolean
satchel_command_restore (const SatchelArguments *arguments, GError **error)
{
  const char *data = satchel_arguments_require_option (arguments, "data", error);
  const char *slug = satchel_arguments_get_option (arguments, "org");
  const char *file = satchel_arguments_get (arguments, 0);

  if (data == NULL)
    return FALSE;
  if (g_mkdir_with_parents (data, 0700) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "cannot create %s", data);
    return FALSE;
  }
  g_autofree char *dir = satchel_organisations_get_dir (data, slug);
  gboolean is_new = slug != NULL && !satchel_organisations_exists (data, slug);
  if (!(is_new ? restore_new (data, slug, file, error) : restore_locked (dir, file, error)))
    return FALSE;
  g_print ("%s is restored from %s; devices will check what they hold against it\n", dir, file);
  return TRUE;
}

gboolean
satchel_command_check (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  g_autofree char *dir = satchel_organisation_get_dir (arguments, error);

  if (dir == NULL || !satchel_organisation_open (dir, &organisation, error))
    return FALSE;
  guint n_accepted = 0;
  if (satchel_arguments_has (arguments, "accept") &&
      !satchel_server_accept_rows (organisation.server, &n_accepted, error))
    return FALSE;
  gint64 n_refiled = 0;
  if (satchel_arguments_has (arguments, "repair") &&
      !satchel_server_repair_filters (organisation.server, &n_refiled, error))
    return FALSE;
  if (n_refiled > 0)
    g_print ("%" G_GINT64_FORMAT " records are filed anew\n", n_refiled);
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
