/* Users and their roles, as an administrator sees them; and what the files beside this one share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/accounts.h"

#include "protocol/error.h"
#include "protocol/rules/validate.h"
#include "sync-server/resolve/administer.h"
#include "sync-server/security/accounts-private.h"
#include "sync-server/security/default-filters.h"
#include "sync-server/security/password.h"
#include "sync-server/server-private.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/people.h"
#include "sync-server/store/rows.h"

#include <string.h>

SatchelCommit
satchel_accounts_make_commit (SatchelServer *server, const char *actor)
{
  const gint64 now_ms = satchel_clock_now_ms (server->clock);

  return (SatchelCommit){ .at_ms = now_ms, .made_at_ms = now_ms, .user = actor, .op = "admin" };
}

gboolean
satchel_accounts_audit (SatchelServer *server, const char *actor, const char *what, const char *detail,
                        GError **error)
{
  return satchel_people_audit (server->writer, satchel_clock_now_ms (server->clock), actor, NULL, what,
                               detail, error);
}

static void
set_string (SatchelRecord *record, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = text != NULL ? satchel_value_new_string (text) : NULL;

  satchel_record_set_by_name (record, field, value);
}

gboolean
satchel_accounts_create_record (SatchelServer *server, const char *actor, SatchelRecord *record,
                                GError **error)
{
  SatchelCommit commit = satchel_accounts_make_commit (server, actor);

  satchel_rules_apply_defaults (record, actor, commit.at_ms);
  satchel_rules_compute (record);
  return satchel_rules_validate (record, NULL, NULL, error) &&
         satchel_feed_begin (server->writer, &commit, error) &&
         satchel_rows_create (server->writer, &commit, record, error);
}

gboolean
satchel_accounts_require (SatchelServer *server, const char *entity, const char *id, SatchelRecord **record,
                          GError **error)
{
  SatchelStore *store = server->writer;

  if (!satchel_rows_read (store, satchel_registry_find (store->registry, entity), id, record, error))
    return FALSE;
  if (*record == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no %s %s", entity, id);
  return *record != NULL;
}

gboolean
satchel_accounts_set_field (SatchelServer *server, const char *actor, const char *entity, const char *id,
                            const char *field, const SatchelValue *value, const char *what, GError **error)
{
  SatchelCommit commit = satchel_accounts_make_commit (server, actor);
  g_autoptr (SatchelRecord) before = NULL, after = NULL;

  if (!satchel_accounts_require (server, entity, id, &before, error))
    return FALSE;
  after = satchel_record_copy (before);
  satchel_record_set_by_name (after, field, value);
  return satchel_rules_validate (after, before, NULL, error) &&
         satchel_feed_begin (server->writer, &commit, error) &&
         satchel_rows_update (server->writer, &commit, before, after, NULL, error) &&
         satchel_accounts_audit (server, actor, what, id, error);
}

/* The filters of a role as records of hers, where she lacks them. */
static gboolean
add_default_filters (SatchelServer *server, const char *actor, const char *user, const char *const *roles,
                     GError **error)
{
  SatchelCommit commit = satchel_accounts_make_commit (server, actor);

  for (guint i = 0; roles[i] != NULL; i++) {
    if (!satchel_default_filters_add (server->writer, &commit, server->clock, user, roles[i], error))
      return FALSE;
  }
  return TRUE;
}

/* ---- users ---- */

static gboolean
check_role (const char *role, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *list = NULL;

  if (satchel_roles_contains (satchel_roles_builtin (), role))
    return TRUE;
  names = satchel_roles_list (satchel_roles_builtin ());
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **)names->pdata);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no role “%s”; there are %s", role, list);
  return FALSE;
}

/* People type it, and scripts cut lines at blanks. */
static gboolean
is_login (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    if (g_unichar_isspace (g_utf8_get_char (at)) || g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  }
  return *text != '\0';
}

static gboolean
check_new_user (SatchelStore *store, const SatchelNewUser *user, GError **error)
{
  const SatchelEntity *unit = satchel_registry_find (store->registry, "business_unit");
  g_autoptr (SatchelPerson) other = NULL;
  gint64 row;

  if (!is_login (user->login) || user->roles == NULL || user->roles[0] == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a user needs a login without blanks and at least one role");
    return FALSE;
  }
  for (guint i = 0; user->roles[i] != NULL; i++) {
    if (!check_role (user->roles[i], error))
      return FALSE;
  }
  if (!satchel_people_find_login (store, user->login, &other, error) ||
      !satchel_rows_find (store, unit, user->unit, &row, error))
    return FALSE;
  if (other != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "there is a user “%s” already", other->login);
    return FALSE;
  }
  if (row == 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no business unit “%s”", user->unit);
    return FALSE;
  }
  return TRUE;
}

