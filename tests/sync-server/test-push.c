/* Pushes: exactly once, merged field by field, parked with a reason, held back only where they must be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/office.h"

/* Two sellers of one unit and one of another, with an account that the first two see. */
typedef struct {
  Office *office;
  Desk *one, *two, *other;
  char *account;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  Office *office = fixture->office = office_new ();
  const char *const logins[] = { "one", "two" };

  for (guint i = 0; i < 2; i++)
    g_free (office_hire (office, logins[i], "salesperson", office->north));
  g_free (office_hire (office, "other", "salesperson", office->south));
  fixture->one = desk_new (office, "one");
  fixture->two = desk_new (office, "two");
  fixture->other = desk_new (office, "other");
  fixture->account = new_id (fixture->one);
  assert_applied (desk_create (fixture->one, "account", fixture->account, "name", "\"Acme\"", "phone",
                               "\"+40 1\"", "revenue", "100000", "tags", "\"|a|b|\"", "description",
                               "\"first\\nsecond\\nthird\"", NULL));
  desk_pull (fixture->one);
  desk_pull (fixture->two);
  desk_pull (fixture->other);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  desk_check (fixture->one);
  desk_check (fixture->two);
  desk_check (fixture->other);
  desk_free (fixture->one);
  desk_free (fixture->two);
  desk_free (fixture->other);
  g_free (fixture->account);
  office_free (fixture->office);
}

/* ---- identity ---- */

static void
test_once (Fixture *f, gconstpointer data)
{
  g_autofree char *task = new_id (f->one);
  SatchelChangeSet *set = desk_set (f->one);
  g_autoptr (SatchelOutcome) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  const gint64 s = satchel_server_get_s (f->office->server);

  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"Call\"", NULL);
  first = desk_try (f->one, set, &error);
  g_assert_no_error (error);
  office_reopen (f->office); /* the outcome outlives the process */
  second = desk_try (f->one, set, &error);
  g_assert_no_error (error);
  g_assert_cmpint (first->s, ==, s + 1);
  g_assert_cmpint (second->s, ==, first->s);
  g_assert_cmpint (second->number, ==, first->number);
  g_assert_cmpint (satchel_server_get_s (f->office->server), ==, s + 1);

  /* The same id with other content is no repetition. */
  add_change (f->one, set, SATCHEL_CHANGE_DELETE, "task", task, NULL, NULL);
  g_assert_null (desk_try (f->one, set, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  satchel_change_set_free (set);
}

static void
test_numbers (Fixture *f, gconstpointer data)
{
  g_autofree char *task = new_id (f->one);
  g_autoptr (SatchelChangeSet) set = desk_set (f->one);
  g_autoptr (GError) error = NULL;
  const gint64 s = satchel_server_get_s (f->office->server);

  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"Call\"", NULL);
  set->number += 1;
  g_assert_null (desk_try (f->one, set, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_GAP);
  g_clear_error (&error);
  set->number -= 2; /* the number of the account's set */
  g_assert_null (desk_try (f->one, set, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_DEVICE_CLONED);
  g_assert_cmpint (satchel_server_get_s (f->office->server), ==, s);
}

/* What a device pushed before it got a new identity is known under any number, and does not disturb the new
 * numbers. */
static void
test_other_identity (Fixture *f, gconstpointer data)
{
  g_autofree char *task = new_id (f->one);
  g_autoptr (SatchelChangeSet) set = desk_set (f->one);
  g_autoptr (SatchelOutcome) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  Desk *again;

  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"Call\"", NULL);
  first = desk_try (f->one, set, &error);
  g_assert_no_error (error);
  again = desk_new (f->office, "one");
  set->number = 17;
  second = desk_try (again, set, &error);
  g_assert_no_error (error);
  g_assert_cmpint (second->s, ==, first->s);
  g_assert_cmpint (second->number, ==, 17);
  desk_pull (again);
  assert_applied (desk_update (again, "task", task, "subject", "\"Call again\"", NULL));
  desk_free (again);
}

/* A batch that was cut, sent again with more behind it. */
static void
test_batch_again (Fixture *f, gconstpointer data)
{
  g_autoptr (SatchelPush) push = satchel_push_new ();
  SatchelPushJob job = { .caller = &f->one->caller, .push = push };
  gint64 first_s = 0;

  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < 3; i++) {
      SatchelChangeSet *set = desk_set (f->one);
      g_autofree char *task = new_id (f->one);

      add_change (f->one, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"Call\"", NULL);
      g_ptr_array_add (push->sets, set);
    }
    satchel_server_push (f->office->server, &job, 1);
    g_assert_no_error (job.error);
    g_assert_cmpint (job.answer->outcomes->len, ==, push->sets->len);
    if (round == 0)
      first_s = ((SatchelOutcome *)job.answer->outcomes->pdata[0])->s;
    for (guint i = 0; i < push->sets->len; i++)
      g_assert_cmpint (((SatchelOutcome *)job.answer->outcomes->pdata[i])->s, ==, first_s + i);
    satchel_push_answer_free (job.answer);
  }
  desk_pull (f->two);
  g_assert_cmpint (desk_count (f->two, "task"), ==, 6);
}

