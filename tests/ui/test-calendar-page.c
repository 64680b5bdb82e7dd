/* The page of the calendar and what is typed into it, as a person finds it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/calendar/calendar-page.h"
#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/calendar/quick-add.h"
#include "ui/calendar/sheet.h"

typedef struct {
  TestDesk base;
  GtkWidget *window, *page;
  const char *sought;
} TestPage;

static void
setup (TestPage *test)
{
  g_autoptr (SatchelRoute) route = satchel_route_new (SATCHEL_ROUTE_CALENDAR);
  g_autoptr (GError) error = NULL;

  *test = (TestPage){ 0 };
  test_desk_setup (&test->base);
  test->page = GTK_WIDGET (satchel_calendar_page_new (test->base.desk, route, &error));
  g_assert_no_error (error);
  test->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (test->window), 1100, 700);
  gtk_window_set_child (GTK_WINDOW (test->window), test->page);
  gtk_window_present (GTK_WINDOW (test->window));
}

/* Nobody holds the page any more once its window has gone. */
static void
teardown (TestPage *test)
{
  g_object_add_weak_pointer (G_OBJECT (test->page), (gpointer *)&test->page);
  gtk_window_destroy (GTK_WINDOW (test->window));
  while (test->page != NULL)
    g_main_context_iteration (NULL, TRUE);
  test_desk_teardown (&test->base);
}

static gboolean
is_there (gpointer data)
{
  TestPage *test = data;

  return test_seek_widget (test->page, GTK_TYPE_BUTTON, test->sought) != NULL;
}

static gboolean
is_gone (gpointer data)
{
  return !is_there (data);
}

static void
wait_for (TestPage *test, gboolean there, const char *name)
{
  test->sought = name;
  test_desk_until (there ? is_there : is_gone, test);
}

/* On the day of the clock, at an hour. */
static char *
dup_instant (TestPage *test, int minutes)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  return satchel_instant_to_text (
      satchel_day_to_ms (satchel_day_of (test->base.clock.now_ms, zone), minutes, zone));
}

static char *
dup_name (TestPage *test, int days, const char *times)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *day =
      satchel_day_format (satchel_day_of (test->base.clock.now_ms, zone) + days, "%A, %-e %B");

  return g_strdup_printf ("Ana, %s, %s, Appointment", day, times);
}

static char *
make (TestPage *test)
{
  g_autofree char *start = dup_instant (test, 14 * 60), *end = dup_instant (test, 15 * 60);

  return test_desk_create (&test->base, "appointment", "subject", "Ana", "start", start, "end", end, NULL);
}

/* In each view, with a name that can be read aloud. */
static void
test_views (void)
{
  const char *const views[] = { "month", "week", "day" };
  TestPage test;
  g_autofree char *id = NULL, *name = NULL;

  setup (&test);
  id = make (&test);
  name = dup_name (&test, 0, "14:00–15:00");
  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    g_assert_true (gtk_widget_activate_action (test.page, "calendar.view", "s", views[i]));
    wait_for (&test, TRUE, name);
    g_assert_true (gtk_widget_activate_action (test.page, "calendar.later", NULL));
    g_assert_true (gtk_widget_activate_action (test.page, "calendar.later", NULL));
    wait_for (&test, FALSE, name);
    g_assert_true (gtk_widget_activate_action (test.page, "calendar.today", NULL));
    wait_for (&test, TRUE, name);
  }
  g_assert_true (gtk_widget_activate_action (test.page, "calendar.show-appointment", NULL));
  wait_for (&test, FALSE, name);
  teardown (&test);
}

#define FRAMES_MS 70 /* a few frames */

/* By another program. */
static void
set_end (TestPage *test, const char *id, const char *text)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (test->base.desk), "appointment");
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *value = g_new0 (SatchelFieldValue, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *done = NULL;

  value->field = satchel_entity_find_field (entity, "end");
  g_assert_true (satchel_value_from_text (value->field, text, &value->value, &error));
  g_ptr_array_add (changes, value);
  done = satchel_session_update (test->base.other, entity, id, changes, &error);
  g_assert_no_error (error);
}

