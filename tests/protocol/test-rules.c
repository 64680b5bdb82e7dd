/* Rules: defaults, computed fields, states and what a record must satisfy.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/rules/compute.h"
#include "protocol/rules/validate.h"

#define ID      "01930000-0000-7000-8000-000000000001"
#define USER    "01930000-0000-7000-8000-0000000000aa"
#define ACCOUNT "01930000-0000-7000-8000-0000000000bb"
#define NOW_MS  G_GINT64_CONSTANT (1763802000000) /* 2025-11-22T09:00:00Z */

/* "name=text" pairs after the entity, NULL-terminated; parsed as a person would type them. */
static SatchelRecord *
make_record (const char *entity, ...)
{
  SatchelRecord *record =
      satchel_record_new (satchel_registry_find (satchel_registry_builtin (), entity), ID);
  va_list pairs;
  va_start (pairs, entity);
  for (const char *pair; (pair = va_arg (pairs, const char *));) {
    g_auto (GStrv) parts = g_strsplit (pair, "=", 2);
    const SatchelField *field = satchel_entity_find_field (record->entity, parts[0]);
    g_autoptr (SatchelValue) value = NULL;
    g_autoptr (GError) error = NULL;
    g_assert_true (satchel_value_from_text (field, parts[1], &value, &error));
    g_assert_no_error (error);
    satchel_record_set (record, field, value);
  }
  va_end (pairs);
  return record;
}

static void
set_text (SatchelRecord *record, const char *name, const char *text)
{
  g_autoptr (SatchelValue) value = NULL;
  g_assert_true (
      satchel_value_from_text (satchel_entity_find_field (record->entity, name), text, &value, NULL));
  satchel_record_set_by_name (record, name, value);
}

static void
assert_text (const SatchelRecord *record, const char *name, const char *expected)
{
  g_autofree char *text = satchel_value_to_text (satchel_entity_find_field (record->entity, name),
                                                 satchel_record_get_by_name (record, name));
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_valid (const SatchelRecord *record, const SatchelRecord *before, const char *action)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (satchel_rules_validate (record, before, action, &error));
  g_assert_no_error (error);
}

static void
assert_refused (const SatchelRecord *record, const SatchelRecord *before, const char *action, int code,
                const char *message)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (satchel_rules_validate (record, before, action, &error));
  g_assert_error (error, SATCHEL_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_defaults (void)
{
  g_autoptr (SatchelRecord) task = make_record ("task", "subject=Call", "priority=high", NULL);
  satchel_rules_apply_defaults (task, USER, NOW_MS);
  assert_text (task, "status", "open");
  assert_text (task, "priority", "high");
  assert_text (task, "due", "");
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get_by_name (task, "owner")), ==, USER);
  assert_valid (task, NULL, NULL);

  g_autoptr (SatchelRecord) nobody = make_record ("task", "subject=Call", NULL);
  satchel_rules_apply_defaults (nobody, NULL, NOW_MS);
  assert_refused (nobody, NULL, NULL, SATCHEL_ERROR_RULE, "“Owner” is required");
}

static void
test_full_name (void)
{
  static const struct {
    const char *first, *last, *full;
  } cases[] = {
    { "Ana", "Pop", "Ana Pop" },
    { "", "Pop", "Pop" },
    { "Ana", "", "Ana" },
    { "", "", "" },
    { "小明", "王", "王小明" },
    { "さくら", "田中", "田中さくら" },
    { "민준", "김", "김민준" },
    { "Jackie", "陈", "Jackie 陈" },
    { "小明", "Wang", "小明 Wang" },
    { "Ștefan", "Țepeș", "Ștefan Țepeș" },
    { "J.", "3", "J. 3" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SatchelRecord) contact = make_record ("contact", "full_name=stale", NULL);
    set_text (contact, "first_name", cases[i].first);
    set_text (contact, "last_name", cases[i].last);
    satchel_rules_compute (contact);
    assert_text (contact, "full_name", cases[i].full);
  }
}