/* Two devices in one batch; one is refused, the other goes through. */
static void
test_batch_of_two (Fixture *f, gconstpointer data)
{
  g_autoptr (SatchelPush) good = satchel_push_new (), bad = satchel_push_new ();
  SatchelPushJob jobs[] = { { .caller = &f->one->caller, .push = bad },
                            { .caller = &f->two->caller, .push = good } };
  SatchelChangeSet *set = desk_set (f->two), *gap = desk_set (f->one);
  g_autofree char *task = new_id (f->one);

  add_change (f->two, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"Call\"", NULL);
  g_ptr_array_add (good->sets, set);
  add_change (f->one, gap, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", "\"1\"", NULL);
  gap->number += 5;
  g_ptr_array_add (bad->sets, gap);
  satchel_server_push (f->office->server, jobs, 2);
  g_assert_error (jobs[0].error, SATCHEL_ERROR, SATCHEL_ERROR_GAP);
  g_assert_no_error (jobs[1].error);
  g_clear_error (&jobs[0].error);
  satchel_push_answer_free (jobs[1].answer);
  desk_pull (f->one);
  g_assert_true (desk_has (f->one, "task", task));
  f->one->next_number--;
}

/* ---- merging ---- */

static void
test_different_fields (Fixture *f, gconstpointer data)
{
  assert_conflicts (desk_update (f->one, "account", f->account, "phone", "\"+40 2\"", NULL), 0);
  assert_conflicts (desk_update (f->two, "account", f->account, "website", "\"https://acme.example\"", NULL),
                    0);
  desk_check (f->one);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "phone"), ==, "\"+40 2\"");
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "website"), ==, "\"https://acme.example\"");
  g_assert_cmpint (f->one->n_whole, ==, 0); /* two fields of a row travel, not the row */
}

/* "last": the incoming value stands, the other one is filed. */
static void
test_last (Fixture *f, gconstpointer data)
{
  const char *conflict;

  assert_conflicts (desk_update (f->one, "account", f->account, "phone", "\"+40 2\"", NULL), 0);
  assert_conflicts (desk_update (f->two, "account", f->account, "phone", "\"+40 3\"", NULL), 1);
  desk_pull (f->one);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "phone"), ==, "\"+40 3\"");
  conflict = desk_find_conflict (f->one, "phone", "settled");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "base"), ==, "\"\\\"+40 1\\\"\"");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "mine"), ==, "\"\\\"+40 3\\\"\"");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "theirs"), ==, "\"\\\"+40 2\\\"\"");

  /* The value that gave way comes back with one action. */
  assert_applied (desk_act (f->one, "conflict", conflict, "resolve", "choice", "\"theirs\"", NULL));
  desk_pull (f->two);
  g_assert_cmpstr (desk_get (f->two, "account", f->account, "phone"), ==, "\"+40 2\"");
}

