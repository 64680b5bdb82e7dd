/* A record while somebody works on it: typing, saving, taking back, colleagues, crashes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/permits.h"
#include "client/replica/drafts.h"
#include "tests/ui/desk.h"
#include "ui/form/draft.h"
#include "ui/form/judge.h"
#include "ui/form/kept.h"

typedef struct {
  TestDesk base;
  const SatchelEntity *entity;
  char *id;
  SatchelDraft *draft;
  SatchelDraftUndo *undo; /* of the last save */
  guint n_saved;
} TestDraft;

static void
saved_cb (SatchelDraft *draft, SatchelDraftUndo *undo, TestDraft *test)
{
  test->n_saved++;
  g_clear_pointer (&test->undo, satchel_draft_undo_unref);
  test->undo = satchel_draft_undo_ref (undo);
}

static void
take (TestDraft *test, SatchelDraft *draft)
{
  test->draft = draft;
  g_signal_connect (draft, "saved", G_CALLBACK (saved_cb), test);
}

static void
open_draft (TestDraft *test)
{
  g_autoptr (GError) error = NULL;
  SatchelDraft *draft = satchel_draft_open (test->base.desk, test->entity, test->id, &error);

  g_assert_no_error (error);
  take (test, draft);
}

static void
close_draft (TestDraft *test)
{
  g_signal_handlers_disconnect_by_data (test->draft, test);
  g_clear_object (&test->draft);
}

static void
setup (TestDraft *test)
{
  *test = (TestDraft){ 0 };
  test_desk_setup (&test->base);
  test->entity = satchel_registry_find (satchel_desk_get_registry (test->base.desk), "account");
  test->id = test_desk_create (&test->base, "account", "name", "Acme", "phone", "+40 1", NULL);
}

static void
teardown (TestDraft *test)
{
  if (test->draft != NULL)
    close_draft (test);
  g_clear_pointer (&test->undo, satchel_draft_undo_unref);
  g_free (test->id);
  test_desk_teardown (&test->base);
}

static const SatchelField *
field_of (TestDraft *test, const char *name)
{
  return satchel_entity_find_field (test->entity, name);
}

static void
set (TestDraft *test, const char *name, const char *text)
{
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;

  if (text != NULL)
    g_assert_true (satchel_value_from_text (field_of (test, name), text, &value, &error));
  satchel_draft_set (test->draft, field_of (test, name), value);
}

/* By another program: a colleague's change as a pull would bring it. */
static void
change (TestDraft *test, const char *name, const char *text)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *value = g_new0 (SatchelFieldValue, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *done = NULL;

  value->field = field_of (test, name);
  g_assert_true (satchel_value_from_text (value->field, text, &value->value, &error));
  g_ptr_array_add (changes, value);
  done = satchel_session_update (test->base.other, test->entity, test->id, changes, &error);
  g_assert_no_error (error);
}

static void
assert_value (TestDraft *test, const char *name, const char *text)
{
  g_autofree char *now = satchel_value_to_text (field_of (test, name),
                                                satchel_draft_get_value (test->draft, field_of (test, name)));

  g_assert_cmpstr (now, ==, text);
}

static void
assert_stored (TestDraft *test, const char *id, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSeen) seen = satchel_session_look (test->base.other, test->entity, id, &error);
  g_autofree char *now = NULL;

  g_assert_no_error (error);
  now =
      satchel_value_to_text (field_of (test, name), satchel_record_get (seen->record, field_of (test, name)));
  g_assert_cmpstr (now, ==, text);
}

static gboolean
is_saved (gpointer data)
{
  return ((TestDraft *)data)->n_saved > 0;
}

static void
until_saved (TestDraft *test)
{
  test_desk_until (is_saved, test);
  test->n_saved = 0;
}

static guint
count_kept (TestDraft *test)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) kept =
      satchel_drafts_list (satchel_session_get_replica (test->base.other), NULL, NULL, &error);

  g_assert_no_error (error);
  return kept->len;
}

static gboolean
is_kept (gpointer data)
{
  return count_kept (data) > 0;
}

static gboolean
is_not_kept (gpointer data)
{
  return count_kept (data) == 0;
}

/* ---- saving ---- */