static gboolean
is_scrolled (gpointer data)
{
  return gtk_adjustment_get_value (data) > 0;
}

static void
pass_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
}

static gboolean
has_passed (gpointer data)
{
  return *(gboolean *)data;
}

/* What is seen stays where it is when the appointment that has the focus is drawn anew. */
static void
test_still (void)
{
  TestPage test;
  g_autofree char *id = NULL, *name = NULL;
  GtkWidget *chip;
  GtkAdjustment *adjustment;
  double y;

  setup (&test);
  id = make (&test);
  name = dup_name (&test, 0, "14:00–15:00");
  g_assert_true (gtk_widget_activate_action (test.page, "calendar.view", "s", "day"));
  wait_for (&test, TRUE, name);
  chip = test_find_widget (test.page, GTK_TYPE_BUTTON, name);
  gtk_widget_grab_focus (chip);
  adjustment = gtk_scrolled_window_get_vadjustment (
      GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (chip, GTK_TYPE_SCROLLED_WINDOW)));
  test_desk_until (is_scrolled, adjustment); /* to the morning */
  for (int i = 0; i < 12; i++) {
    g_autofree char *end = dup_instant (&test, (16 + i % 2) * 60),
                    *times = g_strdup_printf ("14:00–%d:00", 16 + i % 2);
    g_autofree char *next = dup_name (&test, 0, times);
    gboolean passed = FALSE;

    y = gtk_adjustment_get_value (adjustment);
    set_end (&test, id, end);
    wait_for (&test, TRUE, next);
    g_timeout_add_once (FRAMES_MS, pass_cb, &passed);
    test_desk_until (has_passed, &passed);
    g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, y);
  }
  teardown (&test);
}

static void
test_move (void)
{
  TestPage test;
  g_autofree char *id = NULL, *name = NULL, *moved = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  GtkWidget *chip;
  SatchelSpan span;

  setup (&test);
  id = make (&test);
  name = dup_name (&test, 0, "14:00–15:00");
  moved = dup_name (&test, 0, "09:30–10:30");
  gtk_widget_activate_action (test.page, "calendar.view", "s", "day");
  wait_for (&test, TRUE, name);
  chip = test_find_widget (test.page, GTK_TYPE_BUTTON, name);
  span = satchel_chip_get_event (chip)->span;
  satchel_span_shift (&span, 0, -270, zone);
  g_signal_emit_by_name (gtk_widget_get_ancestor (chip, SATCHEL_TYPE_SHEET), "move",
                         satchel_chip_get_event (chip), &span);
  wait_for (&test, TRUE, moved);
  wait_for (&test, FALSE, name);
  teardown (&test);
}

static gboolean
has_dialog (gpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window)) {
      *(GtkWidget **)data = window;
      return TRUE;
    }
  }
  return FALSE;
}

