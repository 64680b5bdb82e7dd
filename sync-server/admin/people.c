/* satchel-server user, role, unit, device.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/admin/commands.h"
#include "sync-server/admin/listing.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/admin/password-input.h"
#include "sync-server/security/accounts.h"
#include "sync-server/security/roles.h"

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
      !satchel_organisation_open_named (arguments, &organisation, error))
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

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *user =
      satchel_accounts_find_user (organisation.server, satchel_arguments_get (arguments, 0), error);
  return user != NULL && func (organisation.server, NULL, user, text, error);
}

/* Calls @func for the user that the first argument names and the record whose id @find tells from @name. */
typedef char *(*FindFunc) (SatchelServer *server, const char *name, GError **error);

static gboolean
with_user_and (const SatchelArguments *arguments, UserTextFunc func, FindFunc find, const char *name,
               GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *user =
      satchel_accounts_find_user (organisation.server, satchel_arguments_get (arguments, 0), error);
  g_autofree char *other = user != NULL ? find (organisation.server, name, error) : NULL;
  return other != NULL && func (organisation.server, NULL, user, other, error);
}

static gboolean
disable (SatchelServer *server, const char *actor, const char *user, const char *unused, GError **error)
{
  return satchel_accounts_disable_user (server, actor, user, error);
}

gboolean
satchel_command_user_disable (const SatchelArguments *arguments, GError **error)
{
  const char *heir = satchel_arguments_get_option (arguments, "assign-to");

  return heir != NULL ? with_user_and (arguments, satchel_accounts_replace_user, satchel_accounts_find_user,
                                       heir, error)
                      : with_user (arguments, disable, NULL, error);
}

static gboolean
enable (SatchelServer *server, const char *actor, const char *user, const char *unused, GError **error)
{
  return satchel_accounts_enable_user (server, actor, user, error);
}

gboolean
satchel_command_user_enable (const SatchelArguments *arguments, GError **error)
{
  return with_user (arguments, enable, NULL, error);
}

gboolean
satchel_command_user_set_unit (const SatchelArguments *arguments, GError **error)
{
  return with_user_and (arguments, satchel_accounts_set_unit, satchel_accounts_find_unit,
                        satchel_arguments_get (arguments, 1), error);
}

gboolean
satchel_command_user_set_manager (const SatchelArguments *arguments, GError **error)
{
  const char *manager = satchel_arguments_get (arguments, 1);

  return g_str_equal (manager, "-") ? with_user (arguments, satchel_accounts_set_manager, NULL, error)
                                    : with_user_and (arguments, satchel_accounts_set_manager,
                                                     satchel_accounts_find_user, manager, error);
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

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) users = satchel_accounts_list_users (organisation.server, error);
  if (users == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);
  for (guint i = 0; i < users->len; i++) {
    const SatchelAccount *user = users->pdata[i];
    satchel_listing_add_text (listing, user->login);
    satchel_listing_add_text (listing, user->name);
    satchel_listing_add_text (listing, user->unit_name);
    satchel_listing_add_flag (listing, user->disabled);
    satchel_listing_add_list (listing, user->roles);
    satchel_listing_add_text (listing, user->id);
  }
  satchel_listing_print (listing);
  return TRUE;
}

/* ---- roles and units ---- */

gboolean
satchel_command_role_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "role", NULL };
  g_autoptr (GPtrArray) roles = satchel_roles_list (satchel_roles_builtin ());
  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);

  for (guint i = 0; i < roles->len; i++)
    satchel_listing_add_text (listing, roles->pdata[i]);
  satchel_listing_print (listing);
  return TRUE;
}

