/* The page of a list, on a display: room for columns, filters, keys, many records at once, and that it goes
 * when it is closed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "protocol/error.h"
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/form/editor.h"
#include "ui/grid/batch-edit.h"
#include "ui/grid/filter-bar.h"
#include "ui/grid/grid.h"
#include "ui/grid/list-page.h"
#include "ui/sync/sync.h"

typedef struct {
  TestDesk base;
  GtkWindow *window;
  SatchelPage *page;
  SatchelGrid *grid;
  GtkColumnView *list;
  SatchelFilterBar *filters;
  guint expected, least, most;
  const char *title;
} TestPage;

static GListModel *
get_model (TestPage *test)
{
  return G_LIST_MODEL (gtk_column_view_get_model (test->list));
}

static gboolean
is_of_expected_length (gpointer data)
{
  TestPage *test = data;

  return g_list_model_get_n_items (get_model (test)) == test->expected;
}

static void
until_length (TestPage *test, guint n)
{
  test->expected = n;
  test_desk_until (is_of_expected_length, test);
}

static void
setup (TestPage *test, guint n_accounts, int width)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_list ("account", NULL, NULL);
  g_autoptr (GError) error = NULL;

  *test = (TestPage){ 0 };
  test_desk_setup (&test->base);
  test_desk_create_accounts (&test->base, n_accounts);
  test->window = GTK_WINDOW (adw_window_new ());
  test->page = satchel_list_page_new (test->base.desk, route, &error);
  g_assert_no_error (error);
  test->grid = SATCHEL_GRID (test_find_widget (GTK_WIDGET (test->page), SATCHEL_TYPE_GRID, NULL));
  test->list = GTK_COLUMN_VIEW (test_find_widget (GTK_WIDGET (test->page), GTK_TYPE_COLUMN_VIEW, NULL));
  test->filters =
      SATCHEL_FILTER_BAR (test_find_widget (GTK_WIDGET (test->page), SATCHEL_TYPE_FILTER_BAR, NULL));
  gtk_window_set_default_size (test->window, width, 700);
  adw_window_set_content (ADW_WINDOW (test->window), GTK_WIDGET (test->page));
  gtk_window_present (test->window);
  until_length (test, n_accounts);
}

static void
teardown (TestPage *test)
{
  gpointer page = test->page, grid = test->grid;

  g_object_add_weak_pointer (page, &page);
  g_object_add_weak_pointer (grid, &grid);
  gtk_window_destroy (test->window);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_null (page);
  g_assert_null (grid);
  test_desk_teardown (&test->base);
}

/* ---- room ---- */

static guint
count_shown (TestPage *test)
{
  GListModel *columns = gtk_column_view_get_columns (test->list);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

    n += gtk_column_view_column_get_visible (column);
  }
  return n;
}

/* Laid out, and nothing stands beyond the edge, nor is room left over. */
static gboolean
is_settled (gpointer data)
{
  TestPage *test = data;
  GtkAdjustment *across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (test->list));

  return gtk_widget_get_width (GTK_WIDGET (test->list)) > 0 && count_shown (test) >= test->least &&
         count_shown (test) <= test->most && satchel_grid_is_narrow (test->grid) == (test->expected < 500) &&
         gtk_adjustment_get_upper (across) == gtk_adjustment_get_page_size (across);
}

static void
check_room (int width, guint least_columns, guint most_columns)
{
  TestPage test;

  setup (&test, 40, width);
  test.expected = (guint)width;
  test.least = least_columns;
  test.most = most_columns;
  test_desk_until (is_settled, &test);
  teardown (&test);
}

static void
test_room (void)
{
  check_room (1400, 6, 6);
  check_room (760, 3, 5);
  check_room (360, 1, 1); /* cards */
}

static gboolean
has_edge (gpointer data)
{
  TestPage *test = data;

  return !is_settled (test);
}

/* A column that is made wider pushes none over the edge for longer than it takes; it stays itself, be it the
 * last in priority. */
static void
test_wider (void)
{
  TestPage test;
  g_autoptr (GtkColumnViewColumn) last = NULL;
  GListModel *columns;

  setup (&test, 40, 1000);
  test.expected = 1000;
  test.least = 2;
  test.most = 6;
  test_desk_until (is_settled, &test);
  columns = gtk_column_view_get_columns (test.list);
  for (guint i = 0; i < g_list_model_get_n_items (columns); i++) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

    if (gtk_column_view_column_get_visible (column))
      g_set_object (&last, column);
  }
  gtk_column_view_column_set_fixed_width (last, 500);
  test_desk_until (has_edge, &test);
  test_desk_until (is_settled, &test);
  g_assert_true (gtk_column_view_column_get_visible (last));
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (last), >=, 500);
  g_clear_object (&last);
  teardown (&test);
}