/* Of one of a series it is asked what is meant; that one alone is a record of its own then. */
static void
test_series (void)
{
  TestPage test;
  g_autofree char *start = NULL, *end = NULL, *id = NULL, *times = NULL, *name = NULL, *moved = NULL,
                  *next = NULL, *alone = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  GtkWidget *chip, *dialog = NULL;
  SatchelSpan span;

  setup (&test);
  start = dup_instant (&test, 14 * 60);
  end = dup_instant (&test, 15 * 60);
  id = test_desk_create (&test.base, "appointment", "subject", "Ana", "start", start, "end", end,
                         "recurrence", "FREQ=DAILY", NULL);
  times = dup_name (&test, 0, "14:00–15:00");
  name = g_strconcat (times, ", repeats", NULL);
  moved = dup_name (&test, 0, "09:30–10:30");
  alone = g_strconcat (moved, ", one of a series, changed", NULL);
  gtk_widget_activate_action (test.page, "calendar.view", "s", "day");
  wait_for (&test, TRUE, name);
  chip = test_find_widget (test.page, GTK_TYPE_BUTTON, name);
  g_assert_nonnull (test_seek_widget (chip, GTK_TYPE_IMAGE, NULL));
  span = satchel_chip_get_event (chip)->span;
  satchel_span_shift (&span, 0, -270, zone);
  g_signal_emit_by_name (gtk_widget_get_ancestor (chip, SATCHEL_TYPE_SHEET), "move",
                         satchel_chip_get_event (chip), &span);
  test_desk_until (has_dialog, &dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "one");
  wait_for (&test, TRUE, alone);
  wait_for (&test, FALSE, name);
  gtk_widget_activate_action (test.page, "calendar.later", NULL);
  next = dup_name (&test, 1, "14:00–15:00, Appointment, repeats");
  next[strlen (next) - strlen (", Appointment")] = '\0';
  wait_for (&test, TRUE, next);
  teardown (&test);
}

static gboolean
has_focus (gpointer widget)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

/* The line has the focus while it is shown; then whoever had it has it again. */
static void
test_focus (void)
{
  TestPage test;
  GtkWidget *today, *entry;

  setup (&test);
  today = test_find_widget (test.page, GTK_TYPE_BUTTON, "Today");
  gtk_widget_grab_focus (today);
  g_assert_true (gtk_widget_activate_action (test.page, "calendar.add", NULL));
  entry = test_find_widget (test.page, GTK_TYPE_ENTRY, "What, and when");
  test_desk_until (has_focus, entry);
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (entry, GTK_TYPE_POPOVER)));
  test_desk_until (has_focus, today);
  teardown (&test);
}

/* Where there is no room for the name of a day its number stands alone. */
static void
test_heads (void)
{
  TestPage test;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *name = NULL;
  GtkWidget *day, *heads, *label;

  setup (&test);
  name = satchel_day_format (satchel_day_of (test.base.clock.now_ms, zone), "%A, %-e %B %Y");
  gtk_widget_activate_action (test.page, "calendar.view", "s", "week");
  wait_for (&test, TRUE, name);
  day = test_find_widget (test.page, GTK_TYPE_BUTTON, name);
  heads = gtk_button_get_child (GTK_BUTTON (day));
  for (int width = 200; width >= 30; width -= 170) {
    gtk_widget_allocate (heads, width, 30, -1, NULL);
    label = adw_squeezer_get_visible_child (ADW_SQUEEZER (heads));
    g_assert_nonnull (label);
    g_assert_true (g_ascii_isdigit (*gtk_label_get_text (GTK_LABEL (label))) == (width < 100));
  }
  teardown (&test);
}

/* What the line does not say is that of the span that was drawn. */
static void
test_understand (void)
{
  TestPage test;
  g_autoptr (SatchelCalendar) calendar = NULL;
  GtkWidget *entry;
  SatchelQuickAdd *add;
  SatchelSpan drawn, span;
  g_autofree char *title = NULL, *none = NULL, *other = NULL;
  const gint64 at = G_GINT64_CONSTANT (1795615200000); /* 2026-11-25T14:00Z */

  setup (&test);
  calendar = satchel_calendar_new (test.base.desk);
  add = satchel_quick_add_new (calendar, test.page);
  gtk_widget_set_parent (GTK_WIDGET (add), test.page);
  satchel_span_set_times (&drawn, at, at + 90 * 60000, satchel_calendar_get_zone (calendar));
  satchel_quick_add_begin (add, &drawn);
  g_assert_false (satchel_quick_add_understand (add, &none, &span));
  entry = test_find_widget (GTK_WIDGET (add), GTK_TYPE_ENTRY, "What, and when");
  gtk_editable_set_text (GTK_EDITABLE (entry), "Ana");
  g_assert_true (satchel_quick_add_understand (add, &title, &span));
  g_assert_cmpstr (title, ==, "Ana");
  g_assert_cmpint (span.start_ms, ==, at);
  g_assert_cmpint (span.end_ms, ==, at + 90 * 60000);
  gtk_editable_set_text (GTK_EDITABLE (entry), "Ana 16:00 30min");
  g_assert_true (satchel_quick_add_understand (add, &other, &span));
  g_assert_cmpint (span.start_ms, ==, at + 120 * 60000);
  g_assert_cmpint (span.end_ms, ==, at + 150 * 60000);
  gtk_widget_unparent (GTK_WIDGET (add));
  teardown (&test);
}

