/* The dashboard on a display: figures that follow the records, numbers reached by keyboard that open their
 * lists, names for everything.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "client/replica/query.h"
#include "tests/ui/desk.h"
#include "ui/dashboard/card.h"
#include "ui/dashboard/chart-view.h"
#include "ui/dashboard/page.h"
#include "ui/dashboard/save.h"
#include "ui/dashboard/segment.h"
#include "ui/dashboard/shelf.h"

#define LONG_NAME                                                                                            \
  "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz und Söhne, 北京工程机械有限责任公司"

typedef struct {
  TestDesk base;
  GtkWidget *window;
  GtkWidget *page;
  char *account;
  char *gone; /* the text of the route that was gone to last */
} TestDashboard;

static void
go_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TestDashboard *test = data;

  g_free (test->gone);
  test->gone = g_variant_dup_string (parameter, NULL);
}

static void
add_sale (TestDashboard *test, const char *stage, const char *amount)
{
  g_autofree char *id =
      test_desk_create (&test->base, "opportunity", "name", "Sale", "account", test->account, "stage", stage,
                        "amount", amount, "expected_close", "2025-12-10", "probability", "50", NULL);
}

static void
setup (TestDashboard *test, int width)
{
  static const GActionEntry entries[] = { { .name = "go", .activate = go_action, .parameter_type = "s" } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (SatchelRoute) route = satchel_route_new (SATCHEL_ROUTE_DASHBOARD);
  g_autoptr (GError) error = NULL;

  *test = (TestDashboard){ 0 };
  test_desk_setup (&test->base);
  test->account = test_desk_create (&test->base, "account", "name", LONG_NAME, NULL);
  add_sale (test, "identification", "100");
  add_sale (test, "proposal", "2000.50");
  add_sale (test, "proposal", "0.25");
  test->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (test->window), width, 700);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), test);
  gtk_widget_insert_action_group (test->window, "win", G_ACTION_GROUP (actions));
  test->page = GTK_WIDGET (satchel_dashboard_page_new (test->base.desk, route, &error));
  g_assert_no_error (error);
  gtk_window_set_child (GTK_WINDOW (test->window), test->page);
  gtk_window_present (GTK_WINDOW (test->window));
}

static gboolean
is_gone (gpointer data)
{
  return *(GtkWidget **)data == NULL;
}

/* The page goes as soon as what it has begun has ended. */
static void
teardown (TestDashboard *test)
{
  GtkWidget *page = test->page;

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *)&page);
  gtk_window_destroy (GTK_WINDOW (test->window));
  test_desk_teardown (&test->base);
  test_desk_until (is_gone, &page);
  g_free (test->account);
  g_free (test->gone);
}

/* The widgets of @type below @root, in order; borrowed. */
static void
collect (GtkWidget *root, GType type, GPtrArray *found)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (g_type_is_a (G_OBJECT_TYPE (child), type))
      g_ptr_array_add (found, child);
    collect (child, type, found);
  }
}

static GtkWidget *
nth (GtkWidget *root, GType type, guint n)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (root, type, found);
  return n < found->len ? found->pdata[n] : NULL;
}

static SatchelFigures *
figures_of (TestDashboard *test, guint n)
{
  return satchel_card_get_figures (SATCHEL_CARD (nth (test->page, SATCHEL_TYPE_CARD, n)));
}

static gboolean
is_complete (gpointer data)
{
  TestDashboard *test = data;
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();

  collect (test->page, SATCHEL_TYPE_CARD, cards);
  for (guint i = 0; i < cards->len; i++)
    if (satchel_card_get_figures (cards->pdata[i]) == NULL)
      return FALSE;
  return cards->len > 0 && gtk_widget_get_width (test->page) > 0 &&
         nth (test->page, SATCHEL_TYPE_SEGMENT, 0) != NULL;
}

