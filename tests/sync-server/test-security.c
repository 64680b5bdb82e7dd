/* Roles, rights, signing in, accounts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/scope/cursor.h"
#include "sync-server/security/password.h"
#include "sync-server/security/rights.h"
#include "sync-server/security/session.h"
#include "tests/sync-server/office.h"

#include <string.h>

/* ---- roles and rights ---- */

static const struct {
  const char *text, *message;
} bad_roles[] = {
  { "<role name='a'/>", "needs a name and a label" },
  { "<role name='a' label='A' x='1'/>", "unknown attribute “x” of <role>" },
  { "<role name='a' label='A'><grant read='unit'/></role>", "needs an entity" },
  { "<role name='a' label='A'><grant entity='x' read='all'/></role>", "“all” is no depth" },
  { "<role name='a' label='A'><grant entity='x' reed='own'/></role>", "unknown attribute “reed” of <grant>" },
  { "<role name='a' label='A'><grant entity='x'/><grant entity='x'/></role>", "granted twice" },
  { "<role name='a' label='A'>words</role>", "unexpected text" },
  { "<role name='a' label='A'><x/></role>", "unexpected element <x>" },
  { "<grant entity='x'/>", "unexpected element <grant>" },
  { "", "r.xml:1:" },
};

static void
test_bad_roles (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_roles); i++) {
    g_autoptr (SatchelRoles) roles = satchel_roles_new ();
    g_autoptr (GError) error = NULL;

    g_assert_false (satchel_roles_add (roles, "r.xml", bad_roles[i].text, -1, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "r.xml:1:"));
    g_assert_nonnull (strstr (error->message, bad_roles[i].message));
  }
}

static void
test_builtin_roles (void)
{
  const SatchelRoles *roles = satchel_roles_builtin ();

  g_assert_true (satchel_roles_contains (roles, "salesperson"));
  g_assert_cmpint (satchel_roles_get_depth (roles, "salesperson", SATCHEL_PRIVILEGE_READ, "account"), ==,
                   SATCHEL_DEPTH_UNIT);
  g_assert_cmpint (satchel_roles_get_depth (roles, "salesperson", SATCHEL_PRIVILEGE_WRITE, "user"), ==,
                   SATCHEL_DEPTH_NONE);
  g_assert_cmpint (
      satchel_roles_get_depth (roles, "system-administrator", SATCHEL_PRIVILEGE_WRITE, "anything"), ==,
      SATCHEL_DEPTH_ORGANISATION);
  g_assert_cmpint (satchel_roles_get_depth (roles, "no-such-role", SATCHEL_PRIVILEGE_READ, "account"), ==,
                   SATCHEL_DEPTH_NONE);
}

/* What each depth reaches, in the tree root → north → city, root → south; the user is in north. */
static const struct {
  const char *depth, *owner, *unit;
  gboolean allowed;
} depth_cases[] = {
  { "none", "me", "north", FALSE },        { "own", "me", "north", TRUE },
  { "own", "you", "north", FALSE },        { "unit", "you", "north", TRUE },
  { "unit", "me", "south", TRUE },         { "unit", "you", "city", FALSE },
  { "unit", "you", "root", FALSE },        { "below", "you", "city", TRUE },
  { "below", "you", "south", FALSE },      { "below", "you", "root", FALSE },
  { "organisation", "you", "root", TRUE }, { "organisation", NULL, NULL, TRUE },
  { "below", NULL, NULL, FALSE },
};