/* On a day that is not shown, of a kind that is not shown. */
static void
test_added (void)
{
  TestPage test;
  GtkWidget *add, *entry;
  g_autofree char *name = NULL, *line = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  setup (&test);
  name = dup_name (&test, 40, "14:00–15:00");
  gtk_widget_activate_action (test.page, "calendar.view", "s", "week");
  gtk_widget_activate_action (test.page, "calendar.show-appointment", NULL);
  gtk_widget_activate_action (test.page, "calendar.add", NULL);
  add = test_find_widget (test.page, SATCHEL_TYPE_QUICK_ADD, NULL);
  entry = test_find_widget (add, GTK_TYPE_ENTRY, "What, and when");
  line = satchel_day_format (satchel_day_of (test.base.clock.now_ms, zone) + 40, "Ana %Y-%m-%d 14:00");
  gtk_editable_set_text (GTK_EDITABLE (entry), line);
  g_signal_emit_by_name (entry, "activate");
  wait_for (&test, TRUE, name);
  teardown (&test);
}

/* A line of a chip is whole, or not there. */
static void
test_lines (void)
{
  TestPage test;
  g_autofree char *start = NULL, *end = NULL, *id = NULL, *name = NULL, *whole = NULL;
  GtkWidget *block;
  int least, line;

  setup (&test);
  start = dup_instant (&test, 14 * 60);
  end = dup_instant (&test, 15 * 60);
  id = test_desk_create (&test.base, "appointment", "subject", "Ana", "location", "Yard", "start", start,
                         "end", end, NULL);
  name = dup_name (&test, 0, "14:00–15:00");
  whole = g_strconcat (name, ", Yard", NULL);
  gtk_widget_activate_action (test.page, "calendar.view", "s", "day");
  wait_for (&test, TRUE, whole);
  block = gtk_button_get_child (GTK_BUTTON (test_find_widget (test.page, GTK_TYPE_BUTTON, whole)));
  gtk_widget_measure (block, GTK_ORIENTATION_VERTICAL, -1, &line, &least, NULL, NULL);
  g_assert_cmpint (line, >, 0);
  for (int height = least; height > 0; height -= line / 2) {
    int n = 0;

    gtk_widget_allocate (block, 200, height, -1, NULL);
    for (GtkWidget *one = gtk_widget_get_first_child (block); one != NULL;
         one = gtk_widget_get_next_sibling (one))
      n += gtk_widget_get_child_visible (one);
    g_assert_cmpint (n, ==, MAX (height / line, 1));
  }
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/calendar/page/views", test_views);
  g_test_add_func ("/ui/calendar/page/move", test_move);
  g_test_add_func ("/ui/calendar/page/series", test_series);
  g_test_add_func ("/ui/calendar/page/still", test_still);
  g_test_add_func ("/ui/calendar/page/focus", test_focus);
  g_test_add_func ("/ui/calendar/page/heads", test_heads);
  g_test_add_func ("/ui/calendar/page/understand", test_understand);
  g_test_add_func ("/ui/calendar/page/added", test_added);
  g_test_add_func ("/ui/calendar/page/lines", test_lines);
  return g_test_run ();
}