static gboolean
add_user (SatchelServer *server, const char *actor, const char *id, const SatchelNewUser *user,
          const char *hash, GError **error)
{
  SatchelStore *store = server->writer;
  g_autoptr (SatchelRecord) record = satchel_record_new (satchel_registry_find (store->registry, "user"), id);
  g_autoptr (SatchelValue) unit = satchel_value_new_lookup ("business_unit", user->unit);

  set_string (record, "login", user->login);
  set_string (record, "name", user->name != NULL ? user->name : user->login);
  set_string (record, "email", user->email);
  satchel_record_set_by_name (record, "unit", unit);
  if (!check_new_user (store, user, error) ||
      !satchel_accounts_create_record (server, actor, record, error) ||
      (hash != NULL && !satchel_people_write_password (store, id, hash, error)))
    return FALSE;
  for (guint i = 0; user->roles[i] != NULL; i++) {
    if (!satchel_people_grant (store, id, user->roles[i], error))
      return FALSE;
  }
  return add_default_filters (server, actor, id, user->roles, error) &&
         satchel_accounts_audit (server, actor, "user added", id, error);
}

char *
satchel_accounts_add_user (SatchelServer *server, const char *actor, const SatchelNewUser *user,
                           GError **error)
{
  g_autofree char *id = satchel_id_new (server->clock);
  g_autofree char *hash = NULL;

  if (user->password != NULL) {
    hash = satchel_password_hash (user->password, error);
    if (hash == NULL)
      return NULL;
  }
  if (!satchel_server_begin_write (server, error) ||
      !satchel_server_end_write (server, add_user (server, actor, id, user, hash, error), error))
    return NULL;
  return g_steal_pointer (&id);
}

char *
satchel_accounts_find_user (SatchelServer *server, const char *login, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  g_autoptr (SatchelPerson) person = NULL;
  gboolean found;

  if (reader == NULL)
    return NULL;
  found = satchel_people_find_login (reader->store, login, &person, error) &&
          (person != NULL || satchel_people_read (reader->store, login, &person, error));
  satchel_server_end_read (server, reader);
  if (found && person == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no user “%s”", login);
  return person != NULL ? g_strdup (person->id) : NULL;
}

static gboolean
set_password (SatchelServer *server, const char *actor, const char *user, const char *hash, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  return satchel_accounts_require (server, "user", user, &record, error) &&
         satchel_people_write_password (server->writer, user, hash, error) &&
         satchel_people_write_attempt (server->writer, user, 0, 0, error) &&
         satchel_accounts_audit (server, actor, "password set", user, error);
}

gboolean
satchel_accounts_set_password (SatchelServer *server, const char *actor, const char *user,
                               const char *password, GError **error)
{
  g_autofree char *hash = satchel_password_hash (password, error);

  if (hash == NULL || !satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, set_password (server, actor, user, hash, error), error);
}

static gboolean
is_closed (const SatchelRecord *record)
{
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *state = field != NULL ? satchel_record_get (record, field) : NULL;

  return state != NULL && satchel_entity_is_closed_state (record->entity, satchel_value_get_string (state));
}

/* Everything open that @user owns goes to @heir, with what follows it; in one commit. */
static gboolean
hand_over (SatchelServer *server, const char *actor, const char *user, const char *heir, GError **error)
{
  SatchelStore *store = server->writer;
  SatchelCommit commit = satchel_accounts_make_commit (server, actor);
  g_autofree char *to = g_strconcat ("user:", heir, NULL);
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  if (!satchel_feed_begin (store, &commit, error))
    return FALSE;
  for (guint i = 0; i < n_entities; i++) {
    const SatchelReference owned = { entities[i], satchel_entity_owner_field (entities[i]) };
    g_autoptr (GPtrArray) records = NULL;

    if (!satchel_entity_has_action (entities[i], "assign"))
      continue;
    records = satchel_rows_list_referring (store, &owned, "user", user, -1, error);
    for (guint j = 0; records != NULL && j < records->len; j++) {
      const SatchelRecord *record = records->pdata[j];
      g_autoptr (SatchelChangeSet) set = satchel_change_set_new (commit.op, 0, commit.at_ms);
      SatchelChange *change =
          satchel_change_set_add (set, SATCHEL_CHANGE_ACTION, entities[i]->name, record->id, NULL, "assign");

      if (is_closed (record))
        continue;
      satchel_change_add_edit (change, "owner", json_node_init_string (json_node_alloc (), to), NULL);
      if (!satchel_administer (store, &commit, change, error))
        return FALSE;
    }
    if (records == NULL)
      return FALSE;
  }
  return satchel_accounts_audit (server, actor, "records handed over", to, error);
}

static gboolean
replace_user (SatchelServer *server, const char *actor, const char *user, const char *heir, GError **error)
{
  g_autoptr (SatchelValue) no = satchel_value_new_boolean (FALSE);

  if (heir != NULL && g_str_equal (heir, user)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE,
                         "the records of a user who is disabled cannot go to herself");
    return FALSE;
  }
  return (heir == NULL || hand_over (server, actor, user, heir, error)) &&
         satchel_accounts_set_field (server, actor, "user", user, "active", no, "user disabled", error);
}

