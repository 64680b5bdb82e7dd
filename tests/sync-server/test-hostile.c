/* A client that lies: nothing it says is taken on trust, and every refusal has a code.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/office.h"

#include <string.h>

typedef struct {
  Office *office;
  char *one_id;
  Desk *one, *admin;
  char *account;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  f->one_id = office_hire (office, "one", "salesperson", office->north);
  g_free (office_hire (office, "admin", "system-administrator", office->south));
  f->one = desk_new (office, "one");
  f->admin = desk_new (office, "admin");
  f->account = new_id (f->one);
  assert_applied (desk_create (f->one, "account", f->account, "name", "\"Acme\"", NULL));
  desk_pull (f->one);
  desk_pull (f->admin);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_check (f->one);
  desk_check (f->admin);
  desk_free (f->one);
  desk_free (f->admin);
  g_free (f->one_id);
  g_free (f->account);
  office_free (f->office);
}

static const struct {
  const char *field, *value;
  SatchelErrorCode code;
} bad_edits[] = {
  { "created_at", "1", SATCHEL_ERROR_FIELD_FORBIDDEN },
  { "modified_by", "null", SATCHEL_ERROR_FIELD_FORBIDDEN },
  { "unit", "null", SATCHEL_ERROR_FIELD_FORBIDDEN },
  { "no_such_field", "1", SATCHEL_ERROR_SCHEMA },
  { "phone", "17", SATCHEL_ERROR_INVALID },
  { "employees", "\"17\"", SATCHEL_ERROR_INVALID },
  { "employees", "-1", SATCHEL_ERROR_RULE },
  { "name", "null", SATCHEL_ERROR_RULE },
  { "owner", "null", SATCHEL_ERROR_RULE },
  { "owner", "\"nobody\"", SATCHEL_ERROR_INVALID },
  { "owner", "\"user:nobody\"", SATCHEL_ERROR_RULE },
  { "primary_contact", "\"00000000-0000-7000-8000-000000000000\"", SATCHEL_ERROR_REFERENCE },
  { "tags", "\"b|a\"", SATCHEL_ERROR_INVALID },
};

static void
test_edits (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_edits); i++) {
    g_autoptr (SatchelOutcome) outcome =
        desk_update (f->one, "account", f->account, bad_edits[i].field, bad_edits[i].value, NULL);

    g_test_message ("%s = %s: %s", bad_edits[i].field, bad_edits[i].value, outcome->reason);
    g_assert_cmpint (outcome->state, ==, SATCHEL_OUTCOME_PARKED);
    g_assert_cmpstr (satchel_error_name (outcome->code), ==, satchel_error_name (bad_edits[i].code));
    desk_release (f->one, outcome->uuid);
  }
}

static void
test_long_text (Fixture *f, gconstpointer data)
{
  g_autofree char *name = g_strnfill (5000, 'x');
  g_autofree char *text = g_strdup_printf ("\"%s\"", name);

  assert_parked (desk_update (f->one, "account", f->account, "name", text, NULL), SATCHEL_ERROR_RULE);
}

/* Long texts in a long past do not make an answer that fills the memory. */
static void
test_long_history (Fixture *f, gconstpointer data)
{
  g_autofree char *history = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 15; i++) {
    g_autofree char *words = g_strnfill (200000 - 1, (char)('a' + i));
    g_autofree char *text = g_strdup_printf ("\"%s\"", words);

    assert_applied (desk_update (f->one, "account", f->account, "description", text, NULL));
  }
  history = satchel_server_history (f->office->server, &f->one->caller, "account", f->account, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (history, "\"new\":\"ooo")); /* the newest */
  g_assert_cmpuint (strlen (history), <, 5000000);
}

static void
test_kinds (Fixture *f, gconstpointer data)
{
  g_autofree char *conflict = new_id (f->one), *other = new_id (f->one), *thing = new_id (f->one);

  assert_parked (desk_create (f->admin, "conflict", conflict, "field", "\"name\"", NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_update (f->admin, "conflict", other, "status", "\"resolved\"", NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_delete (f->admin, "conflict", thing), SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_create (f->one, "sqlite_master", thing, "name", "\"x\"", NULL), SATCHEL_ERROR_SCHEMA);
  assert_parked (desk_act (f->one, "account", f->account, "launch", NULL), SATCHEL_ERROR_SCHEMA);
  assert_parked (desk_act (f->one, "account", f->account, "qualify", NULL), SATCHEL_ERROR_SCHEMA);
  assert_parked (desk_act (f->one, "account", f->account, "assign", NULL), SATCHEL_ERROR_INVALID);
  assert_parked (desk_act (f->one, "conflict", conflict, "resolve", "choice", "\"mine\"", NULL),
                 SATCHEL_ERROR_NOT_FOUND);
  assert_parked (desk_create (f->one, "account", f->account, "name", "\"Again\"", NULL),
                 SATCHEL_ERROR_EXISTS);
  assert_parked (desk_delete (f->admin, "user", f->one_id), SATCHEL_ERROR_RULE);
}

/* Two records of one id in one set. */
static void
test_twice_in_a_set (Fixture *f, gconstpointer data)
{
  SatchelChangeSet *set = desk_set (f->one);
  g_autofree char *task = new_id (f->one);

  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"a\"", NULL);
  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"b\"", NULL);
  assert_parked (desk_push (f->one, set), SATCHEL_ERROR_EXISTS);
}

