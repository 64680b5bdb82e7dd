/* Teams, members and shares.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/teams.h"

#include "protocol/error.h"
#include "sync-server/resolve/administer.h"
#include "sync-server/security/accounts-private.h"
#include "sync-server/store/people.h"
#include "sync-server/store/rows.h"

void
satchel_team_free (SatchelTeam *team)
{
  g_free (team->id);
  g_free (team->name);
  g_free (team->unit_name);
  g_strfreev (team->members);
  g_free (team);
}

static const char *
peek_id (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_id (value) : NULL;
}

/* The title of a record; NULL when there is none. */
static gboolean
read_title (SatchelStore *store, const char *entity, const char *id, char **title, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  *title = NULL;
  if (id == NULL)
    return TRUE;
  if (!satchel_rows_read (store, satchel_registry_find (store->registry, entity), id, &record, error))
    return FALSE;
  if (record != NULL)
    *title = satchel_record_dup_title (record);
  return TRUE;
}

/* ---- listing ---- */

static GPtrArray *
list_memberships (SatchelStore *store, const char *team, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "team_member");
  const SatchelReference reference = { entity, satchel_entity_find_field (entity, "team") };

  return satchel_rows_list_referring (store, &reference, "team", team, -1, error);
}

static char **
list_members (SatchelStore *store, const char *team, GError **error)
{
  g_autoptr (GPtrArray) memberships = list_memberships (store, team, error);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (memberships == NULL)
    return NULL;
  for (guint i = 0; i < memberships->len; i++) {
    g_autoptr (SatchelPerson) person = NULL;

    if (!satchel_people_read (store, peek_id (memberships->pdata[i], "user"), &person, error))
      return NULL;
    if (person != NULL)
      g_strv_builder_add (names, person->login != NULL ? person->login : person->name);
  }
  return g_strv_builder_end (names);
}

static int
compare_teams (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(SatchelTeam *const *)a)->name, (*(SatchelTeam *const *)b)->name);
}

static GPtrArray *
list_teams (SatchelStore *store, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "team");
  g_autoptr (GPtrArray) records = satchel_rows_list (store, entity, error);
  g_autoptr (GPtrArray) teams = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_team_free);

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];
    const SatchelValue *active = satchel_record_get_by_name (record, "active");
    SatchelTeam *team = g_new0 (SatchelTeam, 1);

    g_ptr_array_add (teams, team);
    team->id = g_strdup (record->id);
    team->name = satchel_record_dup_title (record);
    team->disabled = active == NULL || !satchel_value_get_boolean (active);
    if (!read_title (store, "business_unit", peek_id (record, "unit"), &team->unit_name, error))
      return NULL;
    team->members = list_members (store, record->id, error);
    if (team->members == NULL)
      return NULL;
  }
  g_ptr_array_sort (teams, compare_teams);
  return g_steal_pointer (&teams);
}

GPtrArray *
satchel_teams_list (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *teams;

  if (reader == NULL)
    return NULL;
  teams = list_teams (reader->store, error);
  satchel_server_end_read (server, reader);
  return teams;
}

static const SatchelTeam *
pick_team (GPtrArray *teams, const char *id_or_name)
{
  for (guint i = 0; i < teams->len; i++) {
    const SatchelTeam *team = teams->pdata[i];

    if (g_str_equal (team->id, id_or_name) || g_strcmp0 (team->name, id_or_name) == 0)
      return team;
  }
  return NULL;
}

