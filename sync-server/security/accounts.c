/* Users, roles, units and devices, as an administrator sees them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/accounts.h"

#include "protocol/error.h"
#include "protocol/rules/validate.h"
#include "sync-server/security/default-filters.h"
#include "sync-server/security/password.h"
#include "sync-server/server-private.h"
#include "sync-server/store/devices.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/people.h"
#include "sync-server/store/rows.h"

#include <string.h>

#define SHORTEST_PREFIX 8 /* of a device's id */

static SatchelCommit
make_commit (SatchelServer *server, const char *actor)
{
  const gint64 now_ms = satchel_clock_now_ms (server->clock);

  return (SatchelCommit){ .at_ms = now_ms, .made_at_ms = now_ms, .user = actor, .op = "admin" };
}

static gboolean
audit (SatchelServer *server, const char *actor, const char *what, const char *detail, GError **error)
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

static gboolean
create_record (SatchelServer *server, const char *actor, SatchelRecord *record, GError **error)
{
  SatchelCommit commit = make_commit (server, actor);

  satchel_rules_apply_defaults (record, actor, commit.at_ms);
  satchel_rules_compute (record);
  return satchel_rules_validate (record, NULL, NULL, error) &&
         satchel_feed_begin (server->writer, &commit, error) &&
         satchel_rows_create (server->writer, &commit, record, error);
}

/* The filters of a role as records of hers, where she lacks them. */
static gboolean
add_default_filters (SatchelServer *server, const char *actor, const char *user, const char *const *roles,
                     GError **error)
{
  SatchelCommit commit = make_commit (server, actor);

  for (guint i = 0; roles[i] != NULL; i++) {
    if (!satchel_default_filters_add (server->writer, &commit, server->clock, user, roles[i], error))
      return FALSE;
  }
  return TRUE;
}

/* ---- business units ---- */

void
satchel_unit_free (SatchelUnit *unit)
{
  g_free (unit->id);
  g_free (unit->name);
  g_free (unit->parent);
  g_free (unit);
}

static char *
dup_field (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  if (value == NULL)
    return NULL;
  return g_strdup (satchel_value_get_kind (value) == SATCHEL_KIND_LOOKUP ? satchel_value_get_id (value)
                                                                         : satchel_value_get_string (value));
}

static int
compare_units (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(SatchelUnit *const *)a)->name, (*(SatchelUnit *const *)b)->name);
}

static GPtrArray *
list_units (SatchelStore *store, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "business_unit");
  g_autoptr (GPtrArray) records = satchel_rows_list (store, entity, error);
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_unit_free);

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++) {
    SatchelUnit *unit = g_new0 (SatchelUnit, 1);
    const SatchelRecord *record = records->pdata[i];

    unit->id = g_strdup (record->id);
    unit->name = dup_field (record, "name");
    unit->parent = dup_field (record, "parent");
    g_ptr_array_add (units, unit);
  }
  g_ptr_array_sort (units, compare_units);
  return g_steal_pointer (&units);
}

GPtrArray *
satchel_accounts_list_units (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *units;

  if (reader == NULL)
    return NULL;
  units = list_units (reader->store, error);
  satchel_server_end_read (server, reader);
  return units;
}

static const SatchelUnit *
pick_unit (GPtrArray *units, const char *id_or_name)
{
  for (guint i = 0; i < units->len; i++) {
    const SatchelUnit *unit = units->pdata[i];

    if (g_str_equal (unit->id, id_or_name) || g_strcmp0 (unit->name, id_or_name) == 0)
      return unit;
  }
  return NULL;
}

char *
satchel_accounts_find_unit (SatchelServer *server, const char *id_or_name, GError **error)
{
  g_autoptr (GPtrArray) units = satchel_accounts_list_units (server, error);
  const SatchelUnit *unit;

  if (units == NULL)
    return NULL;
  unit = pick_unit (units, id_or_name);
  if (unit == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no business unit “%s”", id_or_name);
  return unit != NULL ? g_strdup (unit->id) : NULL;
}

static gboolean
add_unit (SatchelServer *server, const char *actor, const char *id, const char *name, const char *parent,
          GError **error)
{
  SatchelStore *store = server->writer;
  g_autoptr (SatchelRecord) record =
      satchel_record_new (satchel_registry_find (store->registry, "business_unit"), id);
  g_autoptr (GPtrArray) units = list_units (store, error);
  g_autoptr (SatchelValue) above =
      satchel_value_new_lookup ("business_unit", parent != NULL ? parent : store->root_unit);

  if (units == NULL)
    return FALSE;
  if (parent != NULL && pick_unit (units, parent) == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no business unit “%s”", parent);
    return FALSE;
  }
  if (pick_unit (units, name) != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "there is a business unit “%s” already", name);
    return FALSE;
  }
  set_string (record, "name", name);
  satchel_record_set_by_name (record, "parent", above);
  return create_record (server, actor, record, error) && audit (server, actor, "unit added", id, error);
}

