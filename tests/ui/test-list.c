/* What a list is made of, without a display: filters as conditions, room for columns, selection by records,
 * growth, export.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gtk/gtk.h>
#include <string.h>

#include "client/transfer/csv.h"
#include "protocol/error.h"
#include "tests/lib/chance.h"
#include "tests/ui/desk.h"
#include "ui/grid/export.h"
#include "ui/grid/filters.h"
#include "ui/grid/fit.h"
#include "ui/grid/layout.h"
#include "ui/grid/selection.h"

typedef struct {
  TestDesk base;
  const SatchelEntity *account;
  SatchelRows *rows;
  SatchelSelection *selection;
} TestList;

static void
setup (TestList *test, guint n_accounts)
{
  *test = (TestList){ 0 };
  test_desk_setup (&test->base);
  test_desk_create_accounts (&test->base, n_accounts);
  test->account = satchel_registry_find (satchel_desk_get_registry (test->base.desk), "account");
  test->rows = satchel_rows_new (test->base.desk);
  test->selection = satchel_selection_new (test->rows);
}

static void
teardown (TestList *test)
{
  g_assert_finalize_object (test->selection);
  g_assert_finalize_object (test->rows);
  test_desk_teardown (&test->base);
}

static gboolean
is_complete (gpointer data)
{
  gboolean loading;

  g_object_get (((TestList *)data)->rows, "loading", &loading, NULL);
  return !loading;
}

static void
ask (TestList *test, const char *find, gboolean descending)
{
  const SatchelRowsQuery query = { .entity = test->account, .find = find, .descending = descending };

  satchel_rows_ask (test->rows, &query);
  test_desk_until (is_complete, test);
}

/* ---- filters ---- */

static void
test_date_filters (void)
{
  TestList test;

  setup (&test, 0);
  for (guint i = 0; satchel_date_filter_get_name (i) != NULL; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = satchel_date_filter_to_text (i, "created_at");
    g_autoptr (SatchelPredicate) predicate =
        satchel_predicate_parse (satchel_desk_get_registry (test.base.desk), test.account, text, &error);

    g_assert_no_error (error);
    g_assert_true (satchel_predicate_depends_on_time (predicate) == (i > 0));
    g_assert_nonnull (satchel_date_filter_get_label (i));
  }
  g_assert_cmpstr (satchel_date_filter_get_name (0), ==, "all");
  teardown (&test);
}

static void
test_join (void)
{
  static const char *const none[] = { "", "", NULL };
  static const char *const one[] = { "", "a = 1 or b = 2", "", NULL };
  static const char *const two[] = { "a = 1 or b = 2", "", "c = 3", NULL };
  g_autofree char *of_none = satchel_filters_join (none), *of_one = satchel_filters_join (one);
  g_autofree char *of_two = satchel_filters_join (two);

  g_assert_cmpstr (of_none, ==, "");
  g_assert_cmpstr (of_one, ==, "a = 1 or b = 2");
  g_assert_cmpstr (of_two, ==, "(a = 1 or b = 2) and (c = 3)");
}

static gint64
count_where (TestList *test, const char *where)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (satchel_desk_get_registry (test->base.desk), test->account, where, &error);
  const SatchelQuery query = { .entity = test->account, .where = predicate, .limit = -1 };
  SatchelPredicateContext context;
  gint64 count = -1;

  g_assert_no_error (error);
  satchel_session_get_context (test->base.other, &context);
  g_assert_true (satchel_replica_count (satchel_session_get_replica (test->base.other), &query, &context,
                                        &count, &error));
  return count;
}

/* Each option finds as many as it says, and all of them together find everything. */
static void
check_types (TestList *test, const char *path, gint64 all)
{
  g_autoptr (GError) error = NULL;
  const SatchelQuery query = { .entity = test->account, .limit = -1 };
  g_autoptr (GPtrArray) options = satchel_type_filter_list (test->base.other, &query, path, TRUE, &error);
  gint64 sum = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < options->len; i++) {
    const SatchelTypeOption *option = options->pdata[i];

    g_assert_cmpint (count_where (test, option->where), ==, option->count);
    sum += option->count;
  }
  g_assert_cmpint (sum, ==, all);
}