char *
satchel_teams_find (SatchelServer *server, const char *id_or_name, GError **error)
{
  g_autoptr (GPtrArray) teams = satchel_teams_list (server, error);
  const SatchelTeam *team = teams != NULL ? pick_team (teams, id_or_name) : NULL;

  if (teams != NULL && team == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no team “%s”", id_or_name);
  return team != NULL ? g_strdup (team->id) : NULL;
}

/* ---- changing ---- */

static gboolean
add_team (SatchelServer *server, const char *actor, const char *id, const char *name, const char *unit,
          GError **error)
{
  SatchelStore *store = server->writer;
  g_autoptr (SatchelRecord) record = satchel_record_new (satchel_registry_find (store->registry, "team"), id);
  g_autoptr (SatchelRecord) above = NULL;
  g_autoptr (GPtrArray) teams = list_teams (store, error);
  g_autoptr (SatchelValue) title = satchel_value_new_string (name);
  g_autoptr (SatchelValue) lookup = satchel_value_new_lookup ("business_unit", unit);

  if (teams == NULL || !satchel_accounts_require (server, "business_unit", unit, &above, error))
    return FALSE;
  if (pick_team (teams, name) != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "there is a team “%s” already", name);
    return FALSE;
  }
  satchel_record_set_by_name (record, "name", title);
  satchel_record_set_by_name (record, "unit", lookup);
  return satchel_accounts_create_record (server, actor, record, error) &&
         satchel_accounts_audit (server, actor, "team added", id, error);
}

char *
satchel_teams_add (SatchelServer *server, const char *actor, const char *name, const char *unit,
                   GError **error)
{
  g_autofree char *id = satchel_id_new (server->clock);

  if (!satchel_server_begin_write (server, error) ||
      !satchel_server_end_write (server, add_team (server, actor, id, name, unit, error), error))
    return NULL;
  return g_steal_pointer (&id);
}

gboolean
satchel_teams_set_active (SatchelServer *server, const char *actor, const char *team, gboolean active,
                          GError **error)
{
  g_autoptr (SatchelValue) value = satchel_value_new_boolean (active);

  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server,
                                   satchel_accounts_set_field (server, actor, "team", team, "active", value,
                                                               active ? "team enabled" : "team disabled",
                                                               error),
                                   error);
}

/* *membership NULL when she is no member; owned. */
static gboolean
find_membership (SatchelStore *store, const char *team, const char *user, SatchelRecord **membership,
                 GError **error)
{
  g_autoptr (GPtrArray) memberships = list_memberships (store, team, error);

  *membership = NULL;
  for (guint i = 0; memberships != NULL && i < memberships->len; i++) {
    if (g_strcmp0 (peek_id (memberships->pdata[i], "user"), user) == 0)
      *membership = satchel_record_copy (memberships->pdata[i]);
  }
  return memberships != NULL;
}

static gboolean
add_member (SatchelServer *server, const char *actor, const char *team, const char *user, GError **error)
{
  SatchelStore *store = server->writer;
  g_autofree char *id = satchel_id_new (server->clock), *detail = g_strdup_printf ("%s %s", team, user);
  g_autoptr (SatchelRecord) record =
      satchel_record_new (satchel_registry_find (store->registry, "team_member"), id);
  g_autoptr (SatchelRecord) membership = NULL;
  g_autoptr (SatchelValue) of = satchel_value_new_lookup ("team", team);
  g_autoptr (SatchelValue) who = satchel_value_new_lookup ("user", user);

  if (!find_membership (store, team, user, &membership, error))
    return FALSE;
  if (membership != NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "the user is in the team already");
    return FALSE;
  }
  satchel_record_set_by_name (record, "team", of);
  satchel_record_set_by_name (record, "user", who);
  return satchel_accounts_create_record (server, actor, record, error) &&
         satchel_accounts_audit (server, actor, "team member added", detail, error);
}

static gboolean
remove_member (SatchelServer *server, const char *actor, const char *team, const char *user, GError **error)
{
  SatchelCommit commit = satchel_accounts_make_commit (server, actor);
  g_autofree char *detail = g_strdup_printf ("%s %s", team, user);
  g_autoptr (SatchelRecord) membership = NULL;

  if (!find_membership (server->writer, team, user, &membership, error))
    return FALSE;
  if (membership == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "the user is not in the team");
    return FALSE;
  }
  return satchel_feed_begin (server->writer, &commit, error) &&
         satchel_rows_delete (server->writer, &commit, membership, error) &&
         satchel_accounts_audit (server, actor, "team member removed", detail, error);
}

gboolean
satchel_teams_add_member (SatchelServer *server, const char *actor, const char *team, const char *user,
                          GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, add_member (server, actor, team, user, error), error);
}

gboolean
satchel_teams_remove_member (SatchelServer *server, const char *actor, const char *team, const char *user,
                             GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, remove_member (server, actor, team, user, error), error);
}

