/* Dialogs of actions, undo and the timeline as widgets, on a display of their own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/act/act.h"
#include "ui/act/dialog.h"
#include "ui/act/undo.h"
#include "ui/form/editor.h"
#include "ui/record/associated.h"
#include "ui/record/attachments.h"
#include "ui/record/history.h"
#include "ui/record/timeline.h"
#include "ui/sync/sync.h"
#include "ui/window.h"

static AdwApplication *application; /* a process has one */

typedef struct {
  TestDesk desk;
  SatchelWindow *window;
} Test;

static gboolean
is_offline (gpointer sync)
{
  return satchel_sync_get_standing (sync) == SATCHEL_STANDING_OFFLINE;
}

/* Offline: what a server may have got, though it never answered, has no way back. */
static void
setup (Test *test)
{
  SatchelSync *sync;

  test_desk_setup (&test->desk);
  sync = satchel_sync_get (test->desk.desk);
  satchel_sync_set_offline (sync, TRUE);
  test_desk_until (is_offline, sync);
  test->window = satchel_window_new (application);
  satchel_window_show_desk (test->window, test->desk.desk);
  gtk_window_present (GTK_WINDOW (test->window));
}

static void
teardown (Test *test)
{
  test_close_window (GTK_WINDOW (test->window));
  test_desk_teardown (&test->desk);
}

static const SatchelEntity *
entity_of (Test *test, const char *name)
{
  return satchel_registry_find (satchel_desk_get_registry (test->desk.desk), name);
}

/* ---- finding ---- */

/* As assistive programs hear it. */
static gboolean
is_named (GtkWidget *widget, const char *name)
{
  g_autofree char *other =
      gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  return other == NULL;
}

/* The first widget below @widget that is of the type and, with @name, has it as its label or title. */
static GtkWidget *
find (GtkWidget *widget, GType type, const char *name)
{
  g_autofree char *label = NULL;

  if (GTK_IS_BUTTON (widget) && name != NULL)
    g_object_get (widget, "label", &label, NULL);
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) &&
      (name == NULL || g_strcmp0 (label, name) == 0 || is_named (widget, name)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type, name);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (SATCHEL_IS_ACT_DIALOG (window))
      return window;
  }
  return NULL;
}

static gboolean
has_no_dialog (gpointer data)
{
  return find_dialog () == NULL;
}

static void
press (GtkWidget *parent, const char *label)
{
  GtkWidget *button = find (parent, GTK_TYPE_BUTTON, label);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
fill (GtkWidget *dialog, const char *name, const char *text)
{
  GPtrArray *stack = g_ptr_array_new ();
  gboolean filled = FALSE;

  g_ptr_array_add (stack, dialog);
  while (stack->len > 0 && !filled) {
    GtkWidget *widget = g_ptr_array_steal_index (stack, stack->len - 1);

    if (SATCHEL_IS_EDITOR (widget) &&
        g_str_equal (satchel_editor_get_field (SATCHEL_EDITOR (widget))->name, name)) {
      SatchelValue *value = NULL;

      g_assert_true (
          satchel_value_from_text (satchel_editor_get_field (SATCHEL_EDITOR (widget)), text, &value, NULL));
      satchel_editor_take (SATCHEL_EDITOR (widget), value, NULL);
      filled = TRUE;
    }
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      g_ptr_array_add (stack, child);
  }
  g_ptr_array_unref (stack);
  g_assert_true (filled);
}

/* ---- waiting for what is stored ---- */

typedef struct {
  Test *test;
  const char *entity, *id, *field, *expected; /* field NULL: whether it is there at all */
} Expected;

static gboolean
is_stored (gpointer data)
{
  const Expected *expected = data;
  const SatchelEntity *entity = entity_of (expected->test, expected->entity);
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *text = NULL;

  g_assert_true (satchel_replica_read (satchel_session_get_replica (expected->test->desk.other), entity,
                                       expected->id, &record, NULL));
  if (expected->field == NULL || record == NULL)
    return (record != NULL) == (expected->expected != NULL) && expected->field == NULL;
  text = satchel_value_to_text (satchel_entity_find_field (entity, expected->field),
                                satchel_record_get_by_name (record, expected->field));
  return g_str_equal (text, expected->expected);
}

static void
until_stored (Test *test, const char *entity, const char *id, const char *field, const char *text)
{
  Expected expected = { test, entity, id, field, text };

  test_desk_until (is_stored, &expected);
}

static void
act (Test *test, const char *entity, const char *id, const char *action)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  g_ptr_array_add (ids, (gpointer)id);
  satchel_act (GTK_WIDGET (test->window), test->desk.desk, entity_of (test, entity), ids,
               satchel_action_find (action, entity_of (test, entity)));
}