static void
test_types (void)
{
  TestList test;
  g_autofree char *parent = NULL, *reference = NULL, *first = NULL, *second = NULL, *third = NULL;

  setup (&test, 3);
  parent = test_desk_create (&test.base, "account", "name", "Parent \"A\"", "type", "customer", NULL);
  reference = g_strdup_printf ("account:%s", parent);
  first =
      test_desk_create (&test.base, "account", "name", "B", "type", "customer", "parent", reference, NULL);
  second =
      test_desk_create (&test.base, "account", "name", "C", "type", "supplier", "parent", reference, NULL);
  third = test_desk_create (&test.base, "account", "name", "D", "type", "supplier", NULL);
  check_types (&test, "type", 7);
  check_types (&test, "status", 7);
  check_types (&test, "parent", 7);
  teardown (&test);
}

/* ---- room ---- */

static void
test_fit (void)
{
  const SatchelFitColumn columns[] = { { 200, 1 }, { 100, 3 }, { 100, 2 }, { 50, 4 } };
  gboolean shown[4];

  satchel_fit_columns (columns, 4, 1000, 1, shown);
  g_assert_true (shown[0] && shown[1] && shown[2] && shown[3]);
  satchel_fit_columns (columns, 4, 400, 1, shown);
  g_assert_true (shown[0] && shown[1] && shown[2] && !shown[3]);
  satchel_fit_columns (columns, 4, 399, 1, shown);
  g_assert_true (shown[0] && !shown[1] && shown[2] && !shown[3]); /* not the narrow one instead */
  satchel_fit_columns (columns, 4, 799, 2, shown);
  g_assert_true (shown[0] && !shown[1] && shown[2] && !shown[3]);
  satchel_fit_columns (columns, 4, 10, 1, shown);
  g_assert_true (shown[0] && !shown[1] && !shown[2] && !shown[3]);
  satchel_fit_columns (columns, 0, 10, 1, shown);
}

/* At random: what is shown fits, or is one column; what is not shown did not fit or something more important
 * did not. */
static void
test_fit_random (void)
{
  for (guint round = 0; round < 500; round++) {
    SatchelFitColumn columns[8];
    gboolean shown[8];
    guint n = (guint)g_test_rand_int_range (1, 9), n_shown = 0, worst = 0;
    int available = g_test_rand_int_range (1, 1500), used = 0;

    for (guint i = 0; i < n; i++)
      columns[i] = (SatchelFitColumn){ g_test_rand_int_range (40, 400), (guint)g_test_rand_int_range (1, 9) };
    satchel_fit_columns (columns, n, available, 1, shown);
    for (guint i = 0; i < n; i++)
      if (shown[i]) {
        n_shown++;
        used += columns[i].width;
        worst = MAX (worst, columns[i].priority);
      }
    g_assert_cmpuint (n_shown, >=, 1);
    g_assert_true (n_shown == 1 || used <= available);
    for (guint i = 0; i < n; i++)
      g_assert_true (shown[i] || columns[i].priority >= worst);
  }
}

/* ---- layouts ---- */

static void
test_layout (void)
{
  TestList test;
  g_autoptr (GError) error = NULL;
  g_autofree char *none = NULL, *kept = NULL;
  const SatchelView *view;

  setup (&test, 0);
  view = &test.account->views[0];
  none = satchel_layout_load (test.base.other, test.account, view);
  g_assert_null (none);
  g_assert_true (satchel_layout_save (test.base.other, "account", view->name,
                                      "city:200 name:99 nonsense:1 phone:x x:50", &error));
  g_assert_no_error (error);
  kept = satchel_layout_load (test.base.other, test.account, view);
  {
    g_autoptr (GArray) columns =
        satchel_layout_read (satchel_desk_get_registry (test.base.desk), test.account, view, kept);
    const SatchelViewColumn *first = &g_array_index (columns, SatchelViewColumn, 0);

    g_assert_cmpuint (columns->len, ==, 2);
    g_assert_cmpstr (first->field, ==, "city");
    g_assert_cmpuint (first->width, ==, 200);
    g_assert_cmpuint (first[1].priority, ==, 1); /* the view's */
  }
  g_assert_true (satchel_layout_save (test.base.other, "account", view->name, NULL, &error));
  g_assert_null (satchel_layout_load (test.base.other, test.account, view));
  {
    g_autoptr (GArray) columns = satchel_layout_read (satchel_desk_get_registry (test.base.desk),
                                                      test.account, view, "::: \n:9 name:9999999999");

    g_assert_cmpuint (columns->len, ==, view->n_columns);
  }
  teardown (&test);
}

