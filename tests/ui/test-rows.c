/* A list of many records: what stands where, and what GTK is told when that changes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/entity-table.h"
#include "tests/ui/desk.h"
#include "ui/grid/rows.h"

typedef struct {
  TestDesk base;
  SatchelRows *rows;
  GListModel *model;
  guint n_items_changed, position, removed, added, least;
} TestRows;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  TestRows *test = data;

  test->n_items_changed++;
  test->position = position;
  test->removed = removed;
  test->added = added;
  test->least = MIN (test->least, g_list_model_get_n_items (model));
}

static void
setup (TestRows *test, guint n_accounts)
{
  *test = (TestRows){ 0 };
  test_desk_setup (&test->base);
  test_desk_create_accounts (&test->base, n_accounts);
  test->rows = satchel_rows_new (test->base.desk);
  test->model = G_LIST_MODEL (test->rows);
  g_signal_connect (test->rows, "items-changed", G_CALLBACK (items_changed_cb), test);
}

static void
teardown (TestRows *test)
{
  g_assert_finalize_object (test->rows);
  test_desk_teardown (&test->base);
}

static void
ask (TestRows *test, const char *find, gboolean descending)
{
  SatchelRowsQuery query = { .find = find, .descending = descending };

  query.entity = satchel_registry_find (satchel_desk_get_registry (test->base.desk), "account");
  satchel_rows_ask (test->rows, &query);
}

static gboolean
is_complete (gpointer data)
{
  gboolean loading;

  g_object_get (((TestRows *)data)->rows, "loading", &loading, NULL);
  return !loading;
}

/* The beginning of an answer has come and the rest has not: it is asked for when the beginning is told. */
static gboolean
is_headed (gpointer data)
{
  TestRows *test = data;

  return !satchel_rows_is_whole (test->rows);
}

static void
assert_title (TestRows *test, guint position, const char *title)
{
  g_autoptr (SatchelRow) row = g_list_model_get_item (test->model, position);
  g_autofree char *text = satchel_record_dup_title (satchel_row_get_record (row));

  g_assert_cmpuint (satchel_row_get_position (row), ==, position);
  g_assert_cmpstr (text, ==, title);
}

