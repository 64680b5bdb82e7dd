/* The palette by the keyboard: what one typed is found, chosen and gone to; where one was is at hand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "client/views.h"
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/palette/commands.h"
#include "ui/palette/palette.h"
#include "ui/palette/recent.h"
#include "ui/palette/search.h"

typedef struct {
  TestDesk base;
  GtkWidget *owner;
  GtkWindow *palette; /* weak */
  char *gone;         /* the target of the last "win.go" */
} TestPalette;

static void
go_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TestPalette *test = data;

  g_free (test->gone);
  test->gone = g_variant_dup_string (parameter, NULL);
}

static void
setup (TestPalette *test)
{
  const GActionEntry entries[] = { { "go", go_cb, "s", NULL, NULL, { 0 } } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  *test = (TestPalette){ 0 };
  test_desk_setup (&test->base);
  test_desk_create_accounts (&test->base, 30);
  test->owner = gtk_window_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), test);
  gtk_widget_insert_action_group (test->owner, "win", G_ACTION_GROUP (actions));
}

static void
open_palette (TestPalette *test)
{
  test->palette = satchel_palette_new (GTK_WINDOW (test->owner), test->base.desk);
  g_object_add_weak_pointer (G_OBJECT (test->palette), (gpointer *)&test->palette);
  gtk_window_present (test->palette);
}

static void
teardown (TestPalette *test)
{
  gtk_window_destroy (GTK_WINDOW (test->owner));
  test_desk_teardown (&test->base);
  g_assert_null (test->palette);
  g_free (test->gone);
}

/* ---- keys ---- */

/* Through the controller that has them, as GTK would: there is no other way to a key press without a window
 * manager. */
static void
press (TestPalette *test, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (test->palette));
  gboolean taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !taken; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller) &&
        gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
      g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &taken);
  }
  g_assert_true (taken);
}

static GtkWidget *
get_entry (TestPalette *test)
{
  return test_find_widget (GTK_WIDGET (test->palette), GTK_TYPE_SEARCH_ENTRY, NULL);
}

static GtkListBox *
get_list (TestPalette *test)
{
  return GTK_LIST_BOX (test_find_widget (GTK_WIDGET (test->palette), GTK_TYPE_LIST_BOX, NULL));
}

static gboolean
is_gone (gpointer data)
{
  return ((TestPalette *)data)->gone != NULL;
}

static gboolean
starts_with_account_7 (gpointer data)
{
  return test_seek_widget (GTK_WIDGET (get_list (data)), GTK_TYPE_LABEL, "Account 00007") != NULL;
}

/* Enter before the answer is there takes the first of it. */
static void
test_enter (void)
{
  TestPalette test;

  setup (&test);
  open_palette (&test);
  gtk_editable_set_text (GTK_EDITABLE (get_entry (&test)), "account 00007");
  g_signal_emit_by_name (get_entry (&test), "activate");
  test_desk_until (is_gone, &test);
  g_assert_true (g_str_has_prefix (test.gone, "satchel://account/"));
  g_assert_null (test.palette);
  teardown (&test);
}

static void
test_arrows (void)
{
  TestPalette test;
  GtkListBoxRow *row;

  setup (&test);
  open_palette (&test);
  gtk_editable_set_text (GTK_EDITABLE (get_entry (&test)), "00007");
  test_desk_until (starts_with_account_7, &test);
  gtk_editable_set_text (GTK_EDITABLE (get_entry (&test)), "advanced find account");
  g_signal_emit_by_name (get_entry (&test), "activate");
  test_desk_until (is_gone, &test);
  g_assert_cmpstr (test.gone, ==, "satchel://find/account");

  /* Down and up, and no farther than the ends. */
  open_palette (&test);
  row = gtk_list_box_get_selected_row (get_list (&test));
  g_assert_cmpint (gtk_list_box_row_get_index (row), ==, 0);
  press (&test, GDK_KEY_Up);
  g_assert_true (gtk_list_box_get_selected_row (get_list (&test)) == row);
  press (&test, GDK_KEY_Down);
  g_assert_cmpint (gtk_list_box_row_get_index (gtk_list_box_get_selected_row (get_list (&test))), ==, 1);
  for (guint i = 0; i < 40; i++)
    press (&test, GDK_KEY_Page_Down);
  row = gtk_list_box_get_selected_row (get_list (&test));
  g_assert_null (gtk_list_box_get_row_at_index (get_list (&test), gtk_list_box_row_get_index (row) + 1));
  g_signal_emit_by_name (get_entry (&test), "stop-search");
  teardown (&test);
}