/* ---- selection ---- */

static char *
title_at (TestList *test, guint position)
{
  g_autoptr (SatchelRow) row = g_list_model_get_item (G_LIST_MODEL (test->rows), position);

  return satchel_record_dup_title (satchel_row_get_record (row));
}

static gboolean
has_501 (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((TestList *)data)->rows)) == 501 && is_complete (data);
}

/* In another order, and when records come before it, the same record is selected. */
static void
test_selection_stays (void)
{
  TestList test;
  GtkSelectionModel *model;
  g_autofree char *id = NULL;
  gint64 position;

  setup (&test, 500);
  model = GTK_SELECTION_MODEL (test.selection);
  ask (&test, NULL, FALSE);
  gtk_selection_model_select_item (model, 7, TRUE);
  g_assert_cmpint (satchel_selection_find_single (test.selection), ==, 7);
  ask (&test, NULL, TRUE);
  position = satchel_selection_find_single (test.selection);
  g_assert_cmpint (position, ==, 492);
  g_assert_true (gtk_selection_model_is_selected (model, 492));
  g_assert_false (gtk_selection_model_is_selected (model, 7));
  ask (&test, NULL, FALSE);
  id = test_desk_create (&test.base, "account", "name", "A first one", NULL);
  test_desk_until (has_501, &test);
  position = satchel_selection_find_single (test.selection);
  g_assert_cmpint (position, ==, 8);
  {
    g_autofree char *title = title_at (&test, 8);

    g_assert_cmpstr (title, ==, "Account 00007");
  }
  /* What is not listed is not selected. */
  ask (&test, "00042", FALSE);
  g_assert_cmpuint (satchel_selection_get_size (test.selection), ==, 0);
  teardown (&test);
}

static void
test_selection_model (void)
{
  TestList test;
  GtkSelectionModel *model;
  g_autoptr (GtkBitset) some = NULL;
  g_autoptr (GArray) numbers = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;

  setup (&test, 300);
  model = GTK_SELECTION_MODEL (test.selection);
  ask (&test, NULL, FALSE);
  gtk_selection_model_select_all (model);
  g_assert_cmpuint (satchel_selection_get_size (test.selection), ==, 300);
  gtk_selection_model_unselect_range (model, 10, 280);
  g_assert_cmpuint (satchel_selection_get_size (test.selection), ==, 20);
  some = gtk_selection_model_get_selection_in_range (model, 5, 10);
  g_assert_cmpuint (gtk_bitset_get_size (some), ==, 5);
  gtk_selection_model_select_range (model, 298, G_MAXUINT, TRUE);
  g_assert_cmpuint (satchel_selection_get_size (test.selection), ==, 2);
  numbers = satchel_selection_list_numbers (test.selection);
  ids = satchel_selection_resolve (test.base.other, test.account, numbers, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, 2);
  gtk_selection_model_unselect_all (model);
  g_assert_cmpuint (satchel_selection_get_size (test.selection), ==, 0);
  g_assert_cmpint (satchel_selection_find_single (test.selection), ==, -1);
  teardown (&test);
}

/* ---- growth ---- */

typedef struct {
  guint most, n;
} Growth;

static void
grown_cb (GListModel *model, guint position, guint removed, guint added, Growth *growth)
{
  /* What is added below so many rows costs GTK a widget each. */
  if (position < 256)
    growth->most = MAX (growth->most, MIN (added, 256 - position));
  growth->n++;
}

static void
test_growth (void)
{
  TestList test;
  Growth growth = { 0 };

  setup (&test, 2000);
  ask (&test, "00042", FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test.rows)), ==, 1);
  g_signal_connect (test.rows, "items-changed", G_CALLBACK (grown_cb), &growth);
  ask (&test, NULL, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test.rows)), ==, 2000);
  g_assert_cmpuint (growth.most, <=, 64); /* the first screen */
  g_assert_cmpuint (growth.n, >=, 6);
  teardown (&test);
}

