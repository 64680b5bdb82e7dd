/* The page that is made ahead of its record, on a display: it shows what is there when it is opened, and
 * nothing that was before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "protocol/error.h"
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/form/page.h"
#include "ui/spare.h"

typedef struct {
  TestDesk base;
  GtkWindow *window;
  GtkStack *workspace;
  SatchelSpare *spare;
} TestSpare;

static void
setup (TestSpare *test)
{
  *test = (TestSpare){ 0 };
  test_desk_setup (&test->base);
  test->window = GTK_WINDOW (adw_window_new ());
  test->workspace = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_child (test->workspace, gtk_label_new ("a list"));
  gtk_window_set_default_size (test->window, 1000, 700);
  adw_window_set_content (ADW_WINDOW (test->window), GTK_WIDGET (test->workspace));
  gtk_window_present (test->window);
  test->spare = satchel_spare_new (test->workspace, test->base.desk);
}

static void
teardown (TestSpare *test)
{
  satchel_spare_free (test->spare);
  gtk_window_destroy (test->window);
  test_desk_teardown (&test->base);
}

static GtkWidget *
get_prepared (TestSpare *test)
{
  return test_seek_widget (GTK_WIDGET (test->workspace), SATCHEL_TYPE_RECORD_PAGE, NULL);
}

static gboolean
is_prepared (gpointer data)
{
  return get_prepared (data) != NULL;
}

/* As from the list of @entity, until the page is there. */
static GtkWidget *
prepare (TestSpare *test, const char *entity)
{
  g_autoptr (SatchelRoute) list = satchel_route_new_list (entity, NULL, NULL);

  satchel_spare_follow (test->spare, list);
  test_desk_until (is_prepared, test);
  g_assert_false (gtk_widget_get_visible (get_prepared (test)));
  return get_prepared (test);
}

static SatchelPage *
open_record (TestSpare *test, const char *entity, const char *id, GError **error)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_record (entity, id);

  return satchel_spare_open (test->spare, route, error);
}

/* A change that was made between the making and the opening is seen, and the page belongs to one record
 * alone. */
static void
test_fresh (void)
{
  TestSpare test;
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;
  SatchelPage *page, *other;
  GtkWidget *prepared;

  setup (&test);
  prepared = prepare (&test, "account");
  first = test_desk_create (&test.base, "account", "name", "Made later", NULL);
  second = test_desk_create (&test.base, "account", "name", "Another", NULL);
  page = open_record (&test, "account", first, &error);
  g_assert_no_error (error);
  g_assert_true (GTK_WIDGET (page) == prepared);
  g_assert_cmpstr (satchel_page_get_title (page), ==, "Made later");
  other = open_record (&test, "account", second, &error);
  g_assert_no_error (error);
  g_assert_true (other != page);
  g_assert_cmpstr (satchel_page_get_title (other), ==, "Another");
  g_assert_cmpstr (satchel_page_get_title (page), ==, "Made later");
  g_object_ref_sink (other);
  g_object_unref (other);
  teardown (&test);
}

/* What was deleted meanwhile is refused, and the page waits for the next. */
static void
test_deleted (void)
{
  TestSpare test;
  g_autofree char *id = NULL, *next = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelEntity *account;
  GtkWidget *prepared;
  SatchelPage *page;

  setup (&test);
  account = satchel_registry_find (satchel_desk_get_registry (test.base.desk), "account");
  id = test_desk_create (&test.base, "account", "name", "Short-lived", NULL);
  next = test_desk_create (&test.base, "account", "name", "Stays", NULL);
  prepared = prepare (&test, "account");
  g_free (satchel_session_delete (test.base.other, account, id, &error));
  g_assert_no_error (error);
  g_assert_null (open_record (&test, "account", id, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  page = open_record (&test, "account", next, &error);
  g_assert_no_error (error);
  g_assert_true (GTK_WIDGET (page) == prepared);
  g_assert_cmpstr (satchel_page_get_title (page), ==, "Stays");
  teardown (&test);
}

/* Of another entity another page; the one nobody opened goes. Other definitions, none. */
static void
test_dropped (void)
{
  TestSpare test;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *prepared;
  SatchelPage *page;

  setup (&test);
  id = test_desk_create (&test.base, "account", "name", "Acme", NULL);
  prepared = prepare (&test, "account");
  g_object_add_weak_pointer (G_OBJECT (prepared), (gpointer *)&prepared);
  prepare (&test, "contact");
  g_assert_null (prepared);
  prepared = get_prepared (&test);
  g_object_add_weak_pointer (G_OBJECT (prepared), (gpointer *)&prepared);
  g_signal_emit_by_name (test.base.desk, "definitions");
  g_assert_null (prepared);
  g_assert_null (get_prepared (&test));
  page = open_record (&test, "account", id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (satchel_page_get_title (page), ==, "Acme");
  g_object_ref_sink (page);
  g_object_unref (page);
  teardown (&test);
}

/* Nothing of the profile is kept by a page that waits: the session ends with the desk's closing, and nobody
 * opens a record of it. */
static void
test_closed (void)
{
  TestSpare test;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  setup (&test);
  id = test_desk_create (&test.base, "account", "name", "Acme", NULL);
  prepare (&test, "account");
  satchel_desk_close (test.base.desk);
  g_assert_null (satchel_desk_get_session (test.base.desk));
  g_assert_null (open_record (&test, "account", id, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED);
  teardown (&test);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/spare/fresh", test_fresh);
  g_test_add_func ("/spare/deleted", test_deleted);
  g_test_add_func ("/spare/dropped", test_dropped);
  g_test_add_func ("/spare/closed", test_closed);
  return g_test_run ();
}