/* The titles of columns end in an ellipsis, where their column is narrower, and are told whole. */
static void
assert_titles (GtkWidget *widget, guint *n)
{
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0') {
    (*n)++;
    g_assert_cmpint (gtk_label_get_ellipsize (GTK_LABEL (widget)), ==, PANGO_ELLIPSIZE_END);
    g_assert_true (gtk_widget_get_has_tooltip (widget));
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_titles (child, n);
}

static void
test_titles (void)
{
  TestPage test;
  guint n = 0;

  setup (&test, 3, 800);
  assert_titles (gtk_widget_get_first_child (GTK_WIDGET (test.list)), &n);
  g_assert_cmpuint (n, >, 3);
  teardown (&test);
}

/* ---- filters ---- */

static void
activate (TestPage *test, const char *action, const char *target)
{
  GtkWidget *from =
      g_str_has_prefix (action, "filter.") ? GTK_WIDGET (test->filters) : GTK_WIDGET (test->page);

  if (target != NULL)
    g_assert_true (gtk_widget_activate_action (from, action, "s", target));
  else
    g_assert_true (gtk_widget_activate_action (from, action, NULL));
}

static void
test_filters (void)
{
  TestPage test;
  GtkEditable *entry;
  g_autofree char *customer = NULL;

  setup (&test, 120, 1024);
  customer = test_desk_create (&test.base, "account", "name", "Zeta", "type", "customer", NULL);
  until_length (&test, 121);
  activate (&test, "filter.type", "type = \"customer\"");
  until_length (&test, 1);
  activate (&test, "filter.type", "");
  until_length (&test, 121);
  activate (&test, "filter.date", "last-year");
  until_length (&test, 0);
  activate (&test, "list.clear", NULL);
  until_length (&test, 121);
  entry = GTK_EDITABLE (test_find_widget (GTK_WIDGET (test.filters), GTK_TYPE_SEARCH_ENTRY, NULL));
  gtk_editable_set_text (entry, "00042");
  until_length (&test, 1);
  /* They hold together. */
  activate (&test, "filter.type", "type = \"customer\"");
  until_length (&test, 0);
  activate (&test, "filter.view", "all");
  until_length (&test, 1);
  gtk_editable_set_text (entry, "");
  until_length (&test, 121);
  teardown (&test);
}

/* ---- without rows ---- */

static GtkWidget *
get_empty (TestPage *test)
{
  return test_find_widget (GTK_WIDGET (test->page), ADW_TYPE_STATUS_PAGE, NULL);
}

static gboolean
tells (gpointer data)
{
  TestPage *test = data;
  GtkWidget *empty = get_empty (test);

  return gtk_widget_get_child_visible (empty) &&
         g_strcmp0 (adw_status_page_get_title (ADW_STATUS_PAGE (empty)), test->title) == 0;
}

static void
until_told (TestPage *test, const char *title, const char *action)
{
  GtkWidget *button;

  test->title = title;
  test_desk_until (tells, test);
  button = adw_status_page_get_child (ADW_STATUS_PAGE (get_empty (test)));
  g_assert_cmpint (gtk_widget_get_visible (button), ==, action != NULL);
  if (action != NULL)
    g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, action);
}

static gboolean
offers_way (gpointer data)
{
  return gtk_widget_get_visible (adw_status_page_get_child (ADW_STATUS_PAGE (get_empty (data))));
}

static gboolean
offers_no_way (gpointer data)
{
  return !offers_way (data);
}

static gboolean
shows_rows (gpointer data)
{
  TestPage *test = data;

  return !gtk_widget_get_child_visible (get_empty (test)) &&
         gtk_widget_get_child_visible (GTK_WIDGET (test->grid));
}