static gboolean
can_undo (gpointer data)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (((Test *)data)->window), "undo");

  return action != NULL && g_action_get_enabled (action);
}

static void
undo (Test *test)
{
  test_desk_until (can_undo, test);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->window), "win.undo", NULL));
  g_assert_false (can_undo (test));
}

static gboolean
is_mapped (gpointer window)
{
  return gtk_widget_get_mapped (window);
}

typedef struct {
  GtkWidget *window;
  const char *words;
} Said;

static gboolean
is_said (gpointer data)
{
  const Said *said = data;

  return test_seek_widget (said->window, GTK_TYPE_LABEL, said->words) != NULL;
}

static gboolean
is_there (gpointer data)
{
  const Said *said = data;

  return test_seek_widget (said->window, GTK_TYPE_BUTTON, said->words) != NULL;
}

static gboolean
is_not_said (gpointer data)
{
  return !is_said (data);
}

/* ---- tests ---- */

static void
test_delete (void)
{
  Test test;
  g_autofree char *id = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  setup (&test);
  id = test_desk_create (&test.desk, "account", "name", "<b>Acme & Co</b>", NULL);
  g_ptr_array_add (ids, id);
  satchel_act_delete (GTK_WIDGET (test.window), test.desk.desk, entity_of (&test, "account"), ids);
  until_stored (&test, "account", id, NULL, NULL);
  test_desk_until (is_said, &(Said){ GTK_WIDGET (test.window), "Delete: <b>Acme & Co</b>" });
  undo (&test);
  until_stored (&test, "account", id, NULL, "there");
  test_desk_until (has_no_dialog, NULL);
  teardown (&test);
}

/* What is required is asked for before the button can be pressed; what was lost is open again by one undo. */
static void
test_lose (void)
{
  Test test;
  g_autofree char *account = NULL, *id = NULL;
  GtkWidget *dialog;

  setup (&test);
  account = test_desk_create (&test.desk, "account", "name", "Acme", NULL);
  id = test_desk_create (&test.desk, "opportunity", "name", "Mill", "account", account, "stage",
                         "development", NULL);
  act (&test, "opportunity", id, "lose");
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  g_assert_false (gtk_widget_is_sensitive (find (dialog, GTK_TYPE_BUTTON, "Lose")));
  fill (dialog, "close_reason", "price");
  press (dialog, "Lose");
  until_stored (&test, "opportunity", id, "stage", "lost");
  test_desk_until (has_no_dialog, NULL);
  undo (&test);
  until_stored (&test, "opportunity", id, "stage", "development");
  until_stored (&test, "opportunity", id, "close_reason", "");
  teardown (&test);
}

/* The cursor is where something is asked, and Enter does it. */
static void
test_enter (void)
{
  Test test;
  g_autofree char *id = NULL;
  GtkWidget *entry;

  setup (&test);
  id = test_desk_create (&test.desk, "task", "subject", "Call", NULL);
  act (&test, "task", id, "complete");
  entry = find (find_dialog (), GTK_TYPE_ENTRY, NULL);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (find_dialog ())),
                                         find (find_dialog (), GTK_TYPE_SCROLLED_WINDOW, NULL)));
  g_signal_emit_by_name (gtk_editable_get_delegate (GTK_EDITABLE (entry)), "activate");
  until_stored (&test, "task", id, "status", "completed");
  test_desk_until (has_no_dialog, NULL);
  teardown (&test);
}

