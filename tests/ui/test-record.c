/* What stands beside a form, without a display: moments in their order, lines that are written, files' names,
 * runs on many records, the choice between two records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "tests/ui/desk.h"
#include "ui/act/choices.h"
#include "ui/act/run.h"
#include "ui/record/file.h"
#include "ui/record/jot.h"
#include "ui/record/moments.h"
#include "ui/record/timeline-list.h"

static const SatchelEntity *
entity_of (TestDesk *test, const char *name)
{
  return satchel_registry_find (satchel_session_get_registry (test->other), name);
}

/* ---- moments ---- */

/* A name for each moment, in order: its title, or the fields that changed. */
static char *
list_moments (TestDesk *test, const GPtrArray *moments)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < moments->len; i++) {
    const SatchelMoment *moment = moments->pdata[i];
    g_autofree char *title =
        moment->kind != SATCHEL_MOMENT_CHANGE
            ? satchel_replica_dup_name (moment->entity, moment->id, satchel_session_get_replica (test->other))
            : g_strdup_printf ("[%s]", moment->text);

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", title);
  }
  return g_string_free (text, FALSE);
}

static void
keep_history (TestDesk *test, const char *account)
{
  g_autoptr (GError) error = NULL;

  /* 2024-03-02 10:00 UTC, two fields at once, one of them twice; and one a day before. */
  g_assert_true (satchel_replica_keep_history (
      satchel_session_get_replica (test->other), entity_of (test, "account"), account, NULL,
      "{\"history\":[{\"s\":3,\"field\":\"city\",\"old\":\"Cluj\",\"new\":\"Turda\",\"by\":\"u\",\"at\":"
      "1709373600000},"
      "{\"s\":3,\"field\":\"phone\",\"old\":null,\"new\":\"1\",\"by\":\"u\",\"at\":1709373600000},"
      "{\"s\":3,\"field\":\"city\",\"old\":\"Iași\",\"new\":\"Cluj\",\"by\":\"u\",\"at\":1709373600000},"
      "{\"s\":2,\"field\":\"city\",\"old\":null,\"new\":\"Cluj\",\"by\":\"u\",\"at\":1709287200000}]}",
      &error));
  g_assert_no_error (error);
}