/* ---- shares ---- */

void
satchel_given_share_free (SatchelGivenShare *share)
{
  g_free (share->principal);
  g_free (share->principal_name);
  g_strfreev (share->rights);
  g_free (share->shared_by);
  g_free (share);
}

static SatchelGivenShare *
describe_share (SatchelStore *store, const SatchelRecord *record, GError **error)
{
  const SatchelValue *principal = satchel_record_get_by_name (record, "principal");
  SatchelGivenShare *share = g_new0 (SatchelGivenShare, 1);

  share->principal =
      g_strdup_printf ("%s:%s", satchel_value_get_entity (principal), satchel_value_get_id (principal));
  share->rights = g_strdupv ((char **)satchel_value_get_keys (satchel_record_get_by_name (record, "rights")));
  if (read_title (store, satchel_value_get_entity (principal), satchel_value_get_id (principal),
                  &share->principal_name, error) &&
      read_title (store, "user", peek_id (record, "shared_by"), &share->shared_by, error))
    return share;
  satchel_given_share_free (share);
  return NULL;
}

static GPtrArray *
list_shares (SatchelStore *store, const char *entity_name, const char *id, GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (store->registry, entity_name, error);
  g_autoptr (GPtrArray) shares = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_given_share_free);
  g_autoptr (GPtrArray) satellites = NULL;
  gint64 row;

  if (entity == NULL || !satchel_rows_find (store, entity, id, &row, error))
    return NULL;
  if (row == 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no %s %s", entity_name, id);
    return NULL;
  }
  satellites = satchel_rows_list_satellites (store, entity_name, id, error);
  for (guint i = 0; satellites != NULL && i < satellites->len; i++) {
    const SatchelRecord *satellite = satellites->pdata[i];
    SatchelGivenShare *share;

    if (!g_str_equal (satellite->entity->name, "share"))
      continue;
    share = describe_share (store, satellite, error);
    if (share == NULL)
      return NULL;
    g_ptr_array_add (shares, share);
  }
  return satellites != NULL ? g_steal_pointer (&shares) : NULL;
}

GPtrArray *
satchel_shares_list_given (SatchelServer *server, const char *entity, const char *id, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *shares;

  if (reader == NULL)
    return NULL;
  shares = list_shares (reader->store, entity, id, error);
  satchel_server_end_read (server, reader);
  return shares;
}

static void
add_text (SatchelChange *change, const char *name, const char *text)
{
  satchel_change_add_edit (change, name, json_node_init_string (json_node_alloc (), text), NULL);
}

static gboolean
act (SatchelServer *server, const char *actor, const char *what, const SatchelChange *change, GError **error)
{
  SatchelCommit commit = satchel_accounts_make_commit (server, actor);
  g_autofree char *detail = g_strdup_printf ("%s:%s", change->entity, change->record);

  commit.op = change->action;
  return satchel_feed_begin (server->writer, &commit, error) &&
         satchel_administer (server->writer, &commit, change, error) &&
         satchel_accounts_audit (server, actor, what, detail, error);
}

gboolean
satchel_shares_give (SatchelServer *server, const char *actor, const char *entity, const char *id,
                     const char *principal, const char *rights, GError **error)
{
  g_autoptr (SatchelChangeSet) set = satchel_change_set_new ("share", 0, 0);
  SatchelChange *change = satchel_change_set_add (set, SATCHEL_CHANGE_ACTION, entity, id, NULL, "share");

  add_text (change, "with", principal);
  if (rights != NULL)
    add_text (change, "rights", rights);
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, act (server, actor, "record shared", change, error), error);
}

gboolean
satchel_shares_take_back (SatchelServer *server, const char *actor, const char *entity, const char *id,
                          const char *principal, GError **error)
{
  g_autoptr (SatchelChangeSet) set = satchel_change_set_new ("unshare", 0, 0);
  SatchelChange *change = satchel_change_set_add (set, SATCHEL_CHANGE_ACTION, entity, id, NULL, "unshare");

  add_text (change, "with", principal);
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, act (server, actor, "share taken back", change, error), error);
}