gboolean
satchel_command_role_show (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "grant",  "create",    "read",   "write", "delete",
                                         "append", "append_to", "assign", "share", NULL };
  const SatchelRoles *roles = satchel_roles_builtin ();
  const char *role = satchel_arguments_get (arguments, 0);
  g_autoptr (GPtrArray) entities = satchel_roles_list_entities (roles, role);
  g_autoptr (GPtrArray) classes = satchel_roles_list_classes (roles, role);
  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);

  if (!satchel_roles_contains (roles, role)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no role “%s”", role);
    return FALSE;
  }
  for (guint i = 0; i < entities->len; i++) {
    satchel_listing_add_text (listing, entities->pdata[i]);
    for (guint j = 0; j < SATCHEL_N_PRIVILEGES; j++) {
      SatchelDepth depth = satchel_roles_get_depth (roles, role, j, entities->pdata[i]);
      satchel_listing_add_text (listing, depth != SATCHEL_DEPTH_NONE ? satchel_depth_name (depth) : NULL);
    }
  }
  for (guint i = 0; i < classes->len; i++) {
    SatchelClassUse use = satchel_roles_get_class_use (roles, role, classes->pdata[i]);
    g_autofree char *name = g_strdup_printf ("fields of class %s", (const char *)classes->pdata[i]);
    satchel_listing_add_text (listing, name);
    for (guint j = 0; j < SATCHEL_N_PRIVILEGES; j++) {
      gboolean has = (j == SATCHEL_PRIVILEGE_READ && use >= SATCHEL_CLASS_READABLE) ||
                     (j == SATCHEL_PRIVILEGE_WRITE && use == SATCHEL_CLASS_WRITABLE);
      satchel_listing_add_text (listing, has ? "yes" : NULL);
    }
  }
  satchel_listing_print (listing);
  return TRUE;
}

gboolean
satchel_command_unit_add (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
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
satchel_command_unit_rename (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *unit =
      satchel_accounts_find_unit (organisation.server, satchel_arguments_get (arguments, 0), error);
  return unit != NULL && satchel_accounts_rename_unit (organisation.server, NULL, unit,
                                                       satchel_arguments_get (arguments, 1), error);
}

gboolean
satchel_command_unit_move (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *unit =
      satchel_accounts_find_unit (organisation.server, satchel_arguments_get (arguments, 0), error);
  g_autofree char *parent =
      unit != NULL
          ? satchel_accounts_find_unit (organisation.server, satchel_arguments_get (arguments, 1), error)
          : NULL;
  return parent != NULL && satchel_accounts_move_unit (organisation.server, NULL, unit, parent, error);
}

gboolean
satchel_command_unit_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "unit", "id", "parent", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) units = satchel_accounts_list_units (organisation.server, error);
  if (units == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);
  for (guint i = 0; i < units->len; i++) {
    const SatchelUnit *unit = units->pdata[i];
    satchel_listing_add_text (listing, unit->name);
    satchel_listing_add_text (listing, unit->id);
    satchel_listing_add_text (listing, unit->parent);
  }
  satchel_listing_print (listing);
  return TRUE;
}

/* ---- devices ---- */

gboolean
satchel_command_device_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "device",          "user",    "name",  "created_at", "last_seen",
                                         "last_set_number", "revoked", "wiped", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) devices = satchel_accounts_list_devices (organisation.server, error);
  if (devices == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);
  for (guint i = 0; i < devices->len; i++) {
    const SatchelDevice *device = devices->pdata[i];
    satchel_listing_add_text (listing, device->id);
    satchel_listing_add_text (listing, device->user_login);
    satchel_listing_add_text (listing, device->name);
    satchel_listing_add_instant (listing, device->created_at_ms);
    satchel_listing_add_instant (listing, device->last_seen_at_ms);
    satchel_listing_add_integer (listing, device->high_water);
    satchel_listing_add_flag (listing, device->revoked);
    satchel_listing_add_flag (listing, device->wiped);
  }
  satchel_listing_print (listing);
  return TRUE;
}

gboolean
satchel_command_device_revoke (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  const char *device = satchel_arguments_get (arguments, 0);

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  return satchel_arguments_has (arguments, "wipe")
             ? satchel_accounts_wipe_device (organisation.server, NULL, device, error)
             : satchel_accounts_revoke_device (organisation.server, NULL, device, error);
}