static void
assert_value (const SatchelFigures *figures, guint group, const char *expected)
{
  g_autofree char *text =
      satchel_figures_display (figures, ((SatchelFigureGroup *)figures->groups->pdata[group])->total.value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_shown (void)
{
  TestDashboard test;
  GtkWidget *view;

  setup (&test, 900);
  test_desk_until (is_complete, &test);
  assert_value (figures_of (&test, 0), 0, "100.00");
  assert_value (figures_of (&test, 0), 3, "2000.75");
  view = nth (test.page, SATCHEL_TYPE_CHART_VIEW, 0);
  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Sales Funnel");
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "In all: 2100.75. Identification: 100.00 (1 record). Qualification: "
                                       "0.00 (0 records). Development: 0.00 "
                                       "(0 records). Proposal: 2000.75 (2 records).");
  gtk_test_accessible_assert_property (nth (view, SATCHEL_TYPE_SEGMENT, 3), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Proposal: 2000.75 (2 records)");
  teardown (&test);
}

static gboolean
has_four (gpointer data)
{
  const SatchelFigures *figures = figures_of (data, 0);

  return figures != NULL && figures->n_records == 4;
}

/* Another program writes: the chart follows, and the number that has the focus keeps it. */
static void
test_live (void)
{
  TestDashboard test;
  GtkWidget *segment;

  setup (&test, 900);
  test_desk_until (is_complete, &test);
  segment = nth (test.page, SATCHEL_TYPE_SEGMENT, 2);
  g_assert_true (gtk_widget_grab_focus (segment));
  add_sale (&test, "development", "7");
  test_desk_until (has_four, &test);
  assert_value (figures_of (&test, 0), 2, "7.00");
  g_assert_true (gtk_widget_is_focus (segment));
  gtk_test_accessible_assert_property (segment, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Development: 7.00 (1 record)");
  teardown (&test);
}

static gint64
count_behind (TestDashboard *test, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRoute) route = satchel_route_from_text (text, &error);
  SatchelRegistry *registry = satchel_desk_get_registry (test->base.desk);
  const SatchelEntity *entity = satchel_registry_find (registry, satchel_route_get_entity (route));
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (registry, entity, satchel_route_get_where (route), &error);
  SatchelPredicateContext context;
  gint64 count = -1;

  g_assert_no_error (error);
  g_assert_cmpstr (satchel_entity_find_view (entity, satchel_route_get_view (route))->where, ==, "");
  satchel_session_get_context (test->base.other, &context);
  g_assert_true (satchel_replica_count (satchel_session_get_replica (test->base.other),
                                        &(SatchelQuery){ .entity = entity, .where = where }, &context, &count,
                                        &error));
  return count;
}

static gboolean
has_gone (gpointer data)
{
  return ((TestDashboard *)data)->gone != NULL;
}

/* As Enter does. */
static void
activate (TestDashboard *test, GtkWidget *segment)
{
  g_clear_pointer (&test->gone, g_free);
  g_assert_true (gtk_widget_activate (segment));
  test_desk_until (has_gone, test);
}

/* Tab comes to a chart once and goes on; arrows lead through it; Enter opens what is behind the number. */
static void
test_keyboard (void)
{
  TestDashboard test;
  GtkWidget *view;

  setup (&test, 900);
  test_desk_until (is_complete, &test);
  view = nth (test.page, SATCHEL_TYPE_CHART_VIEW, 0);
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_is_focus (nth (view, SATCHEL_TYPE_SEGMENT, 0)));
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_UP));
  for (guint i = 1; i < 4; i++) {
    g_assert_true (gtk_widget_child_focus (view, GTK_DIR_DOWN));
    g_assert_true (gtk_widget_is_focus (nth (view, SATCHEL_TYPE_SEGMENT, i)));
  }
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_DOWN));
  activate (&test, nth (view, SATCHEL_TYPE_SEGMENT, 3));
  g_assert_cmpint (count_behind (&test, test.gone), ==, 2);
  /* One stop: Tab leaves, and comes back to where one was. */
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  gtk_window_set_focus (GTK_WINDOW (test.window), NULL);
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_widget_is_focus (nth (view, SATCHEL_TYPE_SEGMENT, 3)));

  /* Parts of a bar stand side by side. */
  view = nth (test.page, SATCHEL_TYPE_CHART_VIEW, 1);
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_RIGHT));
  g_assert_true (gtk_widget_is_focus (nth (view, SATCHEL_TYPE_SEGMENT, 1)));
  activate (&test, nth (view, SATCHEL_TYPE_SEGMENT, 0));
  g_assert_cmpint (count_behind (&test, test.gone), ==, 1);
  teardown (&test);
}