/* From the first answer on, though there were none before either. */
static void
test_empty (void)
{
  TestPage test;
  g_autofree char *id = NULL;

  setup (&test, 0, 800);
  until_told (&test, "Nothing Here Yet", NULL); /* signed in, never synced */
  /* Paused, and going on. */
  satchel_sync_set_offline (satchel_sync_get (test.base.desk), TRUE);
  test_desk_until (offers_way, &test);
  until_told (&test, "Nothing Here Yet", "sync.online");
  satchel_sync_set_offline (satchel_sync_get (test.base.desk), FALSE);
  test_desk_until (offers_no_way, &test);
  activate (&test, "filter.date", "last-year");
  until_told (&test, "Nothing Found", "list.clear");
  g_assert_true (satchel_replica_set_meta_integer (satchel_session_get_replica (test.base.other),
                                                   "last_sync_ms", 1, NULL));
  activate (&test, "list.clear", NULL);
  until_told (&test, "No Records Here", "win.go");
  id = test_desk_create (&test.base, "account", "name", "The first", NULL);
  test_desk_until (shows_rows, &test);
  teardown (&test);
}

/* A link may bring a condition along that nothing fulfils: that is taken away as any filter. */
static void
test_empty_link (void)
{
  TestPage test;
  g_autoptr (SatchelRoute) route = satchel_route_new_list ("account", NULL, "name = \"Nobody\"");

  setup (&test, 5, 800);
  satchel_page_visit (test.page, route);
  until_told (&test, "Nothing Found", "list.clear");
  activate (&test, "list.clear", NULL);
  until_length (&test, 5);
  test_desk_until (shows_rows, &test);
  g_assert_null (satchel_route_get_where (satchel_page_get_route (test.page)));
  teardown (&test);
}

static gboolean
is_narrow (gpointer data)
{
  return satchel_grid_is_narrow (((TestPage *)data)->grid);
}

/* The filters know how little room there is though there is no grid to be seen. */
static void
test_empty_narrow (void)
{
  TestPage test;

  setup (&test, 0, 360);
  until_told (&test, "Nothing Here Yet", NULL);
  test_desk_until (is_narrow, &test);
  teardown (&test);
}

/* ---- order ---- */

static gboolean
has_first_row (gpointer data)
{
  TestPage *test = data;
  g_autoptr (SatchelRow) row = g_list_model_get_item (get_model (test), 0);
  g_autofree char *title = satchel_record_dup_title (satchel_row_get_record (row));
  g_autofree char *expected = g_strdup_printf ("Account %05u", test->expected);

  return g_str_equal (title, expected);
}

/* As by a click on the header: the column is found by its comparing. */
static void
test_order (void)
{
  TestPage test;
  g_autoptr (GtkColumnViewColumn) name = NULL;

  setup (&test, 50, 1024);
  name = g_list_model_get_item (gtk_column_view_get_columns (test.list), 0);
  test.expected = 0;
  test_desk_until (has_first_row, &test);
  gtk_column_view_sort_by_column (test.list, name, GTK_SORT_DESCENDING);
  test.expected = 49;
  test_desk_until (has_first_row, &test);
  gtk_column_view_sort_by_column (test.list, name, GTK_SORT_ASCENDING);
  test.expected = 0;
  test_desk_until (has_first_row, &test);
  activate (&test, "list.sort", "name");
  test.expected = 49;
  test_desk_until (has_first_row, &test);
  teardown (&test);
}

/* ---- many at once ---- */

static gint64
count_where (TestPage *test, const char *where)
{
  SatchelRegistry *registry = satchel_desk_get_registry (test->base.desk);
  const SatchelEntity *entity = satchel_registry_find (registry, "account");
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_parse (registry, entity, where, &error);
  const SatchelQuery query = { .entity = entity, .where = predicate, .limit = -1 };
  SatchelPredicateContext context;
  gint64 count = -1;

  g_assert_no_error (error);
  satchel_session_get_context (test->base.other, &context);
  g_assert_true (satchel_replica_count (satchel_session_get_replica (test->base.other), &query, &context,
                                        &count, &error));
  return count;
}

static gboolean
is_deleted (gpointer data)
{
  return count_where (data, "") == 2;
}

static void
test_delete_many (void)
{
  TestPage test;

  setup (&test, 700, 1024);
  activate (&test, "list.select-all", NULL);
  gtk_selection_model_unselect_range (GTK_SELECTION_MODEL (get_model (&test)), 0, 2);
  activate (&test, "act.delete", NULL);
  test_desk_until (is_deleted, &test);
  until_length (&test, 2);
  teardown (&test);
}

static GtkWidget *
find_dialog (TestPage *test)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (window != GTK_WIDGET (test->window) && ADW_IS_WINDOW (window))
      return window; /* GTK holds it */
  }
  return NULL;
}