char *
satchel_accounts_add_unit (SatchelServer *server, const char *actor, const char *name, const char *parent,
                           GError **error)
{
  g_autofree char *id = satchel_id_new (server->clock);

  if (!satchel_server_begin_write (server, error) ||
      !satchel_server_end_write (server, add_unit (server, actor, id, name, parent, error), error))
    return NULL;
  return g_steal_pointer (&id);
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
  if (!check_new_user (store, user, error) || !create_record (server, actor, record, error) ||
      (hash != NULL && !satchel_people_write_password (store, id, hash, error)))
    return FALSE;
  for (guint i = 0; user->roles[i] != NULL; i++) {
    if (!satchel_people_grant (store, id, user->roles[i], error))
      return FALSE;
  }
  return add_default_filters (server, actor, id, user->roles, error) &&
         audit (server, actor, "user added", id, error);
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
  found = satchel_people_find_login (reader->store, login, &person, error);
  satchel_server_end_read (server, reader);
  if (found && person == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no user “%s”", login);
  return person != NULL ? g_strdup (person->id) : NULL;
}

/* The user's record, for a write. */
static gboolean
require_user (SatchelStore *store, const char *id, SatchelRecord **record, GError **error)
{
  if (!satchel_rows_read (store, satchel_registry_find (store->registry, "user"), id, record, error))
    return FALSE;
  if (*record != NULL)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no user %s", id);
  return FALSE;
}

static gboolean
set_password (SatchelServer *server, const char *actor, const char *user, const char *hash, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  return require_user (server->writer, user, &record, error) &&
         satchel_people_write_password (server->writer, user, hash, error) &&
         satchel_people_write_attempt (server->writer, user, 0, 0, error) &&
         audit (server, actor, "password set", user, error);
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
disable_user (SatchelServer *server, const char *actor, const char *user, GError **error)
{
  SatchelCommit commit = make_commit (server, actor);
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  g_autoptr (SatchelValue) no = satchel_value_new_boolean (FALSE);

  if (!require_user (server->writer, user, &before, error))
    return FALSE;
  after = satchel_record_copy (before);
  satchel_record_set_by_name (after, "active", no);
  return satchel_feed_begin (server->writer, &commit, error) &&
         satchel_rows_update (server->writer, &commit, before, after, NULL, error) &&
         audit (server, actor, "user disabled", user, error);
}

gboolean
satchel_accounts_disable_user (SatchelServer *server, const char *actor, const char *user, GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, disable_user (server, actor, user, error), error);
}

static gboolean
add_role (SatchelServer *server, const char *actor, const char *user, const char *role, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *detail = g_strdup_printf ("%s %s", user, role);
  const char *const roles[] = { role, NULL };

  return check_role (role, error) && require_user (server->writer, user, &record, error) &&
         satchel_people_grant (server->writer, user, role, error) &&
         add_default_filters (server, actor, user, roles, error) &&
         audit (server, actor, "role granted", detail, error);
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
         audit (server, actor, "role revoked", detail, error);
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
  g_autoptr (GPtrArray) units = people != NULL ? list_units (store, error) : NULL;
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_account_free);

  if (units == NULL)
    return NULL;
  for (guint i = 0; i < people->len; i++) {
    const SatchelPerson *person = people->pdata[i];
    const SatchelUnit *unit = person->unit != NULL ? pick_unit (units, person->unit) : NULL;
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

/* ---- devices ---- */

void
satchel_device_free (SatchelDevice *device)
{
  g_free (device->id);
  g_free (device->user);
  g_free (device->user_login);
  g_free (device->name);
  g_free (device);
}

static GPtrArray *
list_devices (SatchelStore *store, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_devices_list (store, error);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_device_free);

  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    const SatchelDeviceRow *row = rows->pdata[i];
    SatchelDevice *device = g_new0 (SatchelDevice, 1);
    g_autoptr (SatchelPerson) person = NULL;

    g_ptr_array_add (devices, device);
    if (!satchel_people_read (store, row->user, &person, error))
      return NULL;
    device->id = g_strdup (row->id);
    device->user = g_strdup (row->user);
    device->user_login = g_strdup (person != NULL ? person->login : NULL);
    device->name = g_strdup (row->name);
    device->created_at_ms = row->created_at_ms;
    device->last_seen_at_ms = row->last_seen_at_ms;
    device->high_water = row->high_water;
    device->revoked = row->revoked;
  }
  return g_steal_pointer (&devices);
}

GPtrArray *
satchel_accounts_list_devices (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *devices;

  if (reader == NULL)
    return NULL;
  devices = list_devices (reader->store, error);
  satchel_server_end_read (server, reader);
  return devices;
}

static gboolean
revoke_device (SatchelServer *server, const char *actor, const char *prefix, GError **error)
{
  g_autoptr (GPtrArray) devices = satchel_devices_list (server->writer, error);
  const SatchelDeviceRow *found = NULL;

  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len && strlen (prefix) >= SHORTEST_PREFIX; i++) {
    const SatchelDeviceRow *device = devices->pdata[i];

    if (!g_str_has_prefix (device->id, prefix))
      continue;
    if (found != NULL) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "more than one device begins with “%s”",
                   prefix);
      return FALSE;
    }
    found = device;
  }
  if (found == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no device “%s”", prefix);
    return FALSE;
  }
  return satchel_devices_revoke (server->writer, found->id, error) &&
         audit (server, actor, "device revoked", found->id, error);
}

gboolean
satchel_accounts_revoke_device (SatchelServer *server, const char *actor, const char *device, GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, revoke_device (server, actor, device, error), error);
}