static void
test_equal_values (Fixture *f, gconstpointer data)
{
  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "500", NULL), 0);
  assert_conflicts (desk_update (f->two, "account", f->account, "revenue", "500", NULL), 0);
}

/* "review": the server's value stands until a person decides; whoever comes second is told. */
static void
test_review (Fixture *f, gconstpointer data)
{
  const char *conflict;
  char *id;

  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "500", NULL), 0);
  assert_conflicts (desk_update (f->two, "account", f->account, "revenue", "700", "phone", "\"9\"", NULL), 1);
  desk_pull (f->one);
  desk_pull (f->two);
  g_assert_cmpstr (desk_get (f->two, "account", f->account, "revenue"), ==, "500");
  g_assert_cmpstr (desk_get (f->two, "account", f->account, "phone"), ==,
                   "\"9\""); /* the rest of the set went through */
  conflict = desk_find_conflict (f->one, "revenue", "open");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "mine"), ==, "\"700\"");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "theirs"), ==, "\"500\"");
  id = g_strdup (conflict);
  assert_applied (desk_act (f->one, "conflict", id, "resolve", "choice", "\"mine\"", NULL));
  assert_parked (desk_act (f->two, "conflict", id, "resolve", "choice", "\"theirs\"", NULL),
                 SATCHEL_ERROR_STATE);
  desk_pull (f->two);
  g_assert_cmpstr (desk_get (f->two, "account", f->account, "revenue"), ==, "700");
  g_assert_cmpstr (desk_get (f->two, "conflict", id, "status"), ==, "\"resolved\"");
  g_free (id);
}

/* The second open conflict of one device on one field settles the first. */
static void
test_review_twice (Fixture *f, gconstpointer data)
{
  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "500", NULL), 0);
  assert_conflicts (desk_update (f->two, "account", f->account, "revenue", "700", NULL), 1);
  assert_conflicts (desk_update (f->two, "account", f->account, "revenue", "800", NULL), 1);
  desk_pull (f->one);
  g_assert_cmpstr (desk_get (f->one, "conflict", desk_find_conflict (f->one, "revenue", "open"), "mine"), ==,
                   "\"800\"");
  g_assert_cmpstr (desk_get (f->one, "conflict", desk_find_conflict (f->one, "revenue", "settled"), "mine"),
                   ==, "\"700\"");
}

static void
test_resolve_by_value (Fixture *f, gconstpointer data)
{
  g_autofree char *conflict = NULL;

  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "500", NULL), 0);
  assert_conflicts (desk_update (f->two, "account", f->account, "revenue", "700", NULL), 1);
  desk_pull (f->two);
  conflict = g_strdup (desk_find_conflict (f->two, "revenue", "open"));
  assert_parked (desk_act (f->other, "conflict", conflict, "resolve", "choice", "\"mine\"", NULL),
                 SATCHEL_ERROR_NOT_FOUND);
  assert_parked (
      desk_act (f->two, "conflict", conflict, "resolve", "choice", "\"value\"", "value", "\"much\"", NULL),
      SATCHEL_ERROR_INVALID);
  assert_applied (
      desk_act (f->two, "conflict", conflict, "resolve", "choice", "\"value\"", "value", "\"6.50\"", NULL));
  desk_pull (f->one);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "revenue"), ==, "650");
}

/* What the device itself did since it saw the record is no conflict. */
static void
test_own_chain (Fixture *f, gconstpointer data)
{
  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "500", NULL), 0);
  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "600", NULL), 0);
  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "700", NULL), 0);
}

static void
edit_with_base (Desk *desk, SatchelChangeSet *set, const char *record, const char *field, const char *value,
                const char *base)
{
  SatchelChange *change = add_change (desk, set, SATCHEL_CHANGE_UPDATE, "account", record, NULL, NULL);

  satchel_change_add_edit (change, field, json_from_string (value, NULL), json_from_string (base, NULL));
}

