/* What an administrator of the machine does to people, units, teams, shares and devices, while others work.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/teams.h"
#include "tests/sync-server/office.h"

typedef struct {
  Office *office;
  SatchelServer *server;
  char *one_id, *other_id;
  Desk *one, *other;
  char *account, *task, *done;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *about = NULL;

  f->office = office_new ();
  f->server = f->office->server;
  f->one_id = office_hire (f->office, "one", "salesperson", f->office->north);
  f->other_id = office_hire (f->office, "other", "salesperson", f->office->south);
  f->one = desk_new (f->office, "one");
  f->other = desk_new (f->office, "other");
  f->account = new_id (f->one);
  f->task = new_id (f->one);
  f->done = new_id (f->one);
  about = g_strdup_printf ("\"account:%s\"", f->account);
  assert_applied (desk_create (f->one, "account", f->account, "name", "\"Acme\"", NULL));
  assert_applied (desk_create (f->one, "task", f->task, "subject", "\"Call\"", "regarding", about, NULL));
  assert_applied (
      desk_create (f->one, "task", f->done, "subject", "\"Called\"", "status", "\"completed\"", NULL));
  desk_pull (f->one);
  desk_pull (f->other);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_free (f->one);
  desk_free (f->other);
  g_free (f->one_id);
  g_free (f->other_id);
  g_free (f->account);
  g_free (f->task);
  g_free (f->done);
  office_free (f->office);
}

static void
test_units (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *root = satchel_server_get_root_unit (f->server);

  must (satchel_accounts_move_unit (f->server, NULL, f->office->south, f->office->north, &error));
  g_assert_false (satchel_accounts_move_unit (f->server, NULL, f->office->north, f->office->south, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  g_assert_false (satchel_accounts_move_unit (f->server, NULL, root, f->office->south, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  g_assert_false (satchel_accounts_rename_unit (f->server, NULL, f->office->south, "North", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  must (satchel_accounts_rename_unit (f->server, NULL, f->office->south, "Deep South", &error));

  must (satchel_accounts_set_unit (f->server, NULL, f->one_id, f->office->south, &error));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
  must (satchel_accounts_set_unit (f->server, NULL, f->one_id, f->office->north, &error));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  must (satchel_accounts_set_manager (f->server, NULL, f->one_id, f->other_id, &error));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
  must (satchel_accounts_set_manager (f->server, NULL, f->one_id, NULL, &error));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
}

static void
test_teams (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) teams = NULL;
  g_autofree char *team = satchel_teams_add (f->server, NULL, "Tigers", f->office->north, &error);
  g_autofree char *with = g_strconcat ("team:", team, NULL);
  const SatchelTeam *tigers;

  g_assert_no_error (error);
  g_assert_null (satchel_teams_add (f->server, NULL, "Tigers", f->office->south, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  must (satchel_teams_add_member (f->server, NULL, team, f->other_id, &error));
  g_assert_false (satchel_teams_add_member (f->server, NULL, team, f->other_id, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  teams = satchel_teams_list (f->server, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (teams->len, ==, 1);
  tigers = teams->pdata[0];
  g_assert_cmpstr (tigers->unit_name, ==, "North");
  g_assert_cmpstr (tigers->members[0], ==, "other");

  must (satchel_shares_give (f->server, NULL, "account", f->account, with, "read,write", &error));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
  must (satchel_teams_set_active (f->server, NULL, team, FALSE, &error));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  g_assert_false (satchel_shares_give (f->server, NULL, "account", f->account, with, NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  must (satchel_teams_set_active (f->server, NULL, team, TRUE, &error));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
  must (satchel_teams_remove_member (f->server, NULL, team, f->other_id, &error));
  g_assert_false (satchel_teams_remove_member (f->server, NULL, team, f->other_id, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
}

static void
test_shares (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shares = NULL;
  g_autofree char *with = g_strconcat ("user:", f->other_id, NULL);
  const SatchelGivenShare *share;

  must (satchel_shares_give (f->server, NULL, "account", f->account, with, "write", &error));
  shares = satchel_shares_list_given (f->server, "account", f->account, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (shares->len, ==, 1);
  share = shares->pdata[0];
  g_assert_cmpstr (share->principal, ==, with);
  g_assert_cmpstr (share->principal_name, ==, "other");
  g_assert_cmpstr (share->rights[0], ==, "read");
  g_assert_cmpstr (share->rights[1], ==, "write");
  g_assert_null (share->shared_by);
  g_assert_false (satchel_shares_give (f->server, NULL, "account", f->account, with, "everything", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  must (satchel_shares_take_back (f->server, NULL, "account", f->account, with, &error));
  g_assert_false (satchel_shares_take_back (f->server, NULL, "account", f->account, with, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
}

/* What is open goes to the heir; what is closed stays history. */
static void
test_replace (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (satchel_accounts_replace_user (f->server, NULL, f->one_id, f->one_id, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  must (satchel_accounts_replace_user (f->server, NULL, f->one_id, f->other_id, &error));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
  g_assert_true (desk_has (f->other, "task", f->task));
  g_assert_false (desk_has (f->other, "task", f->done));
  g_assert_null (satchel_server_authenticate (f->server, f->one->token, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  g_clear_error (&error);
  must (satchel_accounts_enable_user (f->server, NULL, f->one_id, &error));
  {
    g_autoptr (SatchelCaller) caller = satchel_server_authenticate (f->server, f->one->token, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (caller->user, ==, f->one_id);
  }
}

/* A lost device is told at each request, also once its user is disabled; and it does not come back as what it
 * was. */
static void
test_wipe (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *device = f->one->caller.device;
  SatchelSignIn request = { .user = (char *)"one",
                            .password = (char *)"correct horse",
                            .device_name = (char *)"desk",
                            .device = f->one->caller.device };
  g_autoptr (SatchelSignInAnswer) answer = NULL;

  must (satchel_accounts_wipe_device (f->server, NULL, device, &error));
  g_assert_null (satchel_server_authenticate (f->server, f->one->token, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_WIPED);
  g_clear_error (&error);
  g_assert_null (satchel_server_sign_in (f->server, &request, NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_WIPED);
  g_clear_error (&error);
  request.device = NULL; /* erased: it begins anew */
  answer = satchel_server_sign_in (f->server, &request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer->device, !=, device);

  must (satchel_accounts_revoke_device (f->server, NULL, device, &error)); /* the order stands */
  must (satchel_accounts_disable_user (f->server, NULL, f->one_id, &error));
  g_assert_null (satchel_server_authenticate (f->server, f->one->token, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_WIPED);
  g_clear_error (&error);
  g_assert_null (satchel_server_authenticate (f->server, answer->token, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                                      \
  g_test_add ("/sync-server/administration/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("units", test_units);
  ADD ("teams", test_teams);
  ADD ("shares", test_shares);
  ADD ("replace", test_replace);
  ADD ("wipe", test_wipe);
  return g_test_run ();
}