static void
test_depths (void)
{
  g_autoptr (SatchelUnits) units = satchel_units_new ();
  const SatchelEntity *account = satchel_registry_find (satchel_registry_builtin (), "account");
  const SatchelEntity *product = satchel_registry_find (satchel_registry_builtin (), "product");

  satchel_units_add (units, "root", NULL);
  satchel_units_add (units, "north", "root");
  satchel_units_add (units, "south", "root");
  satchel_units_add (units, "city", "north");
  satchel_units_add (units, "a", "b"); /* a circle must end */
  satchel_units_add (units, "b", "a");
  g_assert_false (satchel_units_is_within (units, "a", "root"));

  for (guint i = 0; i < G_N_ELEMENTS (depth_cases); i++) {
    const char *names[] = { "r", NULL };
    g_autoptr (SatchelRoles) roles = satchel_roles_new ();
    g_autofree char *text = g_strdup_printf ("<role name='r' label='R'><grant entity='*' read='%s'/></role>",
                                             depth_cases[i].depth);
    g_autoptr (SatchelRights) rights = NULL;
    g_autoptr (GError) error = NULL;

    must (satchel_roles_add (roles, "r.xml", text, -1, &error));
    rights = satchel_rights_new (&(SatchelStanding){ .user = "me", .unit = "north", .roles = names }, roles,
                                 units);
    g_test_message ("%s %s %s", depth_cases[i].depth, depth_cases[i].owner, depth_cases[i].unit);
    g_assert_cmpint (satchel_rights_allow (rights, SATCHEL_PRIVILEGE_READ, account, depth_cases[i].owner,
                                           depth_cases[i].unit),
                     ==, depth_cases[i].allowed);
    g_assert_false (satchel_rights_allow (rights, SATCHEL_PRIVILEGE_WRITE, account, "me", "north"));
    g_assert_cmpint (satchel_rights_allow (rights, SATCHEL_PRIVILEGE_READ, product, NULL, NULL), ==,
                     g_str_equal (depth_cases[i].depth, "organisation"));
  }
}

static void
test_union (void)
{
  g_autoptr (SatchelUnits) units = satchel_units_new ();
  g_autoptr (SatchelRoles) roles = satchel_roles_new ();
  const char *names[] = { "a", "b", NULL };
  g_autoptr (SatchelRights) rights = NULL;
  g_autoptr (GError) error = NULL;

  must (satchel_roles_add (
      roles, "a.xml", "<role name='a' label='A'><grant entity='account' read='own'/></role>", -1, &error));
  must (satchel_roles_add (roles, "b.xml",
                           "<role name='b' label='B'><grant entity='account' write='unit'/><grant entity='*' "
                           "read='below'/></role>",
                           -1, &error));
  rights =
      satchel_rights_new (&(SatchelStanding){ .user = "me", .unit = "north", .roles = names }, roles, units);
  /* The named grant of a role replaces its "*", not that of another role. */
  g_assert_cmpint (satchel_rights_get_depth (rights, SATCHEL_PRIVILEGE_READ,
                                             satchel_registry_find (satchel_registry_builtin (), "account")),
                   ==, SATCHEL_DEPTH_OWN);
  g_assert_cmpint (satchel_rights_get_depth (rights, SATCHEL_PRIVILEGE_WRITE,
                                             satchel_registry_find (satchel_registry_builtin (), "account")),
                   ==, SATCHEL_DEPTH_UNIT);
  g_assert_cmpint (satchel_rights_get_depth (rights, SATCHEL_PRIVILEGE_READ,
                                             satchel_registry_find (satchel_registry_builtin (), "task")),
                   ==, SATCHEL_DEPTH_BELOW);
}

#define NOBODY "0192d3a0-4c00-7000-8000-00000000000%d"

/* Her devices, which know what they were told, come to the same answers as the server: by all built-in roles,
 * for whoever owns a record wherever. */