/* Of the navigation: the row that is marked as the place where one is. */
static void
test_marked (void)
{
  Test test;
  GtkWidget *areas;

  setup (&test);
  areas = test_find_widget (GTK_WIDGET (test.window), GTK_TYPE_LIST_BOX, "Areas");
  g_assert_cmpint (gtk_list_box_row_get_index (gtk_list_box_get_selected_row (GTK_LIST_BOX (areas))), ==, 0);
  /* As the keyboard does that passes. */
  gtk_list_box_select_row (GTK_LIST_BOX (areas), gtk_list_box_get_row_at_index (GTK_LIST_BOX (areas), 2));
  g_assert_cmpint (gtk_list_box_row_get_index (gtk_list_box_get_selected_row (GTK_LIST_BOX (areas))), ==, 0);
  teardown (&test);
}

static gpointer
nothing_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return NULL;
}

/* What is offered takes the place of what was said, and the next offer that of the last, however quickly they
 * come: none is taken from libadwaita before it has come to rest. */
static void
test_toasts (void)
{
  Test test;
  Said plain = { NULL, "Two" }, last = { NULL, "Offer 5" };

  setup (&test);
  plain.window = last.window = GTK_WIDGET (test.window);
  test_desk_until (is_mapped, test.window);
  satchel_window_toast (test.window, "One", NULL, NULL);
  satchel_window_toast (test.window, "Two", NULL, NULL);
  for (guint i = 0; i < 6; i++) {
    g_autofree char *words = g_strdup_printf ("Offer %u", i);
    gint64 until = g_get_monotonic_time () + 40000;

    satchel_undo_offer (GTK_WIDGET (test.window), test.desk.desk, words, nothing_job, NULL, NULL);
    g_assert_true (can_undo (&test));
    g_assert_true (is_not_said (&plain));
    while (g_get_monotonic_time () < until)
      g_main_context_iteration (NULL, FALSE);
  }
  test_desk_until (is_said, &last);
  undo (&test);
  test_desk_until (is_said, &plain);
  test_desk_until (is_not_said, &last);
  teardown (&test);
}

static gboolean
has_problem (gpointer data)
{
  for (GtkWidget *widget = gtk_widget_get_first_child (find_dialog ()); widget != NULL;
       widget = gtk_widget_get_first_child (widget))
    for (GtkWidget *child = widget; child != NULL; child = gtk_widget_get_next_sibling (child))
      if (gtk_widget_has_css_class (child, "error") && gtk_widget_get_visible (child))
        return TRUE;
  return FALSE;
}

/* One that is refused keeps its dialog open, with the reason. */
static void
test_refused (void)
{
  Test test;
  g_autofree char *id = NULL;
  GtkWidget *dialog;

  setup (&test);
  id = test_desk_create (&test.desk, "task", "subject", "Call", "status", "cancelled", NULL);
  act (&test, "task", id, "complete");
  dialog = find_dialog ();
  press (dialog, "Complete");
  test_desk_until (has_problem, NULL);
  g_assert_true (dialog == find_dialog ());
  gtk_window_close (GTK_WINDOW (dialog));
  test_desk_until (has_no_dialog, NULL);
  teardown (&test);
}

static void
test_merge (void)
{
  Test test;
  g_autofree char *one = NULL, *other = NULL, *third = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  setup (&test);
  one = test_desk_create (&test.desk, "account", "name", "Acme", "city", "Cluj", NULL);
  other = test_desk_create (&test.desk, "account", "name", "Acme Ltd", "phone", "1", NULL);
  third = test_desk_create (&test.desk, "account", "name", "Acme SRL", NULL);
  g_ptr_array_add (ids, one);
  g_ptr_array_add (ids, other);
  /* None of three is left out without a word. */
  g_ptr_array_add (ids, third);
  satchel_act (GTK_WIDGET (test.window), test.desk.desk, entity_of (&test, "account"), ids,
               satchel_action_find ("merge", entity_of (&test, "account")));
  g_assert_null (find_dialog ());
  test_find_widget (GTK_WIDGET (test.window), GTK_TYPE_LABEL, "Two records at a time can be merged.");
  g_ptr_array_set_size (ids, 2);
  satchel_act (GTK_WIDGET (test.window), test.desk.desk, entity_of (&test, "account"), ids,
               satchel_action_find ("merge", entity_of (&test, "account")));
  press (find_dialog (), "Merge");
  until_stored (&test, "account", one, "phone", "1");
  until_stored (&test, "account", other, "status", "inactive");
  undo (&test);
  until_stored (&test, "account", other, "status", "active");
  teardown (&test);
}