static gboolean
is_empty (gpointer data)
{
  const SatchelFigures *figures = figures_of (data, 0);

  return figures != NULL && figures->groups->len == 0;
}

static void
test_filter (void)
{
  TestDashboard test;

  setup (&test, 900);
  test_desk_until (is_complete, &test);
  /* Last year nothing was expected to close. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (nth (test.page, GTK_TYPE_DROP_DOWN, 1)), 6);
  test_desk_until (is_empty, &test);
  g_assert_null (nth (nth (test.page, SATCHEL_TYPE_CARD, 0), SATCHEL_TYPE_SEGMENT, 0));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (nth (test.page, GTK_TYPE_DROP_DOWN, 1)), 2);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (nth (test.page, GTK_TYPE_DROP_DOWN, 2)), 1);
  test_desk_until (is_complete, &test);
  teardown (&test);
}

/* The other dashboard, then away in the middle of the questions. */
static void
test_other (void)
{
  TestDashboard test;

  setup (&test, 360);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (nth (test.page, GTK_TYPE_DROP_DOWN, 0)), 1);
  for (guint i = 0; i < 20; i++)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (nth (test.page, GTK_TYPE_DROP_DOWN, 1)), i % 9);
  gtk_test_accessible_assert_role (nth (test.page, SATCHEL_TYPE_SHELF, 0), GTK_ACCESSIBLE_ROLE_GROUP);
  teardown (&test);
}

typedef struct {
  const char *path, *words; /* a file is there before what is in it */
} Saved;

static gboolean
is_written (gpointer data)
{
  const Saved *saved = data;
  g_autofree char *bytes = NULL;
  gsize size;

  return g_file_get_contents (saved->path, &bytes, &size, NULL) &&
         memmem (bytes, size, saved->words, strlen (saved->words)) != NULL;
}

static void
test_save (void)
{
  TestDashboard test;
  g_autoptr (GPtrArray) figures = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_figures_unref);
  g_autofree char *pdf = NULL, *csv = NULL;
  g_autoptr (GFile) pdf_file = NULL, csv_file = NULL;

  setup (&test, 900);
  test_desk_until (is_complete, &test);
  pdf = g_build_filename (test.base.dir, "x.pdf", NULL);
  csv = g_build_filename (test.base.dir, "x.csv", NULL);
  pdf_file = g_file_new_for_path (pdf);
  csv_file = g_file_new_for_path (csv);
  g_ptr_array_add (figures, satchel_figures_ref (figures_of (&test, 0)));
  satchel_dashboard_save_to (test.page, test.base.desk, "Sales", "Today", figures, SATCHEL_SAVE_PDF,
                             pdf_file);
  satchel_dashboard_save_to (test.page, test.base.desk, "Sales", "Today", figures, SATCHEL_SAVE_CSV,
                             csv_file);
  test_desk_until (is_written, &(Saved){ pdf, "%%EOF" });
  test_desk_until (is_written, &(Saved){ csv, "Sales Funnel,Proposal,,2000.75,2\r\n" });
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/dashboard/shown", test_shown);
  g_test_add_func ("/ui/dashboard/live", test_live);
  g_test_add_func ("/ui/dashboard/keyboard", test_keyboard);
  g_test_add_func ("/ui/dashboard/filter", test_filter);
  g_test_add_func ("/ui/dashboard/other", test_other);
  g_test_add_func ("/ui/dashboard/save", test_save);
  return g_test_run ();
}