static void
test_save (void)
{
  TestDraft test;

  setup (&test);
  open_draft (&test);
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_STORED);
  set (&test, "city", "Cluj");
  g_assert_true (satchel_draft_is_edited (test.draft, field_of (&test, "city")));
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_EDITED);
  satchel_draft_save (test.draft);
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_SAVING);
  until_saved (&test);
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_STORED);
  g_assert_true (satchel_draft_is_pending (test.draft, field_of (&test, "city")));
  assert_stored (&test, test.id, "city", "Cluj");
  assert_value (&test, "city", "Cluj");
  test_desk_until (is_not_kept, &test);
  teardown (&test);
}

/* Left alone for a second it saves itself; back at what is stored there is nothing to save. */
static void
test_save_by_itself (void)
{
  TestDraft test;

  setup (&test);
  open_draft (&test);
  set (&test, "city", "Cluj");
  set (&test, "city", NULL);
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_STORED);
  set (&test, "city", "Iași");
  until_saved (&test);
  assert_stored (&test, test.id, "city", "Iași");
  teardown (&test);
}

/* What is typed while a save is under way is saved after it. */
static void
test_save_twice (void)
{
  TestDraft test;

  setup (&test);
  open_draft (&test);
  set (&test, "city", "Cl");
  satchel_draft_save (test.draft);
  set (&test, "city", "Cluj");
  satchel_draft_save (test.draft);
  until_saved (&test);
  assert_value (&test, "city", "Cluj");
  until_saved (&test);
  assert_stored (&test, test.id, "city", "Cluj");
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_STORED);
  teardown (&test);
}

static void
count_told_cb (SatchelDraft *draft, guint *told)
{
  *told = satchel_draft_count_pending (draft);
}

static gboolean
is_city_there (gpointer data)
{
  TestDraft *test = data;

  return satchel_draft_get_value (test->draft, field_of (test, "city")) != NULL;
}

/* Who hears of a change learns what waits after it, not before. */
static void
test_pending (void)
{
  TestDraft test;
  guint told = 0, before;

  setup (&test);
  open_draft (&test);
  before = satchel_draft_count_pending (test.draft);
  g_signal_connect (test.draft, "changed", G_CALLBACK (count_told_cb), &told);
  change (&test, "city", "Cluj");
  test_desk_until (is_city_there, &test);
  g_assert_cmpuint (told, ==, before + 1);
  g_signal_handlers_disconnect_by_data (test.draft, &told);
  teardown (&test);
}

static void
run_undo (TestDraft *test, GError **error)
{
  satchel_draft_undo_run (test->base.other, test->undo, NULL, error);
}

static gboolean
is_city_empty (gpointer data)
{
  TestDraft *test = data;

  return satchel_draft_get_value (test->draft, field_of (test, "city")) == NULL;
}

static void
test_undo (void)
{
  TestDraft test;
  g_autoptr (GError) error = NULL;

  setup (&test);
  open_draft (&test);
  set (&test, "city", "Cluj");
  set (&test, "phone", "+40 2");
  satchel_draft_save (test.draft);
  until_saved (&test);
  /* One of the two is another's by now: it stays. */
  change (&test, "phone", "+40 3");
  run_undo (&test, &error);
  g_assert_no_error (error);
  assert_stored (&test, test.id, "city", "");
  assert_stored (&test, test.id, "phone", "+40 3");
  test_desk_until (is_city_empty, &test);
  run_undo (&test, &error);
  g_assert_nonnull (error);
  teardown (&test);
}

/* ---- what cannot be saved ---- */

static void
test_problems (void)
{
  TestDraft test;
  const SatchelField *name, *revenue;

  setup (&test);
  open_draft (&test);
  name = field_of (&test, "name");
  revenue = field_of (&test, "revenue");
  set (&test, "name", NULL);
  g_assert_nonnull (satchel_draft_get_problem (test.draft, name));
  satchel_draft_type (test.draft, revenue, "12x", "This is not an amount.");
  g_assert_cmpstr (satchel_draft_get_typed (test.draft, revenue), ==, "12x");
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_HELD);
  /* The others do not wait for them. */
  set (&test, "city", "Cluj");
  satchel_draft_save (test.draft);
  until_saved (&test);
  assert_stored (&test, test.id, "city", "Cluj");
  assert_stored (&test, test.id, "name", "Acme");
  assert_value (&test, "name", "");
  g_assert_cmpstr (satchel_draft_get_typed (test.draft, revenue), ==, "12x");
  set (&test, "name", "Acme AG");
  g_assert_null (satchel_draft_get_problem (test.draft, name));
  satchel_draft_discard (test.draft);
  assert_value (&test, "name", "Acme");
  g_assert_null (satchel_draft_get_problem (test.draft, revenue));
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_STORED);
  teardown (&test);
}