static void
test_told (void)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SatchelUnits) units = satchel_units_new ();
  SatchelRegistry *registry = satchel_registry_builtin ();
  g_autoptr (GPtrArray) roles = satchel_roles_list (satchel_roles_builtin ());
  guint n_entities, n_allowed = 0, n_denied = 0;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (int i = 0; i < 9; i++)
    g_ptr_array_add (ids, g_strdup_printf (NOBODY, i));
  g_ptr_array_add (ids, NULL);
  /* 0 the root, 1 hers, 2 below, 3 beside; 4 she herself, 5 her team, 6 and 7 report to her, 8 a stranger */
  satchel_units_add (units, ids->pdata[0], NULL);
  satchel_units_add (units, ids->pdata[1], ids->pdata[0]);
  satchel_units_add (units, ids->pdata[2], ids->pdata[1]);
  satchel_units_add (units, ids->pdata[3], ids->pdata[0]);
  for (guint i = 0; i < roles->len; i++) {
    const char *const names[] = { roles->pdata[i], NULL }, *const teams[] = { ids->pdata[5], NULL };
    const char *const direct[] = { ids->pdata[6], NULL }, *const indirect[] = { ids->pdata[7], NULL };
    const SatchelStanding standing = { ids->pdata[4], ids->pdata[1], names, teams, direct, indirect };
    g_autoptr (SatchelRights) rights = satchel_rights_new (&standing, satchel_roles_builtin (), units);
    g_autoptr (SatchelPermits) listed = satchel_rights_list_permits (rights, registry);
    g_autofree char *text = satchel_permits_to_text (listed);
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPermits) permits = satchel_permits_from_text (text, strlen (text), &error);

    g_assert_no_error (error);
    for (guint e = 0; e < n_entities; e++) {
      for (guint p = 0; p < SATCHEL_N_PRIVILEGES; p++) {
        for (guint owner = 4; owner < 10; owner++) {
          for (guint unit = 0; unit < 5; unit++) {
            const char *where = unit < 4 ? ids->pdata[unit] : NULL;
            gboolean allowed = satchel_rights_allow (rights, p, entities[e], ids->pdata[owner], where);

            g_assert_cmpint (
                satchel_permits_allow (permits, ids->pdata[4], p, entities[e], ids->pdata[owner], where), ==,
                allowed);
            allowed ? n_allowed++ : n_denied++;
          }
        }
      }
      for (guint f = 0; f < entities[e]->n_fields; f++)
        g_assert_cmpint (satchel_permits_can_write_field (permits, entities[e]->fields[f]), ==,
                         satchel_rights_can_write_field (rights, entities[e]->fields[f]));
    }
  }
  g_assert_cmpuint (n_allowed, >, 1000);
  g_assert_cmpuint (n_denied, >, 1000);
}

/* ---- passwords and signing in ---- */

