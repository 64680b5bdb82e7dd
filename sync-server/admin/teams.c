/* satchel-server team, share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/commands.h"
#include "sync-server/admin/listing.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/security/accounts.h"
#include "sync-server/security/teams.h"

/* ---- teams ---- */

gboolean
satchel_command_team_add (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  const char *unit = satchel_arguments_get_option (arguments, "unit");

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *found = unit != NULL ? satchel_accounts_find_unit (organisation.server, unit, error)
                                        : g_strdup (satchel_server_get_root_unit (organisation.server));
  g_autofree char *id = found != NULL ? satchel_teams_add (organisation.server, NULL,
                                                           satchel_arguments_get (arguments, 0), found, error)
                                      : NULL;
  if (id != NULL)
    g_print ("%s\n", id);
  return id != NULL;
}

gboolean
satchel_command_team_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "team", "unit", "disabled", "members", "id", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) teams = satchel_teams_list (organisation.server, error);
  if (teams == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);
  for (guint i = 0; i < teams->len; i++) {
    const SatchelTeam *team = teams->pdata[i];
    satchel_listing_add_text (listing, team->name);
    satchel_listing_add_text (listing, team->unit_name);
    satchel_listing_add_flag (listing, team->disabled);
    satchel_listing_add_list (listing, team->members);
    satchel_listing_add_text (listing, team->id);
  }
  satchel_listing_print (listing);
  return TRUE;
}

typedef gboolean (*MemberFunc) (SatchelServer *server, const char *actor, const char *team, const char *user,
                                GError **error);

/* Calls @func for the team and the user that the arguments name. */
static gboolean
with_member (const SatchelArguments *arguments, MemberFunc func, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *team =
      satchel_teams_find (organisation.server, satchel_arguments_get (arguments, 0), error);
  g_autofree char *user =
      team != NULL
          ? satchel_accounts_find_user (organisation.server, satchel_arguments_get (arguments, 1), error)
          : NULL;
  return user != NULL && func (organisation.server, NULL, team, user, error);
}

gboolean
satchel_command_team_member_add (const SatchelArguments *arguments, GError **error)
{
  return with_member (arguments, satchel_teams_add_member, error);
}

gboolean
satchel_command_team_member_remove (const SatchelArguments *arguments, GError **error)
{
  return with_member (arguments, satchel_teams_remove_member, error);
}

static gboolean
set_active (const SatchelArguments *arguments, gboolean active, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *team =
      satchel_teams_find (organisation.server, satchel_arguments_get (arguments, 0), error);
  return team != NULL && satchel_teams_set_active (organisation.server, NULL, team, active, error);
}

gboolean
satchel_command_team_disable (const SatchelArguments *arguments, GError **error)
{
  return set_active (arguments, FALSE, error);
}

gboolean
satchel_command_team_enable (const SatchelArguments *arguments, GError **error)
{
  return set_active (arguments, TRUE, error);
}

/* ---- shares ---- */

/* "user:ID" or "team:ID" of the one that --with names: a login, the name of a team, or an id. */
static char *
find_principal (const SatchelArguments *arguments, SatchelServer *server, GError **error)
{
  const char *with = satchel_arguments_require_option (arguments, "with", error);

  if (with == NULL)
    return NULL;
  g_autofree char *user = satchel_accounts_find_user (server, with, NULL);
  if (user != NULL)
    return g_strconcat ("user:", user, NULL);
  g_autofree char *team = satchel_teams_find (server, with, NULL);
  if (team != NULL)
    return g_strconcat ("team:", team, NULL);
  g_set_error (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS, "no user or team “%s”", with);
  return NULL;
}

gboolean
satchel_command_share_add (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *principal = find_principal (arguments, organisation.server, error);
  return principal != NULL &&
         satchel_shares_give (organisation.server, NULL, satchel_arguments_get (arguments, 0),
                              satchel_arguments_get (arguments, 1), principal,
                              satchel_arguments_get_option (arguments, "rights"), error);
}

gboolean
satchel_command_share_remove (const SatchelArguments *arguments, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autofree char *principal = find_principal (arguments, organisation.server, error);
  return principal != NULL &&
         satchel_shares_take_back (organisation.server, NULL, satchel_arguments_get (arguments, 0),
                                   satchel_arguments_get (arguments, 1), principal, error);
}

gboolean
satchel_command_share_list (const SatchelArguments *arguments, GError **error)
{
  static const char *const columns[] = { "with", "name", "rights", "shared_by", NULL };
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open_named (arguments, &organisation, error))
    return FALSE;
  g_autoptr (GPtrArray) shares = satchel_shares_list_given (
      organisation.server, satchel_arguments_get (arguments, 0), satchel_arguments_get (arguments, 1), error);
  if (shares == NULL)
    return FALSE;

  g_autoptr (SatchelListing) listing = satchel_listing_start (arguments, columns);
  for (guint i = 0; i < shares->len; i++) {
    const SatchelGivenShare *share = shares->pdata[i];
    satchel_listing_add_text (listing, share->principal);
    satchel_listing_add_text (listing, share->principal_name);
    satchel_listing_add_list (listing, share->rights);
    satchel_listing_add_text (listing, share->shared_by);
  }
  satchel_listing_print (listing);
  return TRUE;
}