static void
test_one_login (Fixture *f, gconstpointer data)
{
  g_autofree char *user = new_id (f->admin);

  assert_parked (desk_create (f->admin, "user", user, "name", "\"Eve\"", "login", "\"ONE\"", NULL),
                 SATCHEL_ERROR_EXISTS);
}

/* An administrator who makes herself inactive has the rest of her sets parked, and is out. */
static void
test_saws_off_her_branch (Fixture *f, gconstpointer data)
{
  g_autoptr (SatchelPush) push = satchel_push_new ();
  SatchelPushJob job = { .caller = &f->one->caller, .push = push };
  Desk *eve;
  g_autofree char *eve_id = office_hire (f->office, "eve", "system-administrator", f->office->north);
  SatchelChangeSet *first, *second;
  g_autoptr (GError) error = NULL;

  eve = desk_new (f->office, "eve");
  desk_pull (eve);
  job.caller = &eve->caller;
  first = desk_set (eve);
  second = desk_set (eve);
  add_change (eve, first, SATCHEL_CHANGE_UPDATE, "user", eve_id, NULL, "active", "0", NULL);
  add_change (eve, second, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", "\"1\"", NULL);
  g_ptr_array_add (push->sets, first);
  g_ptr_array_add (push->sets, second);
  satchel_server_push (f->office->server, &job, 1);
  g_assert_no_error (job.error);
  g_assert_cmpint (((SatchelOutcome *)job.answer->outcomes->pdata[0])->state, ==, SATCHEL_OUTCOME_APPLIED);
  g_assert_cmpint (((SatchelOutcome *)job.answer->outcomes->pdata[1])->code, ==, SATCHEL_ERROR_FORBIDDEN);
  satchel_push_answer_free (job.answer);
  g_assert_null (satchel_server_authenticate (f->office->server, eve->token, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  desk_free (eve);
}

/* Somebody else's set ids, and one id twice in a push. */
static void
test_stolen_ids (Fixture *f, gconstpointer data)
{
  SatchelChangeSet *set = desk_set (f->one), *copy;
  g_autoptr (SatchelOutcome) outcome = NULL;
  g_autoptr (GPtrArray) uuids = g_ptr_array_new (), known = NULL;
  g_autoptr (SatchelPush) push = satchel_push_new ();
  SatchelPushJob job = { .caller = &f->one->caller, .push = push };
  g_autoptr (GError) error = NULL;

  add_change (f->one, set, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", "\"1\"", NULL);
  outcome = desk_try (f->one, set, &error);
  g_assert_no_error (error);
  copy = set;
  copy->number = f->admin->next_number;
  g_assert_null (desk_try (f->admin, copy, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&error);

  g_ptr_array_add (uuids, set->uuid);
  known = satchel_server_known (f->office->server, &f->admin->caller, uuids, &error);
  g_assert_no_error (error);
  g_assert_cmpint (known->len, ==, 0);
  g_clear_pointer (&known, g_ptr_array_unref);
  known = satchel_server_known (f->office->server, &f->one->caller, uuids, &error);
  g_assert_cmpint (known->len, ==, 1);
  satchel_change_set_free (set);

  for (guint i = 0; i < 2; i++) {
    SatchelChangeSet *twin =
        satchel_change_set_new ("01900000-0000-7000-8000-000000000001", f->one->next_number + i, 0);

    add_change (f->one, twin, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", "\"2\"", NULL);
    g_ptr_array_add (push->sets, twin);
  }
  satchel_server_push (f->office->server, &job, 1);
  g_assert_error (job.error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&job.error);
}

/* The caller is who the token says, not who the push says. */
static void
test_foreign_device (Fixture *f, gconstpointer data)
{
  SatchelCaller liar = { .user = f->admin->caller.user, .device = f->one->caller.device };
  g_autoptr (SatchelPush) push = satchel_push_new ();
  SatchelPushJob job = { .caller = &liar, .push = push };

  satchel_server_push (f->office->server, &job, 1);
  g_assert_error (job.error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  g_clear_error (&job.error);
}

/* A wall clock of the year 2100 is shown nowhere as a time to come. */
static void
test_future (Fixture *f, gconstpointer data)
{
  SatchelChangeSet *set = desk_set (f->one);
  const char *conflict;

  assert_applied (desk_update (f->admin, "account", f->account, "phone", "\"1\"", NULL));
  set->made_at_ms = G_GINT64_CONSTANT (4102444800000);
  add_change (f->one, set, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", "\"2\"", NULL);
  assert_conflicts (desk_push (f->one, set), 1);
  desk_pull (f->one);
  conflict = desk_find_conflict (f->one, "phone", "settled");
  g_assert_cmpint (g_ascii_strtoll (desk_get (f->one, "conflict", conflict, "mine_at"), NULL, 10), <=,
                   f->office->clock.now_ms);
}

#define ADD(path, test) g_test_add ("/sync-server/hostile/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("edits", test_edits);
  ADD ("long-text", test_long_text);
  ADD ("long-history", test_long_history);
  ADD ("kinds", test_kinds);
  ADD ("twice-in-a-set", test_twice_in_a_set);
  ADD ("one-login", test_one_login);
  ADD ("saws-off-her-branch", test_saws_off_her_branch);
  ADD ("stolen-ids", test_stolen_ids);
  ADD ("foreign-device", test_foreign_device);
  ADD ("future", test_future);
  return g_test_run ();
}