static void
count_cb (SatchelRow *row, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_order (void)
{
  TestRows test;

  setup (&test, 5000);
  g_assert_cmpuint (g_list_model_get_n_items (test.model), ==, 0);
  ask (&test, NULL, FALSE);
  test_desk_until (is_complete, &test);
  g_assert_cmpuint (g_list_model_get_n_items (test.model), ==, 5000);
  assert_title (&test, 0, "Account 00000");
  assert_title (&test, 4999, "Account 04999");
  /* Through more pages than are kept. */
  for (guint i = 0; i < 5000; i += 50) {
    g_autofree char *title = g_strdup_printf ("Account %05u", i);

    assert_title (&test, i, title);
  }
  g_assert_null (g_list_model_get_item (test.model, 5000));
  teardown (&test);
}

/* Somebody looks at the first row: it stays the same object and says that another record stands there. */
static void
test_other_order (void)
{
  TestRows test;
  g_autoptr (SatchelRow) first = NULL;
  guint n_changed = 0;

  setup (&test, 300);
  ask (&test, NULL, FALSE);
  test_desk_until (is_complete, &test);
  first = g_list_model_get_item (test.model, 0);
  g_signal_connect (first, "changed", G_CALLBACK (count_cb), &n_changed);
  ask (&test, NULL, TRUE);
  test_desk_until (is_complete, &test);
  g_assert_cmpuint (n_changed, >, 0);
  assert_title (&test, 0, "Account 00299");
  ask (&test, "00042", FALSE);
  test_desk_until (is_complete, &test);
  g_assert_cmpuint (g_list_model_get_n_items (test.model), ==, 1);
  assert_title (&test, 0, "Account 00042");
  g_clear_object (&first);
  teardown (&test);
}

/* While the beginning of an answer is known alone, no row goes that comes again with the rest. */
static void
test_held (void)
{
  TestRows test;
  g_autoptr (SatchelRow) behind = NULL;

  setup (&test, 400);
  ask (&test, NULL, FALSE);
  test_desk_until (is_complete, &test);
  behind = g_list_model_get_item (test.model, 100);
  test.least = G_MAXUINT;
  ask (&test, "account", TRUE);
  test_desk_until (is_headed, &test);
  assert_title (&test, 0, "Account 00399");
  g_assert_cmpuint (g_list_model_get_n_items (test.model), >, 100);
  g_assert_null (satchel_row_get_record (behind));
  test_desk_until (is_complete, &test);
  g_assert_cmpuint (test.least, >=, 256);
  assert_title (&test, 100, "Account 00299");
  assert_title (&test, 399, "Account 00000");
  /* What is less in the end is shorter in the end. */
  ask (&test, "000", FALSE);
  test_desk_until (is_complete, &test);
  g_assert_cmpuint (g_list_model_get_n_items (test.model), ==, 100);
  assert_title (&test, 99, "Account 00099");
  teardown (&test);
}

static void
break_cb (SatchelRows *rows, GArray *before, TestRows *test)
{
  SatchelDatabase *database = satchel_replica_get_database (satchel_session_get_replica (test->base.other));
  g_autofree char *sql =
      g_strdup_printf ("ALTER TABLE %s RENAME TO gone", satchel_sql_table (satchel_rows_get_entity (rows)));
  g_autoptr (GError) error = NULL;

  g_signal_handlers_disconnect_by_func (rows, break_cb, test);
  g_assert_true (satchel_database_execute (database, sql, &error));
  g_assert_no_error (error);
}

/* A replica that cannot be read any more, behind the beginning of an answer, leaves no blank rows. */
static void
test_cut_short (void)
{
  TestRows test;
  g_autofree char *problem = NULL;

  setup (&test, 400);
  ask (&test, NULL, FALSE);
  test_desk_until (is_complete, &test);
  g_signal_connect (test.rows, "renumbered", G_CALLBACK (break_cb), &test);
  ask (&test, "account", TRUE);
  test_desk_until (is_complete, &test);
  g_object_get (test.rows, "problem", &problem, NULL);
  g_assert_nonnull (problem);
  g_assert_cmpuint (g_list_model_get_n_items (test.model), ==, 64);
  teardown (&test);
}

static gboolean
is_longer (gpointer data)
{
  return g_list_model_get_n_items (((TestRows *)data)->model) == 301 && is_complete (data);
}

/* Another program writes: the list follows by itself, and only its end is new to GTK. */
static void
test_follow (void)
{
  TestRows test;
  g_autofree char *id = NULL;
  gint64 count;

  setup (&test, 300);
  ask (&test, NULL, FALSE);
  test_desk_until (is_complete, &test);
  assert_title (&test, 0, "Account 00000");
  id = test_desk_create (&test.base, "account", "name", "A first one", NULL);
  test_desk_until (is_longer, &test);
  assert_title (&test, 0, "A first one");
  assert_title (&test, 1, "Account 00000");
  g_assert_cmpuint (test.position, ==, 300);
  g_assert_cmpuint (test.removed, ==, 0);
  g_assert_cmpuint (test.added, ==, 1);
  g_object_get (test.rows, "count", &count, NULL);
  g_assert_cmpint (count, ==, 301);
  teardown (&test);
}

/* A list that goes while it is asked leaves nobody waiting. */
static void
test_gone (void)
{
  TestRows test;

  setup (&test, 300);
  for (guint i = 0; i < 20; i++)
    ask (&test, i % 2 == 0 ? "Account" : NULL, i % 3 == 0);
  teardown (&test);
}

/* By what a lookup names, of whichever kind it is; what names nothing comes first. */
static void
test_lookup_order (void)
{
  TestRows test;
  g_autofree char *zeta = NULL, *alpha = NULL, *lead = NULL, *first = NULL, *second = NULL, *third = NULL,
                  *fourth = NULL, *of_zeta = NULL, *of_alpha = NULL, *of_lead = NULL;
  SatchelRowsQuery query = { 0 };

  setup (&test, 0);
  zeta = test_desk_create (&test.base, "account", "name", "Zeta", NULL);
  alpha = test_desk_create (&test.base, "account", "name", "Alpha", NULL);
  lead = test_desk_create (&test.base, "lead", "topic", "Middle", "last_name", "Middle", NULL);
  of_zeta = g_strconcat ("account:", zeta, NULL);
  of_alpha = g_strconcat ("account:", alpha, NULL);
  of_lead = g_strconcat ("lead:", lead, NULL);
  first = test_desk_create (&test.base, "task", "subject", "of Zeta", "regarding", of_zeta, NULL);
  second = test_desk_create (&test.base, "task", "subject", "of nobody", NULL);
  third = test_desk_create (&test.base, "task", "subject", "of Alpha", "regarding", of_alpha, NULL);
  fourth = test_desk_create (&test.base, "task", "subject", "of Middle", "regarding", of_lead, NULL);
  query.entity = satchel_registry_find (satchel_desk_get_registry (test.base.desk), "task");
  query.sort = satchel_entity_find_field (query.entity, "regarding");
  satchel_rows_ask (test.rows, &query);
  test_desk_until (is_complete, &test);
  assert_title (&test, 0, "of nobody");
  assert_title (&test, 1, "of Alpha");
  assert_title (&test, 2, "of Middle");
  assert_title (&test, 3, "of Zeta");
  query.descending = TRUE;
  satchel_rows_ask (test.rows, &query);
  test_desk_until (is_complete, &test);
  assert_title (&test, 0, "of Zeta");
  assert_title (&test, 3, "of nobody");
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/rows/lookup-order", test_lookup_order);
  g_test_add_func ("/ui/rows/order", test_order);
  g_test_add_func ("/ui/rows/other-order", test_other_order);
  g_test_add_func ("/ui/rows/follow", test_follow);
  g_test_add_func ("/ui/rows/gone", test_gone);
  g_test_add_func ("/ui/rows/held", test_held);
  g_test_add_func ("/ui/rows/cut-short", test_cut_short);
  return g_test_run ();
}