static void
test_password (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = satchel_password_hash ("correct horse", &error);
  g_autofree char *long_one = g_strnfill (SATCHEL_PASSWORD_LONGEST + 1, 'x');

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
  g_assert_true (satchel_password_verify (hash, "correct horse"));
  g_assert_false (satchel_password_verify (hash, "correct horsf"));
  g_assert_false (satchel_password_verify (NULL, "correct horse"));
  g_assert_null (satchel_password_hash ("short", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (satchel_password_hash (long_one, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

static SatchelSignInAnswer *
sign_in (Office *office, const char *user, const char *password, const char *device, GError **error)
{
  const SatchelSignIn request = { .user = (char *)user,
                                  .password = (char *)password,
                                  .device_name = (char *)"laptop",
                                  .device = (char *)device };

  return satchel_server_sign_in (office->server, &request, NULL, error);
}

static void
test_sign_in (void)
{
  Office *office = office_new ();
  g_autofree char *one = office_hire (office, "one", "salesperson", office->north);
  g_autoptr (SatchelSignInAnswer) first = NULL, again = NULL, other = NULL;
  g_autoptr (SatchelCaller) caller = NULL;
  g_autoptr (GError) error = NULL, unknown = NULL;

  g_assert_null (sign_in (office, "one", "wrong password", NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  g_assert_null (sign_in (office, "nobody", "wrong password", NULL, &unknown));
  g_assert_cmpstr (error->message, ==, unknown->message);
  g_clear_error (&error);

  first = sign_in (office, "One", "correct horse", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first->user, ==, one);
  g_assert_cmpstr (first->user_name, ==, "one");
  g_assert_cmpint (first->next_number, ==, 1);
  caller = satchel_server_authenticate (office->server, first->token, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (caller->device, ==, first->device);

  /* The same device again: the old token is void. */
  again = sign_in (office, "one", "correct horse", first->device, &error);
  g_assert_cmpstr (again->device, ==, first->device);
  g_assert_null (satchel_server_authenticate (office->server, first->token, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  g_clear_error (&error);

  must (satchel_accounts_revoke_device (office->server, NULL, again->device, &error));
  g_assert_null (satchel_server_authenticate (office->server, again->token, &error));
  g_clear_error (&error);
  other = sign_in (office, "one", "correct horse", first->device, &error);
  g_assert_cmpstr (other->device, !=, first->device); /* a revoked device stays revoked */

  g_assert_null (satchel_server_authenticate (office->server, "", &error));
  g_clear_error (&error);
  g_assert_null (satchel_server_authenticate (office->server, "' OR 1=1 --", &error));
  g_clear_error (&error);

  must (satchel_accounts_disable_user (office->server, NULL, one, &error));
  g_assert_null (satchel_server_authenticate (office->server, other->token, &error));
  g_clear_error (&error);
  g_assert_null (sign_in (office, "one", "correct horse", NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  office_free (office);
}

/* Names that exist and names that do not are locked alike; the lock grows, and a success ends it. */
static void
test_lock_out (void)
{
  static const char *const names[] = { "one", "nobody" };
  Office *office = office_new ();

  g_free (office_hire (office, "one", "salesperson", office->north));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const SatchelSignIn request = { .user = (char *)names[i],
                                    .password = (char *)"wrong",
                                    .device_name = (char *)"x" };
    g_autoptr (GError) error = NULL;
    gint64 retry_after_ms = -1;

    for (guint j = 0; j < SATCHEL_SIGN_IN_FREE_FAILURES; j++) {
      g_assert_null (satchel_server_sign_in (office->server, &request, NULL, &error));
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
      g_clear_error (&error);
    }
    g_assert_null (satchel_server_check_sign_in (office->server, &request, NULL, &retry_after_ms, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RATE);
    g_assert_cmpint (retry_after_ms, ==, SATCHEL_SIGN_IN_FIRST_LOCK_MS);
    g_clear_error (&error);
    fake_clock_advance (&office->clock, SATCHEL_SIGN_IN_FIRST_LOCK_MS);
    g_assert_null (satchel_server_sign_in (office->server, &request, NULL, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
    g_clear_error (&error);
    g_assert_null (satchel_server_check_sign_in (office->server, &request, NULL, &retry_after_ms, &error));
    g_assert_cmpint (retry_after_ms, ==, 2 * SATCHEL_SIGN_IN_FIRST_LOCK_MS);
  }
  fake_clock_advance (&office->clock, 2 * SATCHEL_SIGN_IN_FIRST_LOCK_MS);
  satchel_sign_in_answer_free (sign_in (office, "one", "correct horse", NULL, NULL));
  g_assert_null (sign_in (office, "one", "wrong", NULL, NULL));
  satchel_sign_in_answer_free (sign_in (office, "one", "correct horse", NULL, NULL));
  office_free (office);
}

static const guint8 *
strange (guint8 number)
{
  static guint8 peer[16];

  memset (peer, 0, sizeof peer);
  peer[0] = 0x20;
  peer[7] = number;
  peer[15] = (guint8)(number * 7); /* of one network all the same */
  return peer;
}

static gboolean
try_from (Office *office, const SatchelSignIn *request, const guint8 *peer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSignInCheck) check =
      satchel_server_check_sign_in (office->server, request, peer, NULL, &error);
  g_autoptr (SatchelSignInAnswer) answer =
      check != NULL ? satchel_server_sign_in (office->server, request, check, &error) : NULL;

  g_assert_true ((answer == NULL) == (error != NULL));
  return answer != NULL;
}

/* Who guesses from elsewhere locks out herself; who guesses from everywhere, all but the networks where the
 * owner was before. */
static void
test_lock_out_elsewhere (void)
{
  const guint8 home[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1 };
  const SatchelSignIn wrong = { .user = (char *)"one",
                                .password = (char *)"wrong",
                                .device_name = (char *)"x" };
  const SatchelSignIn right = { .user = (char *)"one",
                                .password = (char *)"correct horse",
                                .device_name = (char *)"x" };
  Office *office = office_new ();
  guint n_refused = 0;

  g_free (office_hire (office, "one", "salesperson", office->north));
  g_assert_true (try_from (office, &right, home));
  for (guint i = 0; i < 2 * SATCHEL_SIGN_IN_FREE_FAILURES; i++)
    n_refused += !try_from (office, &wrong, strange (1));
  g_assert_cmpuint (n_refused, ==, 2 * SATCHEL_SIGN_IN_FREE_FAILURES);
  g_assert_false (try_from (office, &right, strange (1)));
  g_assert_true (try_from (office, &right, strange (2)));
  g_assert_true (try_from (office, &right, home));

  for (guint i = 0; i < SATCHEL_SIGN_IN_FREE_GUESSES; i++)
    g_assert_false (try_from (office, &wrong, strange (3 + i)));
  g_assert_false (try_from (office, &right, strange (200)));
  g_assert_true (try_from (office, &right, home));
  office_free (office);
}

/* ---- accounts ---- */

static void
test_accounts (void)
{
  Office *office = office_new ();
  const char *roles[] = { "salesperson", NULL }, *no_roles[] = { "king", NULL };
  const SatchelNewUser same = { .login = "ONE", .unit = office->north, .roles = roles };
  const SatchelNewUser king = { .login = "king", .unit = office->north, .roles = no_roles };
  g_autoptr (GPtrArray) users = NULL, units = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  Desk *desk;

  g_free (office_hire (office, "one", "salesperson", office->north));
  g_assert_null (satchel_accounts_add_user (office->server, NULL, &same, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (satchel_accounts_add_user (office->server, NULL, &king, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (satchel_accounts_add_unit (office->server, NULL, "North", NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (satchel_accounts_find_unit (office->server, "West", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  found = satchel_accounts_find_unit (office->server, "South", &error);
  g_assert_cmpstr (found, ==, office->south);
  users = satchel_accounts_list_users (office->server, &error);
  g_assert_cmpint (users->len, ==, 1);
  g_assert_cmpstr (((SatchelAccount *)users->pdata[0])->unit_name, ==, "North");
  g_assert_cmpstr (((SatchelAccount *)users->pdata[0])->roles[0], ==, "salesperson");
  units = satchel_accounts_list_units (office->server, &error);
  g_assert_cmpint (units->len, ==, 3);

  /* What the administrator does reaches the replicas like any other change. */
  desk = desk_new (office, "one");
  desk_pull (desk);
  g_free (office_hire (office, "two", "salesperson", office->south));
  desk_check (desk);
  g_assert_cmpint (desk->n_rows, ==, 1);
  desk_free (desk);
  office_free (office);
}

/* Another process changes the store while this one serves. */
static void
test_two_processes (void)
{
  Office *office = office_new ();
  g_autofree char *one = office_hire (office, "one", "salesperson", office->north);
  g_autofree char *account = NULL, *product = NULL;
  Desk *desk = desk_new (office, "one");
  g_autoptr (SatchelServer) other = NULL;
  g_autoptr (GError) error = NULL;

  account = new_id (desk);
  product = new_id (desk);
  assert_applied (desk_create (desk, "account", account, "name", "\"Acme\"", NULL));
  desk_pull (desk);
  other = satchel_server_open (office->dir, office->registry, &office->clock.clock, &error);
  g_assert_no_error (error);
  must (satchel_accounts_add_role (other, NULL, one, "back-office", &error));
  must (satchel_accounts_remove_role (other, NULL, one, "salesperson", &error));
  assert_applied (desk_create (desk, "product", product, "name", "\"Digger\"", "number", "\"D1\"", NULL));
  desk_check (desk);
  must (satchel_accounts_disable_user (other, NULL, one, &error));
  g_assert_null (satchel_server_authenticate (office->server, desk->token, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  desk_free (desk);
  office_free (office);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/roles/bad", test_bad_roles);
  g_test_add_func ("/sync-server/roles/builtin", test_builtin_roles);
  g_test_add_func ("/sync-server/rights/depths", test_depths);
  g_test_add_func ("/sync-server/rights/union", test_union);
  g_test_add_func ("/sync-server/rights/told", test_told);
  g_test_add_func ("/sync-server/password", test_password);
  g_test_add_func ("/sync-server/sign-in", test_sign_in);
  g_test_add_func ("/sync-server/lock-out", test_lock_out);
  g_test_add_func ("/sync-server/lock-out/elsewhere", test_lock_out_elsewhere);
  g_test_add_func ("/sync-server/accounts", test_accounts);
  g_test_add_func ("/sync-server/two-processes", test_two_processes);
  return g_test_run ();
}