gboolean
satchel_accounts_replace_user (SatchelServer *server, const char *actor, const char *user, const char *heir,
                               GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, replace_user (server, actor, user, heir, error), error);
}

gboolean
satchel_accounts_disable_user (SatchelServer *server, const char *actor, const char *user, GError **error)
{
  return satchel_accounts_replace_user (server, actor, user, NULL, error);
}

/* @value is taken. */
static gboolean
set_in_user (SatchelServer *server, const char *actor, const char *user, const char *field,
             SatchelValue *value, const char *what, GError **error)
{
  g_autoptr (SatchelValue) taken = value;

  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (
      server, satchel_accounts_set_field (server, actor, "user", user, field, taken, what, error), error);
}

gboolean
satchel_accounts_enable_user (SatchelServer *server, const char *actor, const char *user, GError **error)
{
  return set_in_user (server, actor, user, "active", satchel_value_new_boolean (TRUE), "user enabled", error);
}

gboolean
satchel_accounts_set_unit (SatchelServer *server, const char *actor, const char *user, const char *unit,
                           GError **error)
{
  return set_in_user (server, actor, user, "unit", satchel_value_new_lookup ("business_unit", unit),
                      "user moved", error);
}

gboolean
satchel_accounts_set_manager (SatchelServer *server, const char *actor, const char *user, const char *manager,
                              GError **error)
{
  return set_in_user (server, actor, user, "manager",
                      manager != NULL ? satchel_value_new_lookup ("user", manager) : NULL, "manager set",
                      error);
}

static gboolean
add_role (SatchelServer *server, const char *actor, const char *user, const char *role, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *detail = g_strdup_printf ("%s %s", user, role);
  const char *const roles[] = { role, NULL };

  return check_role (role, error) && satchel_accounts_require (server, "user", user, &record, error) &&
         satchel_people_grant (server->writer, user, role, error) &&
         add_default_filters (server, actor, user, roles, error) &&
         satchel_accounts_audit (server, actor, "role granted", detail, error);
}

static gboolean
remove_role (SatchelServer *server, const char *actor, const char *user, const char *role, GError **error)
{
  g_auto (GStrv) held = satchel_people_list_roles (server->writer, user, error);
  g_autofree char *detail = g_strdup_printf ("%s %s", user, role);

  if (held == NULL)
    return FALSE;
  if (!g_strv_contains ((const char *const *)held, role)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "the user does not have the role “%s”", role);
    return FALSE;
  }
  if (g_strv_length (held) == 1) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                         "a user keeps at least one role; disable her instead");
    return FALSE;
  }
  return satchel_people_revoke (server->writer, user, role, error) &&
         satchel_accounts_audit (server, actor, "role revoked", detail, error);
}

gboolean
satchel_accounts_add_role (SatchelServer *server, const char *actor, const char *user, const char *role,
                           GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, add_role (server, actor, user, role, error), error);
}

gboolean
satchel_accounts_remove_role (SatchelServer *server, const char *actor, const char *user, const char *role,
                              GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, remove_role (server, actor, user, role, error), error);
}

void
satchel_account_free (SatchelAccount *account)
{
  g_free (account->id);
  g_free (account->login);
  g_free (account->name);
  g_free (account->unit_name);
  g_strfreev (account->roles);
  g_free (account);
}

static GPtrArray *
list_users (SatchelStore *store, GError **error)
{
  g_autoptr (GPtrArray) people = satchel_people_list (store, error);
  g_autoptr (GPtrArray) units = people != NULL ? satchel_accounts_read_units (store, error) : NULL;
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_account_free);

  if (units == NULL)
    return NULL;
  for (guint i = 0; i < people->len; i++) {
    const SatchelPerson *person = people->pdata[i];
    const SatchelUnit *unit = person->unit != NULL ? satchel_accounts_pick_unit (units, person->unit) : NULL;
    SatchelAccount *account = g_new0 (SatchelAccount, 1);

    g_ptr_array_add (accounts, account);
    account->id = g_strdup (person->id);
    account->login = g_strdup (person->login);
    account->name = g_strdup (person->name);
    account->unit_name = g_strdup (unit != NULL ? unit->name : NULL);
    account->disabled = !person->active;
    account->roles = satchel_people_list_roles (store, person->id, error);
    if (account->roles == NULL)
      return NULL;
  }
  return g_steal_pointer (&accounts);
}

GPtrArray *
satchel_accounts_list_users (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *accounts;

  if (reader == NULL)
    return NULL;
  accounts = list_users (reader->store, error);
  satchel_server_end_read (server, reader);
  return accounts;
}