static void
test_set_and_text (Fixture *f, gconstpointer data)
{
  SatchelChangeSet *set = desk_set (f->one);

  edit_with_base (f->one, set, f->account, "tags", "\"|a|b|c|\"", "\"|a|b|\"");
  edit_with_base (f->one, set, f->account, "description", "\"FIRST\\nsecond\\nthird\"",
                  "\"first\\nsecond\\nthird\"");
  assert_conflicts (desk_push (f->one, set), 0);
  set = desk_set (f->two);
  edit_with_base (f->two, set, f->account, "tags", "\"|b|\"", "\"|a|b|\"");
  edit_with_base (f->two, set, f->account, "description", "\"first\\nsecond\\nTHIRD\"",
                  "\"first\\nsecond\\nthird\"");
  assert_conflicts (desk_push (f->two, set), 0);
  desk_pull (f->one);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "tags"), ==, "\"|b|c|\"");
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "description"), ==, "\"FIRST\\nsecond\\nTHIRD\"");
}

/* City and country belong together: one of two changes is taken whole. */
static void
test_group (Fixture *f, gconstpointer data)
{
  assert_conflicts (
      desk_update (f->one, "account", f->account, "city", "\"Cluj\"", "country", "\"RO\"", NULL), 0);
  assert_conflicts (
      desk_update (f->two, "account", f->account, "city", "\"Wien\"", "country", "\"AT\"", NULL), 2);
  desk_pull (f->one);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "city"), ==, "\"Wien\"");
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "country"), ==, "\"AT\"");
}

/* ---- delete against edit ---- */

static void
test_edit_of_deleted (Fixture *f, gconstpointer data)
{
  assert_applied (desk_delete (f->one, "account", f->account));
  assert_parked (desk_update (f->two, "account", f->account, "phone", "\"1\"", NULL),
                 SATCHEL_ERROR_RECORD_DELETED);
  desk_pull (f->two);
  g_assert_false (desk_has (f->two, "account", f->account));
  /* For whom it never was, it was never deleted either. */
  assert_parked (desk_update (f->other, "account", f->account, "phone", "\"1\"", NULL),
                 SATCHEL_ERROR_NOT_FOUND);
}

static void
test_delete_of_edited (Fixture *f, gconstpointer data)
{
  assert_applied (desk_update (f->one, "account", f->account, "phone", "\"1\"", NULL));
  assert_parked (desk_delete (f->two, "account", f->account), SATCHEL_ERROR_RECORD_CHANGED);
  desk_pull (f->two);
  assert_applied (desk_delete (f->two, "account", f->account));
}

/* ---- parked sets ---- */

static void
test_dependence (Fixture *f, gconstpointer data)
{
  g_autofree char *contact = new_id (f->one), *task = new_id (f->one), *free_task = new_id (f->one);
  SatchelChangeSet *set = desk_set (f->one);
  g_autofree char *uuid = g_strdup (set->uuid);
  g_autofree char *regarding = g_strdup_printf ("\"contact:%s\"", contact);

  /* A required field is missing; what names the contact, or writes the same field, waits; all else goes
   * through. */
  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "contact", contact, NULL, "first_name", "\"Ana\"", NULL);
  add_change (f->one, set, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", "\"7\"", NULL);
  assert_parked (desk_push (f->one, set), SATCHEL_ERROR_RULE);
  assert_parked (desk_create (f->one, "task", task, "subject", "\"Call\"", "regarding", regarding, NULL),
                 SATCHEL_ERROR_DEPENDS);
  assert_parked (desk_update (f->one, "task", task, "subject", "\"Call Ana\"", NULL), SATCHEL_ERROR_DEPENDS);
  assert_parked (desk_update (f->one, "account", f->account, "phone", "\"8\"", NULL), SATCHEL_ERROR_DEPENDS);
  assert_applied (desk_update (f->one, "account", f->account, "website", "\"https://a.example\"", NULL));
  assert_applied (desk_create (f->one, "task", free_task, "subject", "\"Other\"", NULL));
  desk_pull (f->one);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "phone"), ==, "\"+40 1\"");
  g_assert_false (desk_has (f->one, "task", task));

  /* Released: the phone may be written again, what builds on the still parked task may not. */
  desk_release (f->one, uuid);
  assert_parked (desk_update (f->one, "task", task, "subject", "\"Call\"", NULL), SATCHEL_ERROR_DEPENDS);
}

