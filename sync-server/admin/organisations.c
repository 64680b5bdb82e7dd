/* satchel-server org: the organisations of one server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync-server/admin/commands.h"
#include "sync-server/admin/founding.h"
#include "sync-server/admin/listing.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/store/store.h"

#define FIRST "-" /* in place of a slug */

/* ---- add ---- */

static gboolean
has_first (const char *data)
{
  g_autofree char *file = satchel_store_file (data);

  return g_file_test (file, G_FILE_TEST_EXISTS);
}

static gboolean
choose_slug (const SatchelArguments *arguments, const char *name, char **slug, GError **error)
{
  const char *given = satchel_arguments_get_option (arguments, "slug");

  *slug = given != NULL ? g_strdup (given) : satchel_slug_from_name (name);
  if (*slug != NULL && satchel_slug_is_valid (*slug, strlen (*slug)))
    return TRUE;
  if (given != NULL)
    g_set_error (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS, SATCHEL_SLUG_RULE, given);
  else
    g_set_error (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
                 "“%s” makes no address: give one with --slug", name);
  return FALSE;
}

static gboolean
check_addition (const char *data, const char *name, const char *slug, GError **error)
{
  if (!satchel_founding_is_name (name)) {
    g_set_error_literal (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
                         "NAME is one line of text");
    return FALSE;
  }
  if (!has_first (data)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                 "%s holds no organisation; make the first one with “init”", data);
    return FALSE;
  }
  if (satchel_organisations_exists (data, slug)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "there is an organisation “%s” already", slug);
    return FALSE;
  }
  return TRUE;
}

gboolean
satchel_command_org_add (const SatchelArguments *arguments, GError **error)
{
  const char *data = satchel_arguments_require_option (arguments, "data", error);
  const char *name = satchel_arguments_get (arguments, 0);
  g_autofree char *slug = NULL;

  if (data == NULL || !choose_slug (arguments, name, &slug, error) ||
      !check_addition (data, name, slug, error))
    return FALSE;
  g_autofree char *dir = satchel_organisations_begin (data, error);
  if (dir == NULL)
    return FALSE;

  /* Nobody sees it before it is complete. */
  SatchelFounding plan = { .dir = dir,
                           .name = name,
                           .administrator = satchel_arguments_get_option (arguments, "admin"),
                           .password_file = satchel_arguments_get_option (arguments, "password-file") };
  if (!satchel_found_organisation (arguments, &plan, error) ||
      !satchel_organisations_finish (data, dir, slug, error)) {
    satchel_organisations_abandon (dir);
    return FALSE;
  }
  g_print ("%s\n", slug);
  if (plan.administrator == NULL)
    g_printerr (
        "Nobody can sign in yet: satchel-server user add NAME --role %s --password-file FILE --org %s "
        "--data %s\n",
        SATCHEL_FOUNDING_ROLE, slug, data);
  return TRUE;
}

/* ---- list ---- */

static void
list_one (SatchelListing *listing, const char *data, const char *slug, gboolean enabled)
{
  g_autofree char *dir = satchel_organisations_get_dir (data, slug);
  g_autofree char *file = satchel_store_file (dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelStore) store = satchel_store_open_file (file, SATCHEL_DATABASE_READ_ONLY, &error);

  satchel_listing_add_text (listing, slug != NULL ? slug : FIRST);
  satchel_listing_add_text (listing, store != NULL ? store->organisation_name : NULL);
  satchel_listing_add_text (listing, !enabled ? "disabled" : store != NULL ? "enabled" : "damaged");
}

gboolean
satchel_command_org_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "slug", "name", "state", NULL };
  const char *data = satchel_arguments_require_option (arguments, "data", error);
  g_autoptr (GPtrArray) entries = data != NULL ? satchel_organisations_list (data, error) : NULL;

  if (entries == NULL)
    return FALSE;
  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);
  if (has_first (data))
    list_one (listing, data, NULL, TRUE);
  for (guint i = 0; i < entries->len; i++) {
    const SatchelOrganisationEntry *entry = entries->pdata[i];
    list_one (listing, data, entry->slug, entry->enabled);
  }
  satchel_listing_print (listing);
  return TRUE;
}

/* ---- changing one ---- */

gboolean
satchel_command_org_rename (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  const char *data = satchel_arguments_require_option (arguments, "data", error);
  const char *slug = satchel_arguments_get (arguments, 0);
  const char *name = satchel_arguments_get (arguments, 1);

  if (data == NULL)
    return FALSE;
  if (!satchel_founding_is_name (name)) {
    g_set_error_literal (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
                         "NAME is one line of text");
    return FALSE;
  }
  gboolean first = strcmp (slug, FIRST) == 0;
  if (!first && !satchel_organisations_exists (data, slug)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no organisation “%s”", slug);
    return FALSE;
  }
  g_autofree char *dir = satchel_organisations_get_dir (data, first ? NULL : slug);
  return satchel_organisation_open (dir, &organisation, error) &&
         satchel_server_rename (organisation.server, name, error);
}

static gboolean
set_enabled (const SatchelArguments *arguments, gboolean enabled, GError **error)
{
  const char *data = satchel_arguments_require_option (arguments, "data", error);

  return data != NULL &&
         satchel_organisations_set_enabled (data, satchel_arguments_get (arguments, 0), enabled, error);
}

gboolean
satchel_command_org_disable (const SatchelArguments *arguments, GError **error)
{
  return set_enabled (arguments, FALSE, error);
}

gboolean
satchel_command_org_enable (const SatchelArguments *arguments, GError **error)
{
  return set_enabled (arguments, TRUE, error);
}
