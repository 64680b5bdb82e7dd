/* satchel-server user, role, unit, device.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/commands.h"
#include "sync-server/admin/listing.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/admin/password-input.h"
#include "sync-server/security/accounts.h"
#include "sync-server/security/roles.h"

static gboolean
open_organisation (const SatchelArguments *arguments, SatchelOrganisation *organisation, GError **error)
{
  const char *dir = satchel_arguments_require_option (arguments, "data", error);

  return dir != NULL && satchel_organisation_open (dir, organisation, error);
}

static SatchelListing *
start_listing (const SatchelArguments *arguments, const char *const *columns)
{
  return satchel_listing_new (
      satchel_arguments_has (arguments, "json") ? SATCHEL_LISTING_JSON : SATCHEL_LISTING_TABLE, columns);
}

static void
print_listing (SatchelListing *listing)
{
  g_autofree char *text = satchel_listing_to_text (listing);

  g_print ("%s", text);
}

/* ---- users ---- */

/* The unit that an option names, or the root. */
static char *
find_unit (const SatchelArguments *arguments, const char *option, SatchelServer *server, GError **error)
{
  const char *unit = satchel_arguments_get_option (arguments, option);

  if (unit == NULL)
    return g_strdup (satchel_server_get_root_unit (server));
  return satchel_accounts_find_unit (server, unit, error);
}

static gboolean
add_user (const SatchelArguments *arguments, SatchelServer *server, const char *password, GError **error)
{
  g_autofree char *unit = find_unit (arguments, "unit", server, error);
  if (unit == NULL)
    return FALSE;

  g_autofree const char **roles = satchel_arguments_get_options (arguments, "role");
  SatchelNewUser user = {
    .login = satchel_arguments_get (arguments, 0),
    .name = satchel_arguments_get_option (arguments, "full-name"),
    .email = satchel_arguments_get_option (arguments, "email"),
    .password = password,
    .unit = unit,
    .roles = roles,
  };
  g_autofree char *id = satchel_accounts_add_user (server, NULL, &user, error);
  if (id != NULL)
    g_print ("%s\n", id);
  return id != NULL;
}

gboolean
satchel_command_user_add (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  const char *file = satchel_arguments_require_option (arguments, "password-file", error);

  if (file == NULL || satchel_arguments_require_option (arguments, "role", error) == NULL ||
      !open_organisation (arguments, &organisation, error))
    return FALSE;
  char *password = satchel_password_read (file, error);
  gboolean ok = password != NULL && add_user (arguments, organisation.server, password, error);
  satchel_password_free (password);
  return ok;
}

typedef gboolean (*UserTextFunc) (SatchelServer *server, const char *actor, const char *user,
                                  const char *text, GError **error);

/* Calls @func for the user that the first argument names. */
static gboolean
with_user (const SatchelArguments *arguments, UserTextFunc func, const char *text, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!open_organisation (arguments, &organisation, error))
    return FALSE;
  g_autofree char *user =
      satchel_accounts_find_user (organisation.server, satchel_arguments_get (arguments, 0), error);
  return user != NULL && func (organisation.server, NULL, user, text, error);
}

static gboolean
disable (SatchelServer *server, const char *actor, const char *user, const char *unused, GError **error)
{
  return satchel_accounts_disable_user (server, actor, user, error);
}

gboolean
satchel_command_user_disable (const SatchelArguments *arguments, GError **error)
{
  return with_user (arguments, disable, NULL, error);
}

gboolean
satchel_command_user_password (const SatchelArguments *arguments, GError **error)
{
  const char *file = satchel_arguments_require_option (arguments, "password-file", error);
  if (file == NULL)
    return FALSE;

  char *password = satchel_password_read (file, error);
  gboolean ok = password != NULL && with_user (arguments, satchel_accounts_set_password, password, error);
  satchel_password_free (password);
  return ok;
}

gboolean
satchel_command_user_role_add (const SatchelArguments *arguments, GError **error)
{
  return with_user (arguments, satchel_accounts_add_role, satchel_arguments_get (arguments, 1), error);
}

gboolean
satchel_command_user_role_remove (const SatchelArguments *arguments, GError **error)
{
  return with_user (arguments, satchel_accounts_remove_role, satchel_arguments_get (arguments, 1), error);
}

gboolean
satchel_command_user_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "user", "name", "unit", "disabled", "roles", "id", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!open_organisation (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) users = satchel_accounts_list_users (organisation.server, error);
  if (users == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = start_listing (arguments, columns);
  for (guint i = 0; i < users->len; i++) {
    const SatchelAccount *user = users->pdata[i];
    satchel_listing_add_text (listing, user->login);
    satchel_listing_add_text (listing, user->name);
    satchel_listing_add_text (listing, user->unit_name);
    satchel_listing_add_flag (listing, user->disabled);
    satchel_listing_add_list (listing, user->roles);
    satchel_listing_add_text (listing, user->id);
  }
  print_listing (listing);
  return TRUE;
}

/* ---- roles and units ---- */

gboolean
satchel_command_role_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "role", NULL };
  g_autoptr (GPtrArray) roles = satchel_roles_list (satchel_roles_builtin ());
  g_autoptr (SatchelListing) listing = start_listing (arguments, columns);

  for (guint i = 0; i < roles->len; i++)
    satchel_listing_add_text (listing, roles->pdata[i]);
  print_listing (listing);
  return TRUE;
}

gboolean
satchel_command_unit_add (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!open_organisation (arguments, &organisation, error))
    return FALSE;
  g_autofree char *parent = find_unit (arguments, "parent", organisation.server, error);
  if (parent == NULL)
    return FALSE;
  g_autofree char *id = satchel_accounts_add_unit (organisation.server, NULL,
                                                   satchel_arguments_get (arguments, 0), parent, error);
  if (id != NULL)
    g_print ("%s\n", id);
  return id != NULL;
}

gboolean
satchel_command_unit_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "unit", "id", "parent", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!open_organisation (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) units = satchel_accounts_list_units (organisation.server, error);
  if (units == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = start_listing (arguments, columns);
  for (guint i = 0; i < units->len; i++) {
    const SatchelUnit *unit = units->pdata[i];
    satchel_listing_add_text (listing, unit->name);
    satchel_listing_add_text (listing, unit->id);
    satchel_listing_add_text (listing, unit->parent);
  }
  print_listing (listing);
  return TRUE;
}

/* ---- devices ---- */

gboolean
satchel_command_device_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "device",          "user",    "name", "created_at", "last_seen",
                                         "last_set_number", "revoked", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!open_organisation (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) devices = satchel_accounts_list_devices (organisation.server, error);
  if (devices == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = start_listing (arguments, columns);
  for (guint i = 0; i < devices->len; i++) {
    const SatchelDevice *device = devices->pdata[i];
    satchel_listing_add_text (listing, device->id);
    satchel_listing_add_text (listing, device->user_login);
    satchel_listing_add_text (listing, device->name);
    satchel_listing_add_instant (listing, device->created_at_ms);
    satchel_listing_add_instant (listing, device->last_seen_at_ms);
    satchel_listing_add_integer (listing, device->high_water);
    satchel_listing_add_flag (listing, device->revoked);
  }
  print_listing (listing);
  return TRUE;
}

gboolean
satchel_command_device_revoke (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  return open_organisation (arguments, &organisation, error) &&
         satchel_accounts_revoke_device (organisation.server, NULL, satchel_arguments_get (arguments, 0),
                                         error);
}