static void
test_read_only (void)
{
  TestDraft test;

  setup (&test);
  open_draft (&test);
  g_assert_true (satchel_draft_is_read_only (test.draft, field_of (&test, "created_at")));
  g_assert_false (satchel_draft_is_read_only (test.draft, field_of (&test, "name")));
  teardown (&test);
}

static gboolean
is_read_only (TestDraft *test, const char *entity, const char *id, const char *name)
{
  const SatchelEntity *found = satchel_registry_find (satchel_desk_get_registry (test->base.desk), entity);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelDraft) draft = id != NULL ? satchel_draft_open (test->base.desk, found, id, &error)
                                              : satchel_draft_new (test->base.desk, found);

  g_assert_no_error (error);
  return satchel_draft_is_read_only (draft, satchel_entity_find_field (found, name));
}

/* What only actions and the process change does not look as if it could be typed. */
static void
test_states (void)
{
  TestDraft test;
  g_autofree char *won = NULL, *task = NULL, *lead = NULL;

  setup (&test);
  won = test_desk_create (&test.base, "opportunity", "name", "Grader", "account", test.id, "status", "won",
                          NULL);
  task = test_desk_create (&test.base, "task", "subject", "Call", NULL);
  lead = test_desk_create (&test.base, "lead", "topic", "Grader", "last_name", "Pop", NULL);
  g_assert_true (is_read_only (&test, "opportunity", won, "status"));
  g_assert_true (is_read_only (&test, "opportunity", won, "stage"));
  g_assert_false (is_read_only (&test, "opportunity", won, "close_reason"));
  g_assert_true (is_read_only (&test, "opportunity", NULL, "status"));
  g_assert_true (is_read_only (&test, "lead", lead, "status"));
  g_assert_true (is_read_only (&test, "lead", NULL, "status"));
  g_assert_false (is_read_only (&test, "task", task, "status"));
  g_assert_false (is_read_only (&test, "task", NULL, "status"));
  g_assert_false (is_read_only (&test, "account", test.id, "status"));
  teardown (&test);
}

/* ---- colleagues ---- */

typedef struct {
  TestDraft *test;
  const char *name, *text;
} Expected;

static gboolean
has_value (gpointer data)
{
  Expected *expected = data;
  const SatchelField *field = field_of (expected->test, expected->name);
  g_autofree char *now =
      satchel_value_to_text (field, satchel_draft_get_value (expected->test->draft, field));

  return g_str_equal (now, expected->text);
}

static gboolean
has_theirs (gpointer data)
{
  Expected *expected = data;
  const SatchelValue *theirs;

  return satchel_draft_get_theirs (expected->test->draft, field_of (expected->test, expected->name), &theirs);
}

static void
test_colleague (void)
{
  TestDraft test;
  const SatchelValue *theirs = NULL;

  setup (&test);
  open_draft (&test);
  set (&test, "phone", "+40 7");
  change (&test, "city", "Oradea");
  test_desk_until (has_value, &(Expected){ &test, "city", "Oradea" });
  assert_value (&test, "phone", "+40 7");
  g_assert_false (satchel_draft_get_theirs (test.draft, field_of (&test, "phone"), &theirs));
  change (&test, "phone", "+40 8");
  test_desk_until (has_theirs, &(Expected){ &test, "phone", NULL });
  assert_value (&test, "phone", "+40 7");
  g_assert_true (satchel_draft_get_theirs (test.draft, field_of (&test, "phone"), &theirs));
  g_assert_cmpstr (satchel_value_get_string (theirs), ==, "+40 8");
  satchel_draft_take_theirs (test.draft, field_of (&test, "phone"));
  assert_value (&test, "phone", "+40 8");
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_STORED);
  teardown (&test);
}

static void
test_keep_mine (void)
{
  TestDraft test;

  setup (&test);
  open_draft (&test);
  satchel_draft_type (test.draft, field_of (&test, "phone"), "x", "This is not a phone number.");
  change (&test, "phone", "+40 8");
  test_desk_until (has_theirs, &(Expected){ &test, "phone", NULL });
  set (&test, "phone", "+40 9");
  satchel_draft_keep_mine (test.draft, field_of (&test, "phone"));
  until_saved (&test);
  assert_stored (&test, test.id, "phone", "+40 9");
  teardown (&test);
}