static void
test_qualify (void)
{
  Test test;
  g_autofree char *id = NULL;

  setup (&test);
  id = test_desk_create (&test.desk, "lead", "topic", "Mill", "company", "Acme", "last_name", "Ion", NULL);
  act (&test, "lead", id, "qualify");
  press (find_dialog (), "Qualify");
  until_stored (&test, "lead", id, "status", "qualified");
  undo (&test);
  until_stored (&test, "lead", id, "status", "open");
  teardown (&test);
}

/* What the state does not allow is not offered. */
static gboolean
offers (GMenuModel *menu, const char *name)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++) {
    g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
    g_autoptr (GVariant) target =
        g_menu_model_get_item_attribute_value (menu, i, G_MENU_ATTRIBUTE_TARGET, G_VARIANT_TYPE_STRING);

    if ((section != NULL && offers (section, name)) ||
        (target != NULL && g_str_equal (g_variant_get_string (target, NULL), name)))
      return TRUE;
  }
  return FALSE;
}

static void
test_menu (void)
{
  static const struct {
    const char *status, *action;
    gboolean offered;
  } cases[] = { { "open", "complete", TRUE },      { "open", "reopen", FALSE },
                { "open", "assign", TRUE },        { "open", "restore", FALSE },
                { "open", "unshare", FALSE },      { "completed", "reopen", TRUE },
                { "completed", "complete", FALSE } };
  Test test;

  setup (&test);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id =
        test_desk_create (&test.desk, "task", "subject", "Call", "status", cases[i].status, NULL);
    g_autoptr (SatchelRecord) record = NULL;
    g_autoptr (GMenuModel) menu = NULL;

    g_assert_true (satchel_replica_read (satchel_session_get_replica (test.desk.other),
                                         entity_of (&test, "task"), id, &record, NULL));
    menu = satchel_act_menu_new (test.desk.desk, entity_of (&test, "task"), record);
    g_test_message ("%s, %s", cases[i].status, cases[i].action);
    g_assert_cmpint (offers (menu, cases[i].action), ==, cases[i].offered);
  }
  teardown (&test);
}

/* ---- beside the form ---- */

static gboolean
has_rows (gpointer data)
{
  GtkWidget *view = find (data, GTK_TYPE_LIST_VIEW, NULL);

  return view != NULL && gtk_widget_get_first_child (view) != NULL;
}

static void
test_timeline (void)
{
  Test test;
  g_autofree char *account = NULL;
  GtkWidget *window = gtk_window_new (), *timeline, *entry;

  setup (&test);
  account = test_desk_create (&test.desk, "account", "name", "Acme", NULL);
  timeline = satchel_timeline_new (test.desk.desk, entity_of (&test, "account"), account);
  gtk_window_set_child (GTK_WINDOW (window), timeline);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (test.window));
  gtk_window_present (GTK_WINDOW (window));
  entry = find (timeline, GTK_TYPE_ENTRY, NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "Wants an offer");
  press (timeline, "Add");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  test_desk_until (has_rows, timeline);
  undo (&test);
  gtk_window_destroy (GTK_WINDOW (window));
  teardown (&test);
}

static gboolean
is_shown (gpointer data)
{
  return gtk_widget_get_mapped (data);
}

static void
go_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_free (*(char **)data);
  *(char **)data = g_variant_dup_string (parameter, NULL);
}