/* ---- beyond what is carried ---- */

static void
row_free (gpointer data)
{
  SatchelOnlineRow *row = data;

  satchel_record_free (row->record);
  g_hash_table_unref (row->along);
  g_free (row);
}

static SatchelOnlinePage *
make_page (TestList *test, const char *const *names)
{
  SatchelOnlinePage *page = g_new0 (SatchelOnlinePage, 1);

  page->rows = g_ptr_array_new_with_free_func (row_free);
  page->titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; names[i] != NULL; i++) {
    SatchelOnlineRow *row = g_new0 (SatchelOnlineRow, 1);
    g_autofree char *id = satchel_id_new (&test->base.clock.clock);
    g_autoptr (SatchelValue) name = satchel_value_new_string (names[i]);

    row->record = satchel_record_new (test->account, id);
    row->along = g_hash_table_new (g_str_hash, g_str_equal);
    satchel_record_set_by_name (row->record, "name", name);
    g_ptr_array_add (page->rows, row);
  }
  return page;
}

static void
test_beyond (void)
{
  TestList test;
  static const char *const names[] = { "Far A", "Far B", NULL };
  g_autofree char *last = NULL;

  setup (&test, 70);
  ask (&test, NULL, FALSE);
  satchel_rows_add_beyond (test.rows, make_page (&test, names));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test.rows)), ==, 72);
  g_assert_cmpuint (satchel_rows_count_beyond (test.rows), ==, 2);
  last = title_at (&test, 71);
  g_assert_cmpstr (last, ==, "Far B");
  /* They cannot be selected. */
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (test.selection));
  g_assert_cmpuint (satchel_selection_get_size (test.selection), ==, 70);
  g_assert_false (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (test.selection), 71));
  ask (&test, NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test.rows)), ==, 70);
  teardown (&test);
}

/* ---- export ---- */

static void
test_export (void)
{
  TestList test;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) numbers = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *odd = NULL, *path = NULL, *text = NULL;
  static const char *const columns[] = { "name", "city", "owner", NULL };
  SatchelCsvReader reader;
  gsize length;
  guint n_written, n_rows = 0;

  setup (&test, 700);
  odd = test_desk_create (&test.base, "account", "name", "=1+1, \"quoted\"", "city", "Köln", NULL);
  ask (&test, NULL, FALSE);
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (test.selection));
  numbers = satchel_selection_list_numbers (test.selection);
  path = g_build_filename (test.base.dir, "out.csv", NULL);
  g_assert_true (
      satchel_list_export (test.base.other, test.account, numbers, columns, path, &n_written, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_written, ==, 701);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  satchel_csv_reader_init (&reader, text, length);
  for (;;) {
    g_auto (SatchelCsvRow) row = { 0 };

    if (!satchel_csv_reader_next (&reader, &row))
      break;
    g_assert_null (row.problem);
    g_assert_cmpuint (row.cells->len, ==, 3);
    if (n_rows == 1)
      g_assert_cmpstr (row.cells->pdata[0], ==, "=1+1, \"quoted\"");
    n_rows++;
  }
  g_assert_cmpuint (n_rows, ==, 702);
  /* What is cancelled leaves what was there. */
  g_cancellable_cancel (cancelled);
  g_assert_false (satchel_list_export (test.base.other, test.account, numbers, columns, path, &n_written,
                                       cancelled, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED);
  {
    g_autofree char *after = NULL;

    g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
    g_assert_cmpstr (after, ==, text);
  }
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/list/date-filters", test_date_filters);
  g_test_add_func ("/ui/list/join", test_join);
  g_test_add_func ("/ui/list/types", test_types);
  g_test_add_func ("/ui/list/fit", test_fit);
  g_test_add_func ("/ui/list/fit-random", test_fit_random);
  g_test_add_func ("/ui/list/layout", test_layout);
  g_test_add_func ("/ui/list/selection-stays", test_selection_stays);
  g_test_add_func ("/ui/list/selection-model", test_selection_model);
  g_test_add_func ("/ui/list/growth", test_growth);
  g_test_add_func ("/ui/list/beyond", test_beyond);
  g_test_add_func ("/ui/list/export", test_export);
  return g_test_run ();
}