/* ---- a new one ---- */

static void
test_create (void)
{
  TestDraft test;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSeen) seen = NULL;

  setup (&test);
  take (&test, satchel_draft_new (test.base.desk, test.entity));
  g_assert_true (satchel_draft_is_new (test.draft));
  set (&test, "city", "Cluj");
  satchel_draft_save (test.draft); /* without a name: nothing happens */
  g_assert_cmpint (satchel_draft_get_state (test.draft), !=, SATCHEL_DRAFT_SAVING);
  g_assert_null (satchel_draft_get_problem (test.draft, field_of (&test, "name")));
  satchel_draft_insist (test.draft);
  g_assert_nonnull (satchel_draft_get_problem (test.draft, field_of (&test, "name")));
  set (&test, "name", "Neu");
  satchel_draft_save (test.draft);
  until_saved (&test);
  g_assert_false (satchel_draft_is_new (test.draft));
  assert_stored (&test, satchel_draft_get_id (test.draft), "name", "Neu");
  assert_stored (&test, satchel_draft_get_id (test.draft), "city", "Cluj");
  run_undo (&test, &error);
  g_assert_no_error (error);
  seen = satchel_session_look (test.base.other, test.entity, satchel_draft_get_id (test.draft), &error);
  g_assert_null (seen);
  teardown (&test);
}

/* ---- crashes ---- */

/* The program ends without a word: what was typed is there again, also what is no value, and what a colleague
 * did is told. */
static void
test_resume (void)
{
  TestDraft test;
  const SatchelValue *theirs;

  setup (&test);
  open_draft (&test);
  set (&test, "name", NULL);
  set (&test, "phone", "+40 7");
  satchel_draft_type (test.draft, field_of (&test, "revenue"), "12x", "This is not an amount.");
  test_desk_until (is_kept, &test);
  change (&test, "phone", "+40 8");
  close_draft (&test);
  open_draft (&test);
  g_assert_true (satchel_draft_is_resumed (test.draft));
  assert_value (&test, "name", "");
  assert_value (&test, "phone", "+40 7");
  g_assert_cmpstr (satchel_draft_get_typed (test.draft, field_of (&test, "revenue")), ==, "12x");
  g_assert_nonnull (satchel_draft_get_problem (test.draft, field_of (&test, "revenue")));
  g_assert_true (satchel_draft_get_theirs (test.draft, field_of (&test, "phone"), &theirs));
  satchel_draft_discard (test.draft);
  test_desk_until (is_not_kept, &test);
  teardown (&test);
}

static void
test_resume_new (void)
{
  TestDraft test;
  g_autofree char *id = NULL;
  SatchelDraft *other;

  setup (&test);
  take (&test, satchel_draft_new (test.base.desk, test.entity));
  id = g_strdup (satchel_draft_get_id (test.draft));
  set (&test, "city", "Cluj");
  test_desk_until (is_kept, &test);
  /* A second form does not take it up while the first one is open. */
  other = satchel_draft_new (test.base.desk, test.entity);
  g_assert_cmpstr (satchel_draft_get_id (other), !=, id);
  g_object_unref (other);
  close_draft (&test);
  take (&test, satchel_draft_new (test.base.desk, test.entity));
  g_assert_cmpstr (satchel_draft_get_id (test.draft), ==, id);
  assert_value (&test, "city", "Cluj");
  set (&test, "name", "Neu");
  satchel_draft_save (test.draft);
  until_saved (&test);
  test_desk_until (is_not_kept, &test);
  teardown (&test);
}

/* Text of another version, or of nobody. */
static void
test_hostile_text (void)
{
  static const char *const texts[] = {
    "",
    "x",
    "null",
    "[]",
    "{}",
    "{\"fields\":[]}",
    "{\"fields\":{\"name\":1}}",
    "{\"fields\":{\"nonsense\":{\"value\":\"x\",\"base\":null}}}",
    "{\"fields\":{\"name\":{\"value\":7,\"base\":null}}}",
    "{\"fields\":{\"created_at\":{\"value\":1,\"base\":null}}}",
    "{\"fields\":{\"name\":{\"typed\":{},\"base\":null}}}",
    "{\"new\":\"yes\",\"fields\":{}}",
  };
  TestDraft test;

  setup (&test);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    SatchelKeptKind kind;
    g_autoptr (GPtrArray) fields = satchel_kept_from_text (test.entity, texts[i], &kind);

    g_assert_cmpuint (fields->len, ==, 0);
  }
  open_draft (&test);
  satchel_draft_resume (test.draft,
                        "{\"fields\":{\"city\":{\"value\":\"Cluj\",\"base\":null},\"name\":{\"value\":[]}}}");
  assert_value (&test, "city", "Cluj");
  assert_value (&test, "name", "Acme");
  teardown (&test);
}