/* Closed while it searches: nothing comes of it. */
static void
test_closed (void)
{
  TestPalette test;

  setup (&test);
  open_palette (&test);
  gtk_editable_set_text (GTK_EDITABLE (get_entry (&test)), "account");
  g_signal_emit_by_name (get_entry (&test), "stop-search");
  teardown (&test);
  g_assert_null (test.gone);
}

/* ---- without a window ---- */

static void
test_search (void)
{
  TestPalette test;
  g_autofree char *contact = NULL, *third = NULL;
  g_autoptr (GPtrArray) recent = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_route_unref),
                        hits = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelHit *hit;

  setup (&test);
  third = test_desk_create (&test.base, "account", "name", "Account 99999", NULL);
  contact = test_desk_create (&test.base, "contact", "last_name", "Account Manager", NULL);
  g_ptr_array_add (recent, satchel_route_new_record ("account", third));
  hits = satchel_search_everything (satchel_desk_get_session (test.base.desk), "  Account ", recent, NULL,
                                    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hits->len, ==, SATCHEL_MOST_HITS + 1);
  hit = hits->pdata[0];
  g_assert_cmpstr (hit->title, ==, "Account 99999");
  hit = hits->pdata[SATCHEL_MOST_HITS];
  g_assert_cmpstr (hit->entity, ==, "contact");
  none = satchel_search_everything (satchel_desk_get_session (test.base.desk), "  ", recent, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  teardown (&test);
}

static void
test_recent (void)
{
  TestPalette test;
  SatchelRecent *recent;
  g_autofree char *one_id = NULL, *other_id = NULL, *title = NULL;
  g_autoptr (SatchelRoute) one = NULL, other = NULL, list = satchel_route_new_list ("account", NULL, NULL);
  g_autoptr (GPtrArray) visited = NULL, pinned = NULL, rest = NULL;

  setup (&test);
  recent = satchel_recent_get (test.base.desk);
  one_id = test_desk_create (&test.base, "account", "name", "One", NULL);
  other_id = test_desk_create (&test.base, "account", "name", "Other", NULL);
  one = satchel_route_new_record ("account", one_id);
  other = satchel_route_new_record ("account", other_id);
  satchel_recent_visit (recent, one);
  satchel_recent_visit (recent, other);
  satchel_recent_visit (recent, list);
  satchel_recent_visit (recent, one);
  visited = satchel_recent_list (recent);
  g_assert_cmpuint (visited->len, ==, 2);
  g_assert_true (satchel_route_equal (visited->pdata[0], one));
  title = satchel_recent_dup_title (test.base.desk, one);
  g_assert_cmpstr (title, ==, "One");

  satchel_recent_set_pinned (recent, one, TRUE);
  g_assert_true (satchel_recent_is_pinned (recent, one));
  pinned = satchel_recent_list_pinned (recent);
  rest = satchel_recent_list (recent);
  g_assert_cmpuint (pinned->len, ==, 1);
  g_assert_cmpuint (rest->len, ==, 1);
  g_assert_true (satchel_route_equal (rest->pdata[0], other));
  teardown (&test);
}

/* It is there the next time the profile is opened. */
static gboolean
is_kept (gpointer data)
{
  TestPalette *test = data;

  return satchel_replica_peek_meta (satchel_session_get_replica (test->base.other), "pinned") != NULL;
}

static void
test_kept (void)
{
  TestPalette test;
  g_autofree char *id = NULL, *link = NULL;
  g_autoptr (SatchelRoute) route = NULL;

  setup (&test);
  id = test_desk_create (&test.base, "account", "name", "One", NULL);
  route = satchel_route_new_record ("account", id);
  link = satchel_route_to_text (route);
  satchel_recent_set_pinned (satchel_recent_get (test.base.desk), route, TRUE);
  test_desk_until (is_kept, &test);
  g_assert_cmpstr (satchel_replica_peek_meta (satchel_session_get_replica (test.base.other), "pinned"), ==,
                   link);
  teardown (&test);
}

static void
test_match (void)
{
  g_assert_true (satchel_commands_match ("New: Account", "acc new"));
  g_assert_true (satchel_commands_match ("Überfällige Aufgaben", "überf AUF"));
  g_assert_true (satchel_commands_match ("anything", ""));
  g_assert_false (satchel_commands_match ("New: Account", "accx"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/palette/enter", test_enter);
  g_test_add_func ("/palette/arrows", test_arrows);
  g_test_add_func ("/palette/closed", test_closed);
  g_test_add_func ("/palette/search", test_search);
  g_test_add_func ("/palette/recent", test_recent);
  g_test_add_func ("/palette/kept", test_kept);
  g_test_add_func ("/palette/match", test_match);
  return g_test_run ();
}