/* A set is atomic: its good half does not stay. */
static void
test_atomic (Fixture *f, gconstpointer data)
{
  g_autofree char *task = new_id (f->one);
  SatchelChangeSet *set = desk_set (f->one);
  const gint64 s = satchel_server_get_s (f->office->server);

  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "task", task, NULL, "subject", "\"Call\"", NULL);
  add_change (f->one, set, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "employees", "-1", NULL);
  assert_parked (desk_push (f->one, set), SATCHEL_ERROR_RULE);
  g_assert_cmpint (satchel_server_get_s (f->office->server), ==, s);
  desk_pull (f->one);
  g_assert_false (desk_has (f->one, "task", task));
}

/* A set may refer to what it makes later. */
static void
test_forward_reference (Fixture *f, gconstpointer data)
{
  g_autofree char *account = new_id (f->one), *contact = new_id (f->one);
  g_autofree char *to_contact = g_strdup_printf ("\"%s\"", contact),
                  *to_account = g_strdup_printf ("\"%s\"", account);
  SatchelChangeSet *set = desk_set (f->one);

  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "account", account, NULL, "name", "\"B\"",
              "primary_contact", to_contact, NULL);
  add_change (f->one, set, SATCHEL_CHANGE_CREATE, "contact", contact, NULL, "last_name", "\"Pop\"", "account",
              to_account, NULL);
  assert_applied (desk_push (f->one, set));
}

static void
test_qualify (Fixture *f, gconstpointer data)
{
  g_autofree char *lead = new_id (f->one), *account = new_id (f->one), *contact = new_id (f->one),
                  *deal = new_id (f->one);
  g_autofree char *to_account = g_strdup_printf ("\"%s\"", account),
                  *to_contact = g_strdup_printf ("\"%s\"", contact);
  g_autofree char *to_deal = g_strdup_printf ("\"%s\"", deal);

  assert_applied (desk_create (f->one, "lead", lead, "topic", "\"Excavator\"", "company", "\"Beta\"",
                               "last_name", "\"Pop\"", NULL));
  desk_pull (f->two);
  assert_applied (desk_act (f->one, "lead", lead, "qualify", "account", to_account, "contact", to_contact,
                            "opportunity", to_deal, NULL));
  assert_parked (desk_act (f->two, "lead", lead, "disqualify", "reason", "\"no_need\"", NULL),
                 SATCHEL_ERROR_STATE);
  desk_pull (f->two);
  g_assert_cmpstr (desk_get (f->two, "account", account, "name"), ==, "\"Beta\"");
  g_assert_cmpstr (desk_get (f->two, "opportunity", deal, "account"), ==, to_account);
  g_assert_cmpstr (desk_get (f->two, "lead", lead, "status"), ==, "\"qualified\"");
}

#define ADD(path, test) g_test_add ("/sync-server/push/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("once", test_once);
  ADD ("numbers", test_numbers);
  ADD ("other-identity", test_other_identity);
  ADD ("batch-again", test_batch_again);
  ADD ("batch-of-two", test_batch_of_two);
  ADD ("different-fields", test_different_fields);
  ADD ("last", test_last);
  ADD ("equal-values", test_equal_values);
  ADD ("review", test_review);
  ADD ("review-twice", test_review_twice);
  ADD ("resolve-by-value", test_resolve_by_value);
  ADD ("own-chain", test_own_chain);
  ADD ("set-and-text", test_set_and_text);
  ADD ("group", test_group);
  ADD ("edit-of-deleted", test_edit_of_deleted);
  ADD ("delete-of-edited", test_delete_of_edited);
  ADD ("dependence", test_dependence);
  ADD ("atomic", test_atomic);
  ADD ("forward-reference", test_forward_reference);
  ADD ("qualify", test_qualify);
  return g_test_run ();
}