static void
test_part_name (void)
{
  static const struct {
    const char *name, *first, *last;
  } cases[] = {
    { "Ana Pop", "Ana", "Pop" },
    { "Ana Maria Pop", "Ana Maria", "Pop" },
    { "Pop, Ana Maria", "Ana Maria", "Pop" },
    { " Pop ", NULL, "Pop" },
    { "Pop,", NULL, "Pop" },
    { ", Ana", NULL, ", Ana" },
    { "王 小明", "小明", "王" },
    { "王小明", NULL, "王小明" },
    { "Jackie 陈", "Jackie", "陈" },
    { "Țepeș,Ștefan", "Ștefan", "Țepeș" },
    { "", NULL, "" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *first = NULL, *last = NULL;
    satchel_compute_part_name (cases[i].name, &first, &last);
    g_assert_cmpstr (first, ==, cases[i].first);
    g_assert_cmpstr (last, ==, cases[i].last);
  }
}

static void
test_required (void)
{
  g_autoptr (SatchelRecord) account = make_record ("account", "phone=0264 123", NULL);
  satchel_rules_apply_defaults (account, USER, NOW_MS);
  assert_refused (account, NULL, NULL, SATCHEL_ERROR_RULE, "“Account Name” is required");
  set_text (account, "name", "Acme");
  assert_valid (account, NULL, NULL);

  g_autoptr (SatchelRecord) emptied = satchel_record_copy (account);
  satchel_record_set_by_name (emptied, "name", NULL);
  assert_refused (emptied, account, NULL, SATCHEL_ERROR_RULE, "“Account Name” is required");
}

/* A record from before a rule lives on: only what changes is judged. */
static void
test_unchanged_is_not_judged (void)
{
  g_autoptr (SatchelRecord) before = make_record ("account", "city=Cluj", NULL); /* without name and owner */
  g_autoptr (SatchelValue) no_address = satchel_value_new_string ("not an address");
  satchel_record_set_by_name (before, "email", no_address);
  g_autoptr (SatchelRecord) after = satchel_record_copy (before);
  set_text (after, "city", "Turda");
  assert_valid (after, before, NULL);

  g_autoptr (SatchelValue) still_none = satchel_value_new_string ("still none");
  satchel_record_set_by_name (after, "email", still_none);
  g_autoptr (GError) error = NULL;
  g_assert_false (satchel_rules_validate (after, before, NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
}

static void
test_itself (void)
{
  g_autoptr (SatchelRecord) account = make_record ("account", "name=Acme", "parent=" ID, NULL);
  satchel_rules_apply_defaults (account, USER, NOW_MS);
  assert_refused (account, NULL, NULL, SATCHEL_ERROR_RULE, "“Parent Account” cannot be the record itself");
  set_text (account, "parent", ACCOUNT);
  assert_valid (account, NULL, NULL);
}

static void
test_transitions (void)
{
  g_autoptr (SatchelRecord) open = make_record ("lead", "topic=Digger", "owner=" USER, "status=open", NULL);
  g_autoptr (SatchelRecord) qualified = satchel_record_copy (open);
  set_text (qualified, "status", "qualified");
  assert_refused (qualified, open, NULL, SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Open” to “Qualified” but by the action “qualify”");
  assert_refused (qualified, open, "disqualify", SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Open” to “Qualified” but by the action “qualify”");
  assert_valid (qualified, open, "qualify");
  assert_valid (qualified, NULL, NULL); /* a record may begin in any state: imports */
}

static void
test_closed (void)
{
  g_autoptr (SatchelRecord) open =
      make_record ("task", "subject=Call", "owner=" USER, "status=open", "priority=normal", NULL);
  g_autoptr (SatchelRecord) done = satchel_record_copy (open);
  set_text (done, "status", "completed");
  set_text (done, "percent", "100");
  assert_valid (done, open, NULL); /* closing and filling in one step */

  g_autoptr (SatchelRecord) edited = satchel_record_copy (done);
  set_text (edited, "subject", "Call again");
  assert_refused (edited, done, NULL, SATCHEL_ERROR_STATE,
                  "“Status” is “Completed”: the Task cannot be changed any more");
  assert_valid (edited, done, "assign"); /* an action may */

  g_autoptr (SatchelRecord) reopened = satchel_record_copy (done);
  set_text (reopened, "status", "open");
  assert_refused (reopened, done, NULL, SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Completed” to “Open” but by the action “reopen”");

  /* What the server itself writes does not count as a change. */
  g_autoptr (SatchelRecord) stamped = satchel_record_copy (done);
  set_text (stamped, "modified_at", "2025-11-22T09:00:00Z");
  assert_valid (stamped, done, NULL);
}

/* The plain commands of a seller and of an import. */
static void
test_opportunity (void)
{
  g_autoptr (SatchelRecord) won = make_record ("opportunity", "name=GTX", "account=" ACCOUNT, "stage=won",
                                               "status=won", "actual_close=2017-03-01", "amount=1054", NULL);
  satchel_rules_apply_defaults (won, USER, NOW_MS);
  assert_valid (won, NULL, NULL);

  g_autoptr (SatchelRecord) open = make_record ("opportunity", "name=GTX", "account=" ACCOUNT, NULL);
  satchel_rules_apply_defaults (open, USER, NOW_MS);
  assert_valid (open, NULL, NULL);
  g_autoptr (SatchelRecord) staged = satchel_record_copy (open);
  set_text (staged, "stage", "won");
  assert_refused (staged, open, NULL, SATCHEL_ERROR_STATE,
                  "“Stage” cannot go from “Identification” to “Won” but by the action “win”");
  set_text (staged, "stage", "development");
  assert_valid (staged, open, NULL);
  set_text (staged, "stage", "identification");
  set_text (staged, "status", "won");
  assert_refused (
      staged, open, NULL, SATCHEL_ERROR_RULE,
      "Stage and status go together: an opportunity is closed by the actions win, lose and no_deal, "
      "and opened by reopen");

  /* Whichever of the two a program gives, the other follows. */
  g_autoptr (SatchelRecord) lost =
      make_record ("opportunity", "name=GTX", "account=" ACCOUNT, "status=lost", NULL);
  satchel_rules_apply_defaults (lost, USER, NOW_MS);
  assert_valid (lost, NULL, NULL);
  g_assert_cmpstr (satchel_value_get_string (satchel_record_get_by_name (lost, "stage")), ==, "lost");

  g_autoptr (SatchelRecord) orphan = make_record ("opportunity", "name=GTX", NULL);
  satchel_rules_apply_defaults (orphan, USER, NOW_MS);
  assert_refused (orphan, NULL, NULL, SATCHEL_ERROR_RULE, "“Account” is required");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/rules/defaults", test_defaults);
  g_test_add_func ("/protocol/rules/full-name", test_full_name);
  g_test_add_func ("/protocol/rules/part-name", test_part_name);
  g_test_add_func ("/protocol/rules/required", test_required);
  g_test_add_func ("/protocol/rules/unchanged-is-not-judged", test_unchanged_is_not_judged);
  g_test_add_func ("/protocol/rules/itself", test_itself);
  g_test_add_func ("/protocol/rules/transitions", test_transitions);
  g_test_add_func ("/protocol/rules/closed", test_closed);
  g_test_add_func ("/protocol/rules/opportunity", test_opportunity);
  return g_test_run ();
}