static void
test_associated (void)
{
  const GActionEntry go = { .name = "go", .activate = go_cb, .parameter_type = "s" };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (SatchelRoute) route = NULL;
  g_autofree char *gone = NULL;
  Test test;
  g_autofree char *account = NULL, *contact = NULL;
  GtkWidget *window = gtk_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  setup (&test);
  account = test_desk_create (&test.desk, "account", "name", "Acme", NULL);
  contact = test_desk_create (&test.desk, "contact", "last_name", "Ion", "account", account, NULL);
  gtk_box_append (GTK_BOX (box),
                  satchel_associated_new (test.desk.desk, entity_of (&test, "account"), account));
  gtk_box_append (GTK_BOX (box),
                  satchel_attachments_new (test.desk.desk, entity_of (&test, "account"), account));
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 600);
  gtk_window_present (GTK_WINDOW (window));
  test_desk_until (is_shown, find (box, GTK_TYPE_COLUMN_VIEW, NULL));
  /* The whole condition of the list goes along to advanced find. */
  g_action_map_add_action_entries (G_ACTION_MAP (actions), &go, 1, &gone);
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (actions));
  g_signal_emit_by_name (test_find_widget (box, GTK_TYPE_BUTTON, "Advanced Find…"), "clicked");
  route = satchel_route_from_text (gone, NULL);
  g_assert_cmpint (satchel_route_get_kind (route), ==, SATCHEL_ROUTE_FIND);
  g_assert_cmpstr (satchel_route_get_entity (route), ==, "contact");
  g_assert_nonnull (strstr (satchel_route_get_where (route), account));
  satchel_history_show (GTK_WIDGET (test.window), test.desk.desk, entity_of (&test, "account"), account,
                        NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  teardown (&test);
}

static gboolean
count_frame_cb (GtkWidget *window, GdkFrameClock *clock, gpointer n)
{
  return ++*(guint *)n < 3 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
has_frames (gpointer n)
{
  return *(guint *)n == 3;
}

/* Warnings are fatal here: of labels that are given less than no room, too. */
static void
test_shortcuts (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/satchelcrm/ui/gtk/help-overlay.ui");
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));
  guint n = 0;

  gtk_css_provider_load_from_resource (style, "/org/satchelcrm/ui/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_window_present (window);
  gtk_widget_add_tick_callback (GTK_WIDGET (window), count_frame_cb, &n, NULL);
  test_desk_until (has_frames, &n);
  gtk_window_destroy (window);
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (style));
}

/* What was won has no button for one more line, and says why; its order is one click away, and so is the way
 * back. */
static void
test_won (void)
{
  Test test;
  Said way = { NULL, "Open Order" };
  g_autofree char *quote = NULL, *order = NULL;
  GtkWidget *window = gtk_window_new (), *add;
  SatchelRoute *route;

  setup (&test);
  way.window = GTK_WIDGET (test.window);
  quote = test_desk_create (&test.desk, "quote", "name", "Mill", NULL);
  gtk_window_set_child (GTK_WINDOW (window),
                        satchel_associated_new (test.desk.desk, entity_of (&test, "quote"), quote));
  add = test_find_widget (window, GTK_TYPE_BUTTON, "New Quote Line");
  g_assert_true (gtk_widget_is_sensitive (add));
  act (&test, "quote", quote, "win");
  until_stored (&test, "quote", quote, "status", "won");
  test_desk_until (is_there, &way);
  g_assert_false (gtk_widget_is_sensitive (add));
  gtk_test_accessible_assert_property (
      add, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "“Status” of the Quote is “Won”: its lines cannot be changed any more.");
  test_click (GTK_WIDGET (test.window), "Open Order");
  route = satchel_window_get_route (test.window);
  g_assert_cmpstr (satchel_route_get_entity (route), ==, "order");
  order = g_strdup (satchel_route_get_id (route));
  undo (&test);
  until_stored (&test, "order", order, NULL, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  application = adw_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/ui/act/delete", test_delete);
  g_test_add_func ("/ui/act/lose", test_lose);
  g_test_add_func ("/ui/act/enter", test_enter);
  g_test_add_func ("/ui/act/toasts", test_toasts);
  g_test_add_func ("/ui/navigation/marked", test_marked);
  g_test_add_func ("/ui/act/refused", test_refused);
  g_test_add_func ("/ui/act/merge", test_merge);
  g_test_add_func ("/ui/act/qualify", test_qualify);
  g_test_add_func ("/ui/act/menu", test_menu);
  g_test_add_func ("/ui/record/timeline", test_timeline);
  g_test_add_func ("/ui/record/associated", test_associated);
  g_test_add_func ("/ui/act/won", test_won);
  g_test_add_func ("/ui/shortcuts", test_shortcuts);
  return g_test_run ();
}