static gboolean
is_gone (gpointer data)
{
  return satchel_draft_get_state (((TestDraft *)data)->draft) == SATCHEL_DRAFT_GONE;
}

static void
test_gone (void)
{
  TestDraft test;
  g_autoptr (GError) error = NULL;
  g_autofree char *set_id = NULL;

  setup (&test);
  open_draft (&test);
  satchel_draft_type (test.draft, field_of (&test, "revenue"), "12x", "This is not an amount.");
  set_id = satchel_session_delete (test.base.other, test.entity, test.id, &error);
  g_assert_no_error (error);
  test_desk_until (is_gone, &test);
  g_assert_true (satchel_draft_is_read_only (test.draft, field_of (&test, "name")));
  satchel_draft_save (test.draft);
  g_assert_cmpint (satchel_draft_get_state (test.draft), ==, SATCHEL_DRAFT_GONE);
  teardown (&test);
}

/* @letters: of accounts, as the server tells them. */
static void
tell_rights (TestDraft *test, const char *letters, const char *classes)
{
  g_autofree char *text =
      g_strdup_printf ("{\"entities\":{\"account\":\"%s\"},\"classes\":{%s}}", letters, classes);
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_replica_set_meta (satchel_session_get_replica (test->base.other),
                                           SATCHEL_META_RIGHTS, text, &error));
}

static gboolean
may_edit (TestDraft *test, const char *field)
{
  gboolean may;

  open_draft (test);
  may = !satchel_draft_is_read_only (test->draft, satchel_entity_find_field (test->entity, field));
  close_draft (test);
  return may;
}

/* What the person may only read is read-only; what is not known may be tried. */
static void
test_rights (void)
{
  TestDraft test;
  g_autoptr (SatchelPermits) permits = NULL;

  setup (&test);
  g_assert_true (may_edit (&test, "phone"));
  tell_rights (&test, "-a------", "");
  g_assert_false (may_edit (&test, "phone"));
  g_assert_false (may_edit (&test, "owner"));
  permits = satchel_session_read_permits (test.base.other);
  g_assert_false (satchel_permits_may_create (permits, test.entity));
  /* It is hers. */
  tell_rights (&test, "oao-----", "");
  g_assert_true (may_edit (&test, "phone"));
  g_assert_false (may_edit (&test, "owner"));
  g_assert_false (may_edit (&test, "credit_limit"));
  tell_rights (&test, "aaaaaaaa", "\"credit\":\"w\"");
  g_assert_true (may_edit (&test, "owner"));
  g_assert_true (may_edit (&test, "credit_limit"));
  g_clear_pointer (&permits, satchel_permits_free);
  permits = satchel_session_read_permits (test.base.other);
  g_assert_true (satchel_permits_may_create (permits, test.entity));
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/rights", test_rights);
  g_test_add_func ("/draft/save", test_save);
  g_test_add_func ("/draft/save-by-itself", test_save_by_itself);
  g_test_add_func ("/draft/save-twice", test_save_twice);
  g_test_add_func ("/draft/pending", test_pending);
  g_test_add_func ("/draft/undo", test_undo);
  g_test_add_func ("/draft/problems", test_problems);
  g_test_add_func ("/draft/read-only", test_read_only);
  g_test_add_func ("/draft/states", test_states);
  g_test_add_func ("/draft/colleague", test_colleague);
  g_test_add_func ("/draft/keep-mine", test_keep_mine);
  g_test_add_func ("/draft/create", test_create);
  g_test_add_func ("/draft/resume", test_resume);
  g_test_add_func ("/draft/resume-new", test_resume_new);
  g_test_add_func ("/draft/hostile-text", test_hostile_text);
  g_test_add_func ("/draft/gone", test_gone);
  return g_test_run ();
}
