/* The outbox as widgets, on a display of their own: a refused change is mended in place, and given up and
 * taken back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/form/editor.h"
#include "ui/inbox/set-row.h"
#include "ui/window.h"

static AdwApplication *application; /* a process has one */

typedef struct {
  TestDesk desk;
  SatchelWindow *window;
  gint64 wanted; /* parked sets, for has_parked() */
} Test;

/* A create that the server refused for its phone number. */
static void
park (Test *test)
{
  g_autofree char *id = test_desk_create (&test->desk, "account", "name", "Acme & <Co>", NULL);
  SatchelOutbox *outbox = satchel_session_get_outbox (test->desk.other);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPush) push = satchel_outbox_next_push (outbox, &error);
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();
  SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

  g_assert_no_error (error);
  outcome->uuid = g_strdup (((SatchelChangeSet *)push->sets->pdata[0])->uuid);
  outcome->number = ((SatchelChangeSet *)push->sets->pdata[0])->number;
  outcome->state = SATCHEL_OUTCOME_PARKED;
  outcome->code = SATCHEL_ERROR_RULE;
  outcome->reason = g_strdup ("a phone number is wanted");
  outcome->field = g_strdup ("phone");
  g_ptr_array_add (answer->outcomes, outcome);
  g_assert_true (satchel_outbox_take_answer (outbox, answer, &error));
}

static GtkWidget *
seek_row (Test *test)
{
  return test_seek_widget (GTK_WIDGET (test->window), SATCHEL_TYPE_SET_ROW, NULL);
}

static gboolean
has_row (gpointer test)
{
  return seek_row (test) != NULL;
}

static gboolean
has_parked (gpointer data)
{
  Test *test = data;
  g_autoptr (GError) error = NULL;
  gint64 count;

  g_assert_true (satchel_outbox_count (satchel_session_get_outbox (test->desk.other), SATCHEL_SET_PARKED,
                                       &count, &error));
  return count == test->wanted;
}

static void
until_parked (Test *test, gint64 wanted)
{
  test->wanted = wanted;
  test_desk_until (has_parked, test);
}

static void
setup (Test *test)
{
  g_autoptr (SatchelRoute) route = satchel_route_new (SATCHEL_ROUTE_OUTBOX);

  test_desk_setup (&test->desk);
  park (test);
  test->window = satchel_window_new (application);
  satchel_window_show_desk (test->window, test->desk.desk);
  satchel_window_go (test->window, route);
  gtk_window_present (GTK_WINDOW (test->window));
  test_desk_until (has_row, test);
}

static void
teardown (Test *test)
{
  test_close_window (GTK_WINDOW (test->window));
  test_desk_teardown (&test->desk);
}

/* ---- the tests ---- */

static GtkWidget *
seek_editor (GtkWidget *root, const char *field)
{
  if (SATCHEL_IS_EDITOR (root) && g_str_equal (satchel_editor_get_field (SATCHEL_EDITOR (root))->name, field))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = seek_editor (child, field);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
has_other (gpointer data)
{
  return test_seek_widget (GTK_WIDGET (((Test *)data)->window), SATCHEL_TYPE_SET_ROW, "Other") != NULL;
}

static void
test_edit (void)
{
  Test test = { 0 };
  g_autoptr (SatchelValue) phone = satchel_value_new_string ("+40 264 123 456");
  GtkWidget *row, *editor;

  setup (&test);
  row = seek_row (&test);
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (row)));
  test_click (row, "Edit");
  editor = seek_editor (row, "phone"); /* it did not write it, but it is wanted */
  g_assert_nonnull (editor);
  satchel_editor_set_value (SATCHEL_EDITOR (editor), phone);

  /* Something else happens meanwhile: what is typed stays. */
  g_free (test_desk_create (&test.desk, "account", "name", "Other", NULL));
  test_desk_until (has_other, &test);
  g_assert_true (seek_editor (seek_row (&test), "phone") == editor);
  test_click (seek_row (&test), "Save and Send");
  until_parked (&test, 0);
  teardown (&test);
}

static void
test_discard (void)
{
  Test test = { 0 };

  setup (&test);
  test_click (seek_row (&test), "Discard");
  until_parked (&test, 0);
  while (!g_action_group_get_action_enabled (G_ACTION_GROUP (test.window), "undo"))
    g_main_context_iteration (NULL, TRUE);
  g_action_group_activate_action (G_ACTION_GROUP (test.window), "undo", NULL);
  until_parked (&test, 1);
  test_desk_until (has_row, &test);
  teardown (&test);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  application = adw_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  g_test_add_func ("/ui/outbox-page/edit", test_edit);
  g_test_add_func ("/ui/outbox-page/discard", test_discard);
  return g_test_run ();
}