static void
test_moments (void)
{
  TestDesk test;
  g_autofree char *account = NULL, *regarding = NULL, *all = NULL, *some = NULL;
  g_autofree char *a = NULL, *b = NULL, *c = NULL, *d = NULL, *contact = NULL, *sender = NULL,
                  *taking_part = NULL;
  g_autoptr (GPtrArray) moments = NULL, notes = NULL, hers = NULL;
  g_autoptr (GError) error = NULL;

  test_desk_setup (&test);
  account = test_desk_create (&test, "account", "name", "Acme", NULL);
  regarding = g_strconcat ("account:", account, NULL);
  a = test_desk_create (&test, "task", "subject", "Later", "due", "2024-03-09", "regarding", regarding, NULL);
  b = test_desk_create (&test, "phone_call", "subject", "Call", "due", "2024-03-01T23:00:00Z", "regarding",
                        regarding, "account", account, NULL);
  c = test_desk_create (&test, "email", "subject", "Mail", "sent_at", "2024-03-02T09:00:00Z", "due",
                        "2030-01-01T00:00:00Z", "regarding", regarding, NULL);
  d = test_desk_create (&test, "task", "subject", "Of nobody", "due", "2024-03-02", NULL);
  keep_history (&test, account);
  contact = test_desk_create (&test, "contact", "last_name", "Pop", NULL);
  sender = g_strdup_printf ("[{\"role\":\"from\",\"entity\":\"contact\",\"id\":\"%s\"}]", contact);
  g_free (test_desk_create (&test, "email", "subject", "Of her", "from", sender, "to", sender, NULL));
  hers = satchel_moments_collect (test.other, entity_of (&test, "contact"), contact, NULL, &error);
  g_assert_no_error (error);
  taking_part = list_moments (&test, hers);
  g_assert_cmpstr (taking_part, ==, "Of her");
  moments = satchel_moments_collect (test.other, entity_of (&test, "account"), account, NULL, &error);
  g_assert_no_error (error);
  all = list_moments (&test, moments);
  g_assert_cmpstr (all, ==, "Later, [city phone], Mail, Call, [city]");
  notes = satchel_moments_filter (moments, 1u << SATCHEL_MOMENT_MAIL | 1u << SATCHEL_MOMENT_CHANGE);
  some = list_moments (&test, notes);
  g_assert_cmpstr (some, ==, "[city phone], Mail, [city]");
  g_assert_null (
      satchel_moments_collect (test.other, entity_of (&test, "account"), "x\" or 1=1", NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  test_desk_teardown (&test);
}

/* ---- the list ---- */

static gboolean
is_loaded (gpointer data)
{
  gboolean loading;

  g_object_get (data, "loading", &loading, NULL);
  return !loading;
}

static char *
get_title (SatchelTimelineList *list, guint i)
{
  g_autoptr (SatchelTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
  const SatchelRecord *record = satchel_timeline_item_get_record (item);

  return record != NULL ? satchel_record_dup_title (record) : NULL;
}

static void
count_changes (GListModel *model, guint position, guint removed, guint added, guint *changed)
{
  *changed += removed + added;
}

static gboolean
is_at_least_one (gpointer data)
{
  return *(guint *)data > 0;
}

/* By the page; what comes in between leaves the items around it alone. */
static void
test_list (void)
{
  TestDesk test;
  g_autofree char *account = NULL, *regarding = NULL, *first = NULL, *last = NULL, *between = NULL;
  g_autoptr (SatchelTimelineList) list = NULL;
  g_autoptr (SatchelTimelineItem) kept = NULL, again = NULL;
  guint changed = 0;

  test_desk_setup (&test);
  account = test_desk_create (&test, "account", "name", "Acme", NULL);
  regarding = g_strconcat ("account:", account, NULL);
  for (guint i = 0; i < 120; i++) {
    g_autofree char *subject = g_strdup_printf ("Task %03u", i);
    g_autofree char *due = g_strdup_printf ("2024-%02u-%02u", 1 + i / 28, 1 + i % 28);
    g_autofree char *id =
        test_desk_create (&test, "task", "subject", subject, "due", due, "regarding", regarding, NULL);
  }
  list = satchel_timeline_list_new (test.desk, entity_of (&test, "account"), account);
  test_desk_until (is_loaded, list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 50);
  g_assert_true (satchel_timeline_list_grow (list));
  g_assert_false (satchel_timeline_list_grow (list));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 120);
  first = get_title (list, 0);
  last = get_title (list, 119);
  g_assert_cmpstr (first, ==, "Task 119");
  g_assert_cmpstr (last, ==, "Task 000");
  kept = g_list_model_get_item (G_LIST_MODEL (list), 5);
  g_signal_connect (list, "items-changed", G_CALLBACK (count_changes), &changed);
  between = test_desk_create (&test, "task", "subject", "Between", "due", "2024-03-03", "regarding",
                              regarding, NULL);
  test_desk_until (is_at_least_one, &changed);
  g_assert_cmpuint (changed, <=, 2); /* one comes, and the last of what was asked for may go */
  again = g_list_model_get_item (G_LIST_MODEL (list), 5);
  g_assert_true (kept == again);
  satchel_timeline_list_set_kinds (list, 1u << SATCHEL_MOMENT_MAIL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_clear_object (&kept);
  g_clear_object (&again);
  g_clear_object (&list);
  test_desk_teardown (&test);
}

/* ---- lines ---- */

static void
test_jot (void)
{
  TestDesk test;
  g_autofree char *account = NULL, *long_line = g_strnfill (450, 'x'), *all = NULL;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autoptr (GPtrArray) moments = NULL, none = NULL;
  const SatchelEntity *entity;
  g_autoptr (GError) error = NULL;

  test_desk_setup (&test);
  entity = entity_of (&test, "account");
  account = test_desk_create (&test, "account", "name", "Acme", NULL);
  g_assert_true (
      satchel_jot_write (deeds, test.other, SATCHEL_JOT_CALL, entity, account, " Rang back ", &error));
  g_assert_true (satchel_jot_write (deeds, test.other, SATCHEL_JOT_NOTE, entity, account, long_line, &error));
  g_assert_false (satchel_jot_write (deeds, test.other, SATCHEL_JOT_TASK, entity, account, "  ", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  moments = satchel_moments_collect (test.other, entity, account, NULL, NULL);
  g_assert_cmpuint (moments->len, ==, 2);
  for (guint i = 0; i < moments->len; i++) {
    const SatchelMoment *moment = moments->pdata[i];
    g_autoptr (SatchelRecord) record = NULL;
    gboolean call = g_str_equal (moment->entity, "phone_call");

    g_assert_true (satchel_replica_read (satchel_session_get_replica (test.other),
                                         entity_of (&test, moment->entity), moment->id, &record, NULL));
    all = satchel_value_to_text (satchel_entity_find_field (record->entity, call ? "status" : "body"),
                                 satchel_record_get_by_name (record, call ? "status" : "body"));
    g_assert_cmpstr (all, ==, call ? "completed" : long_line);
    g_clear_pointer (&all, g_free);
  }
  g_assert_true (satchel_deeds_take_back (deeds, test.other, NULL));
  none = satchel_moments_collect (test.other, entity, account, NULL, NULL);
  g_assert_cmpuint (none->len, ==, 0);
  test_desk_teardown (&test);
}

static void
test_names (void)
{
  static const char *const names[][2] = { { "offer.pdf", "offer.pdf" },  { "../../.bashrc", "bashrc" },
                                          { "/etc/passwd", "passwd" },   { "a\nb\t\\c", "abc" },
                                          { "...", "attachment" },       { "", "attachment" },
                                          { "报价单.pdf", "报价单.pdf" } };
  g_autofree char *endless = g_strnfill (4000, 'n'), *short_one = satchel_file_make_name (endless);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *made = satchel_file_make_name (names[i][0]);

    g_assert_cmpstr (made, ==, names[i][1]);
  }
  g_assert_cmpuint (strlen (short_one), <, 255);
}

/* ---- runs ---- */

static gboolean
is_finished (gpointer data)
{
  return *(gboolean *)data;
}

static void
finished_cb (SatchelRun *run, gboolean *finished)
{
  *finished = TRUE;
}

static guint
count_completed (TestDesk *test)
{
  const SatchelEntity *task = entity_of (test, "task");
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (satchel_session_get_registry (test->other), task, "status = completed", NULL);
  SatchelQuery query = { .entity = task, .where = where, .limit = -1 };
  SatchelPredicateContext context;
  gint64 count;

  satchel_session_get_context (test->other, &context);
  g_assert_true (
      satchel_replica_count (satchel_session_get_replica (test->other), &query, &context, &count, NULL));
  return (guint)count;
}

/* Of many records some refuse; the rest is done, and one undo takes it back. */
static void
test_run (void)
{
  TestDesk test;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SatchelRun) run = NULL;
  g_autoptr (SatchelDeeds) deeds = NULL;
  const GPtrArray *refusals;
  gboolean finished = FALSE;

  test_desk_setup (&test);
  for (guint i = 0; i < 120; i++)
    g_ptr_array_add (ids, test_desk_create (&test, "task", "subject", "T", "status",
                                            i % 60 == 7 ? "cancelled" : "open", NULL));
  g_ptr_array_add (ids, satchel_id_new (&test.clock.clock)); /* of no record */
  run = satchel_run_new_action (test.desk, entity_of (&test, "task"), ids, "complete", NULL);
  g_signal_connect (run, "finished", G_CALLBACK (finished_cb), &finished);
  satchel_run_start (run);
  test_desk_until (is_finished, &finished);
  refusals = satchel_run_get_refusals (run);
  g_assert_no_error (satchel_run_get_error (run));
  g_assert_cmpuint (satchel_run_get_looked (run), ==, 121);
  g_assert_cmpuint (satchel_run_get_done (run), ==, 118);
  g_assert_cmpuint (refusals->len, ==, 3);
  g_assert_error (((SatchelRefusal *)refusals->pdata[0])->error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
  g_assert_error (((SatchelRefusal *)refusals->pdata[2])->error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_assert_cmpuint (count_completed (&test), ==, 118);
  deeds = satchel_run_steal_deeds (run);
  g_assert_true (satchel_deeds_take_back (deeds, test.other, NULL));
  g_assert_cmpuint (count_completed (&test), ==, 0);
  g_clear_object (&run);
  test_desk_teardown (&test);
}

static void
stop_cb (SatchelRun *run, gpointer data)
{
  satchel_run_stop (run);
}

/* What was done before it was stopped stays, and can be undone. */
static void
test_stop (void)
{
  TestDesk test;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SatchelRun) run = NULL;
  g_autoptr (SatchelDeeds) deeds = NULL;
  gboolean finished = FALSE;

  test_desk_setup (&test);
  for (guint i = 0; i < 120; i++)
    g_ptr_array_add (ids, test_desk_create (&test, "task", "subject", "T", NULL));
  run = satchel_run_new_action (test.desk, entity_of (&test, "task"), ids, "complete", NULL);
  g_signal_connect (run, "progress", G_CALLBACK (stop_cb), NULL);
  g_signal_connect (run, "finished", G_CALLBACK (finished_cb), &finished);
  satchel_run_start (run);
  test_desk_until (is_finished, &finished);
  deeds = satchel_run_steal_deeds (run);
  g_assert_cmpuint (satchel_run_get_done (run), <, 120);
  g_assert_cmpuint (count_completed (&test), ==, satchel_run_get_done (run));
  g_assert_cmpuint (satchel_deeds_get_n (deeds), ==, satchel_run_get_done (run));
  g_clear_object (&run);
  test_desk_teardown (&test);
}

/* ---- choices ---- */

static SatchelRecord *
read_account (TestDesk *test, const char *id)
{
  SatchelRecord *record = NULL;

  g_assert_true (satchel_replica_read (satchel_session_get_replica (test->other), entity_of (test, "account"),
                                       id, &record, NULL));
  return record;
}

/* An address is chosen as one, what the master lacks comes by itself, and what is chosen is what the merge
 * makes. */
static void
test_choices (void)
{
  TestDesk test;
  g_autofree char *left = NULL, *right = NULL, *name = NULL, *city = NULL;
  g_autoptr (SatchelChoices) choices = NULL;
  g_autoptr (GHashTable) arguments = NULL;
  g_autoptr (SatchelRecord) merged = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelEntity *account;

  test_desk_setup (&test);
  account = entity_of (&test, "account");
  left = test_desk_create (&test, "account", "name", "Acme", "city", "Cluj", "street", "One", NULL);
  right = test_desk_create (&test, "account", "name", "Acme Ltd", "city", "Turda", "phone", "1", NULL);
  choices = satchel_choices_new (read_account (&test, left), read_account (&test, right));
  g_assert_cmpint (satchel_choices_get_side (choices, satchel_entity_find_field (account, "phone")), ==,
                   SATCHEL_SIDE_RIGHT);
  satchel_choices_set_side (choices, satchel_entity_find_field (account, "phone"), SATCHEL_SIDE_LEFT);
  g_assert_cmpint (satchel_choices_get_side (choices, satchel_entity_find_field (account, "phone")), ==,
                   SATCHEL_SIDE_RIGHT);
  satchel_choices_set_side (choices, satchel_entity_find_field (account, "city"), SATCHEL_SIDE_RIGHT);
  g_assert_cmpint (satchel_choices_get_side (choices, satchel_entity_find_field (account, "street")), ==,
                   SATCHEL_SIDE_RIGHT);
  arguments = satchel_choices_to_arguments (choices);
  g_assert_cmpstr (g_hash_table_lookup (arguments, "other"), ==, right);
  g_free (satchel_session_act (test.other, account, left, "merge", arguments, &error));
  g_assert_no_error (error);
  merged = read_account (&test, left);
  name = satchel_record_dup_title (merged);
  city = satchel_value_to_text (satchel_entity_find_field (account, "city"),
                                satchel_record_get_by_name (merged, "city"));
  g_assert_cmpstr (name, ==, "Acme");
  g_assert_cmpstr (city, ==, "Turda");
  g_assert_null (satchel_record_get_by_name (merged, "street"));
  g_assert_nonnull (satchel_record_get_by_name (merged, "phone"));
  test_desk_teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/record/moments", test_moments);
  g_test_add_func ("/ui/record/list", test_list);
  g_test_add_func ("/ui/record/jot", test_jot);
  g_test_add_func ("/ui/record/names", test_names);
  g_test_add_func ("/ui/act/run", test_run);
  g_test_add_func ("/ui/act/stop", test_stop);
  g_test_add_func ("/ui/act/choices", test_choices);
  return g_test_run ();
}