static gboolean
has_dialog (gpointer data)
{
  return find_dialog (data) != NULL;
}

static gboolean
is_edited (gpointer data)
{
  return count_where (data, "city = \"Cluj\"") == 298;
}

static void
test_edit_many (void)
{
  TestPage test;
  g_autoptr (GPtrArray) fields = NULL;
  GtkWidget *dialog, *editor;
  const SatchelEntity *entity;
  guint city;

  setup (&test, 300, 1024);
  entity = satchel_registry_find (satchel_desk_get_registry (test.base.desk), "account");
  fields = satchel_batch_edit_list_fields (entity, NULL);
  g_assert_false (g_ptr_array_find (fields, entity->title, NULL));
  g_assert_true (g_ptr_array_find (fields, satchel_entity_find_field (entity, "city"), &city));
  activate (&test, "list.select-all", NULL);
  gtk_selection_model_unselect_range (GTK_SELECTION_MODEL (get_model (&test)), 0, 2);
  activate (&test, "selected.edit", NULL);
  test_desk_until (has_dialog, &test);
  dialog = find_dialog (&test);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (test_find_widget (dialog, GTK_TYPE_DROP_DOWN, "Field")), city);
  g_assert_false (gtk_widget_is_sensitive (test_find_widget (dialog, GTK_TYPE_BUTTON, "_Apply")));
  editor = test_find_widget (dialog, SATCHEL_TYPE_EDITOR, NULL);
  satchel_editor_type (SATCHEL_EDITOR (editor), "Cluj");
  g_signal_emit_by_name (editor, "changed");
  test_click (dialog, "_Apply");
  test_desk_until (is_edited, &test);
  g_assert_cmpint (count_where (&test, ""), ==, 300);
  teardown (&test);
}

/* A link of somebody's: what it says is not understood, and nothing is shown instead. */
static void
test_hostile_route (void)
{
  static const char *const conditions[] = { "nonsense (", "nobody = 1", "name = \"",
                                            "1=1; drop table e_account" };
  TestDesk base;

  test_desk_setup (&base);
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++) {
    g_autoptr (SatchelRoute) route = satchel_route_new_list ("account", "no such view", conditions[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_list_page_new (base.desk, route, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
  test_desk_teardown (&base);
}

/* ---- scrolling ---- */

static int
get_row_height (TestPage *test)
{
  GtkWidget *list = test_find_widget (GTK_WIDGET (test->list), GTK_TYPE_LIST_VIEW, NULL);

  return gtk_widget_get_height (gtk_widget_get_first_child (list));
}

/* Laid out with all of its rows. */
static gboolean
is_tall (gpointer data)
{
  TestPage *test = data;
  GtkAdjustment *down = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (test->list));

  return get_row_height (test) > 0 && gtk_adjustment_get_upper (down) == 400.0 * get_row_height (test);
}

static gboolean
has_moved (gpointer data)
{
  TestPage *test = data;

  return gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (test->list))) >
         test->expected + 5;
}

/* A record that comes before what is on the screen moves nothing on it. */
static void
test_stays (void)
{
  TestPage test;
  GtkAdjustment *down;
  g_autofree char *id = NULL;
  int height;

  setup (&test, 400, 1024);
  test_desk_until (is_tall, &test);
  down = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (test.list));
  height = get_row_height (&test);
  gtk_adjustment_set_value (down, height * 100);
  test.expected = (guint)(height * 100);
  id = test_desk_create (&test.base, "account", "name", "A first one", NULL);
  test_desk_until (has_moved, &test);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (down), height * 101, 1);
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/list-page/titles", test_titles);
  g_test_add_func ("/ui/list-page/room", test_room);
  g_test_add_func ("/ui/list-page/wider", test_wider);
  g_test_add_func ("/ui/list-page/filters", test_filters);
  g_test_add_func ("/ui/list-page/empty", test_empty);
  g_test_add_func ("/ui/list-page/empty-link", test_empty_link);
  g_test_add_func ("/ui/list-page/empty-narrow", test_empty_narrow);
  g_test_add_func ("/ui/list-page/order", test_order);
  g_test_add_func ("/ui/list-page/delete-many", test_delete_many);
  g_test_add_func ("/ui/list-page/edit-many", test_edit_many);
  g_test_add_func ("/ui/list-page/hostile-route", test_hostile_route);
  g_test_add_func ("/ui/list-page/stays", test_stays);
  return g_test_run ();
}
