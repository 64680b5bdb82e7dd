/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/sheet.h"

#include <glib/gi18n.h>

#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/calendar/hours.h"
#include "ui/calendar/strip.h"

#define SNAP_MINUTES 15
#define EDGE         8 /* pixels at which an event is taken by its end */
#define MORNING      (7 * 60 + 30)

typedef enum { DRAG_NONE, DRAG_CREATE, DRAG_MOVE, DRAG_RESIZE } Drag;

struct _SatchelSheet {
  GtkWidget parent_instance;
  SatchelCalendar *calendar;
  SatchelSheetKind kind;
  gint64 day;
  GtkWidget *month, *days, *scrolled; /* month or days is visible */
  GtkWidget *weekdays[7];
  SatchelStrip *weeks[SATCHEL_SHEET_WEEKS], *head;
  SatchelHours *hours;
  gboolean scrolled_once;
  char *focused;      /* event that had the focus and shall have it again */
  gint64 focused_day; /* which of its series */
  guint settle;       /* tick: until the new chips have their places */
  gboolean framed;    /* a frame has begun since they were made */
  GtkGesture *gesture;
  Drag drag;
  gboolean claimed;
  guint catch_up; /* idle source: shows what changed during a drag */
  gboolean stale;
  const SatchelEvent *event; /* that is dragged */
  gint64 begin_day;
  int begin_minutes; /* -1: a whole day */
};

G_DEFINE_FINAL_TYPE (SatchelSheet, satchel_sheet, GTK_TYPE_WIDGET)

enum { OPEN, DAY, MOVE, CREATE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- what is shown ---- */

static guint
count_days (const SatchelSheet *sheet)
{
  return sheet->kind == SATCHEL_SHEET_DAY ? 1 : 7;
}

static gint64
get_first_day (const SatchelSheet *sheet)
{
  int first_weekday = satchel_locale_first_weekday ();

  switch (sheet->kind) {
  case SATCHEL_SHEET_MONTH:
    return satchel_day_first_of_week (satchel_day_first_of_month (sheet->day), first_weekday);
  case SATCHEL_SHEET_WEEK:
    return satchel_day_first_of_week (sheet->day, first_weekday);
  case SATCHEL_SHEET_DAY:
    return sheet->day;
  }
  g_assert_not_reached ();
}

static void
show_month (SatchelSheet *sheet)
{
  gint64 first = get_first_day (sheet);

  for (guint i = 0; i < 7; i++) {
    g_autofree char *name = satchel_day_format (first + i, "%a");

    gtk_label_set_label (GTK_LABEL (sheet->weekdays[i]), name);
  }
  for (guint i = 0; i < SATCHEL_SHEET_WEEKS; i++)
    satchel_strip_show (sheet->weeks[i], first + 7 * i, 7, sheet->day);
}

/* The chips are made anew: the one with the focus keeps it, if its event is still there. */
static char *
dup_focused (SatchelSheet *sheet)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (sheet));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *chip =
      focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (sheet)) ? satchel_chip_find (focus) : NULL;

  if (chip == NULL)
    return NULL;
  sheet->focused_day = satchel_chip_get_event (chip)->span.first_day;
  return g_strdup (satchel_chip_get_event (chip)->id);
}

/* That of the day, if @day is given. */
static gboolean
focus_event (GtkWidget *widget, const char *id, const gint64 *day)
{
  const SatchelEvent *event = satchel_chip_get_event (widget);

  if (event != NULL)
    return g_str_equal (event->id, id) && (day == NULL || *day == event->span.first_day) &&
           gtk_widget_grab_focus (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_child_visible (child) && focus_event (child, id, day))
      return TRUE;
  return FALSE;
}

static void
drop_drag (SatchelSheet *sheet)
{
  sheet->drag = DRAG_NONE;
  sheet->event = NULL;
  gtk_event_controller_reset (GTK_EVENT_CONTROLLER (sheet->gesture));
}

static GtkViewport *
get_viewport (SatchelSheet *sheet)
{
  return GTK_VIEWPORT (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (sheet->scrolled)));
}

/* A frame begins with this and then gives places: they have theirs when the next begins. */
static gboolean
settle_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SatchelSheet *sheet = data;

  if (!sheet->framed) {
    sheet->framed = TRUE;
    return G_SOURCE_CONTINUE;
  }
  sheet->settle = 0;
  gtk_viewport_set_scroll_to_focus (get_viewport (sheet), TRUE);
  if (sheet->focused != NULL) {
    GtkWidget *shown = sheet->kind == SATCHEL_SHEET_MONTH ? sheet->month : sheet->days;

    if (!focus_event (shown, sheet->focused, &sheet->focused_day))
      focus_event (shown, sheet->focused, NULL);
  }
  g_clear_pointer (&sheet->focused, g_free);
  return G_SOURCE_REMOVE;
}

/* A chip that has no place yet would be taken to stand at the top, and be scrolled to. */
static void
hold_still (SatchelSheet *sheet)
{
  char *focused = dup_focused (sheet);

  if (focused != NULL) {
    g_free (sheet->focused);
    sheet->focused = focused;
  }
  gtk_viewport_set_scroll_to_focus (get_viewport (sheet), FALSE);
  sheet->framed = FALSE;
  if (sheet->settle == 0)
    sheet->settle = gtk_widget_add_tick_callback (GTK_WIDGET (sheet), settle_cb, sheet, NULL);
}

static void
update (SatchelSheet *sheet)
{
  hold_still (sheet);
  drop_drag (sheet);
  gtk_widget_set_visible (sheet->month, sheet->kind == SATCHEL_SHEET_MONTH);
  gtk_widget_set_visible (sheet->days, sheet->kind != SATCHEL_SHEET_MONTH);
  if (sheet->kind == SATCHEL_SHEET_MONTH) {
    satchel_strip_clear (sheet->head);
    satchel_hours_show (sheet->hours, sheet->day, 0);
    show_month (sheet);
  } else {
    for (guint i = 0; i < SATCHEL_SHEET_WEEKS; i++)
      satchel_strip_clear (sheet->weeks[i]);
    satchel_strip_set_gutter (sheet->head, satchel_hours_get_gutter (sheet->hours));
    satchel_strip_show (sheet->head, get_first_day (sheet), count_days (sheet), -1);
    satchel_hours_show (sheet->hours, get_first_day (sheet), count_days (sheet));
  }
}

/* What comes from elsewhere takes nothing out of a hand: it is shown when the drag is over. */
static void
changed_cb (SatchelSheet *sheet)
{
  sheet->stale = sheet->drag != DRAG_NONE && gtk_gesture_is_active (sheet->gesture);
  if (!sheet->stale && gtk_widget_get_child_visible (GTK_WIDGET (sheet)))
    update (sheet);
}

static gboolean
catch_up_cb (gpointer data)
{
  SatchelSheet *sheet = data;

  sheet->catch_up = 0;
  changed_cb (sheet);
  return G_SOURCE_REMOVE;
}

/* Not within the gesture's own signal, which an update resets. */
static void
end_drag (SatchelSheet *sheet)
{
  sheet->drag = DRAG_NONE;
  if (sheet->stale && sheet->catch_up == 0)
    sheet->catch_up = g_idle_add_full (GDK_PRIORITY_REDRAW - 10, catch_up_cb, sheet, NULL);
}

void
satchel_sheet_show (SatchelSheet *sheet, SatchelSheetKind kind, gint64 day)
{
  gint64 first;

  sheet->kind = kind;
  sheet->day = day;
  first = get_first_day (sheet);
  update (sheet);
  satchel_calendar_show (
      sheet->calendar, first,
      first + (kind == SATCHEL_SHEET_MONTH ? 7 * SATCHEL_SHEET_WEEKS : (gint64)count_days (sheet)) - 1);
}

void
satchel_sheet_mark (SatchelSheet *sheet, const SatchelSpan *span)
{
  gboolean in_hours = span != NULL && !span->all_day && sheet->kind != SATCHEL_SHEET_MONTH;
  gboolean in_days = span != NULL && !in_hours;

  satchel_hours_mark (sheet->hours, in_hours ? span : NULL);
  satchel_strip_mark (sheet->head, in_days ? span->first_day : 0, in_days ? span->last_day : -1);
  for (guint i = 0; i < SATCHEL_SHEET_WEEKS; i++)
    satchel_strip_mark (sheet->weeks[i], in_days ? span->first_day : 0, in_days ? span->last_day : -1);
}

/* ---- where the pointer is ---- */

static gboolean
translate (SatchelSheet *sheet, GtkWidget *to, double x, double y, double *inner_x, double *inner_y)
{
  return gtk_widget_get_mapped (to) &&
         gtk_widget_translate_coordinates (GTK_WIDGET (sheet), to, x, y, inner_x, inner_y) &&
         gtk_widget_contains (to, *inner_x, *inner_y);
}

static gboolean
locate (SatchelSheet *sheet, double x, double y, gint64 *day, int *minutes)
{
  double inner_x, inner_y;

  *minutes = -1;
  if (sheet->kind == SATCHEL_SHEET_MONTH) {
    for (guint i = 0; i < SATCHEL_SHEET_WEEKS; i++)
      if (translate (sheet, GTK_WIDGET (sheet->weeks[i]), x, y, &inner_x, &inner_y))
        return satchel_strip_find_day (sheet->weeks[i], inner_x, day);
    return FALSE;
  }
  if (translate (sheet, GTK_WIDGET (sheet->head), x, y, &inner_x, &inner_y))
    return satchel_strip_find_day (sheet->head, inner_x, day);
  return translate (sheet, sheet->scrolled, x, y, &inner_x, &inner_y) &&
         translate (sheet, GTK_WIDGET (sheet->hours), x, y, &inner_x, &inner_y) &&
         satchel_hours_find (sheet->hours, inner_x, inner_y, day, minutes);
}

static int
snap (int minutes)
{
  return (minutes + SNAP_MINUTES / 2) / SNAP_MINUTES * SNAP_MINUTES;
}

/* From where the pointer went down to where it is, however it was drawn. */
static void
aim_new (SatchelSheet *sheet, gint64 day, int minutes, SatchelSpan *span)
{
  GTimeZone *zone = satchel_calendar_get_zone (sheet->calendar);
  gint64 from, until;

  if (sheet->begin_minutes < 0 || minutes < 0) {
    satchel_span_set_days (span, sheet->begin_day, day);
    return;
  }
  from = satchel_day_to_ms (sheet->begin_day, sheet->begin_minutes / SNAP_MINUTES * SNAP_MINUTES, zone);
  until = satchel_day_to_ms (day, snap (minutes), zone);
  if (until <= from) {
    from = MIN (until, from);
    until =
        satchel_day_to_ms (sheet->begin_day, (sheet->begin_minutes / SNAP_MINUTES + 1) * SNAP_MINUTES, zone);
  }
  satchel_span_set_times (span, from, until, zone);
}

static void
aim_moved (SatchelSheet *sheet, gint64 day, int minutes, SatchelSpan *span)
{
  GTimeZone *zone = satchel_calendar_get_zone (sheet->calendar);
  gboolean all_day = sheet->event->span.all_day;
  const SatchelSlot *slot = satchel_calendar_find_slot (sheet->calendar, sheet->event->entity);

  *span = sheet->event->span;
  if (sheet->kind == SATCHEL_SHEET_MONTH || (minutes < 0) == (sheet->begin_minutes < 0) ||
      sheet->event->is_day) {
    int start = all_day ? 0 : satchel_day_minutes_of (span->start_ms, zone);
    int shift = !all_day && minutes >= 0 ? snap (start + minutes - sheet->begin_minutes) - start : 0;

    satchel_span_shift (span, day - sheet->begin_day, shift, zone);
  } else if (minutes < 0 && slot != NULL && slot->all_day != NULL)
    satchel_span_set_days (span, day, day);
  else if (minutes < 0)
    satchel_span_shift (span, day - sheet->begin_day, 0, zone);
  else if (all_day) {
    gint64 from = satchel_day_to_ms (day, minutes / SNAP_MINUTES * SNAP_MINUTES, zone);

    satchel_span_set_times (span, from, from + G_GINT64_CONSTANT (3600000), zone);
  }
}

static void
set_end (SatchelSheet *sheet, SatchelSpan *span, gint64 end_ms)
{
  gint64 least = span->start_ms + SNAP_MINUTES * G_GINT64_CONSTANT (60000);

  satchel_span_set_times (span, span->start_ms, MAX (end_ms, least),
                          satchel_calendar_get_zone (sheet->calendar));
}

static gboolean
aim (SatchelSheet *sheet, double x, double y, SatchelSpan *span)
{
  gint64 day;
  int minutes;

  if (!locate (sheet, x, y, &day, &minutes))
    return FALSE;
  switch (sheet->drag) {
  case DRAG_CREATE:
    aim_new (sheet, day, minutes, span);
    return TRUE;
  case DRAG_MOVE:
    aim_moved (sheet, day, minutes, span);
    return TRUE;
  case DRAG_RESIZE:
    *span = sheet->event->span;
    if (minutes >= 0)
      set_end (sheet, span,
               satchel_day_to_ms (day, snap (minutes), satchel_calendar_get_zone (sheet->calendar)));
    return minutes >= 0;
  case DRAG_NONE:
    return FALSE;
  }
  g_assert_not_reached ();
}

/* ---- dragging ---- */

static gboolean
is_at_end (SatchelSheet *sheet, GtkWidget *chip, double x, double y)
{
  double inner_x, inner_y;
  int height = gtk_widget_get_height (chip);

  return sheet->event->has_length && gtk_widget_is_ancestor (chip, GTK_WIDGET (sheet->hours)) &&
         gtk_widget_translate_coordinates (GTK_WIDGET (sheet), chip, x, y, &inner_x, &inner_y) &&
         inner_y > MAX (height - EDGE, height * 2 / 3);
}

static Drag
begin_drag (SatchelSheet *sheet, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (sheet), x, y, GTK_PICK_DEFAULT);
  GtkWidget *chip = satchel_chip_find (widget);

  if (widget == NULL || !locate (sheet, x, y, &sheet->begin_day, &sheet->begin_minutes))
    return DRAG_NONE;
  if (chip == NULL)
    return gtk_widget_get_ancestor (widget, GTK_TYPE_BUTTON) == NULL ? DRAG_CREATE : DRAG_NONE;
  sheet->event = satchel_chip_get_event (chip);
  if (sheet->event->closed)
    return DRAG_NONE;
  return is_at_end (sheet, chip, x, y) ? DRAG_RESIZE : DRAG_MOVE;
}

/* A finger scrolls. */
static gboolean
is_touch (GtkGesture *gesture)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  GdkDevice *device = event != NULL ? gdk_event_get_device (event) : NULL;

  return device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, SatchelSheet *sheet)
{
  sheet->claimed = FALSE;
  sheet->event = NULL;
  sheet->drag = is_touch (GTK_GESTURE (gesture)) ? DRAG_NONE : begin_drag (sheet, x, y);
  if (sheet->drag == DRAG_NONE)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, SatchelSheet *sheet)
{
  double x, y;
  SatchelSpan span;

  if (sheet->drag == DRAG_NONE || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  if (!sheet->claimed &&
      !gtk_drag_check_threshold (GTK_WIDGET (sheet), (int)x, (int)y, (int)(x + dx), (int)(y + dy)))
    return;
  sheet->claimed = TRUE;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (aim (sheet, x + dx, y + dy, &span))
    satchel_sheet_mark (sheet, &span);
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, SatchelSheet *sheet)
{
  double x, y;
  SatchelSpan span;
  Drag drag = sheet->drag;
  const SatchelEvent *event = sheet->event;

  if (drag == DRAG_NONE || !sheet->claimed) {
    end_drag (sheet);
    return;
  }
  satchel_sheet_mark (sheet, NULL);
  if (gtk_gesture_drag_get_start_point (gesture, &x, &y) && aim (sheet, x + dx, y + dy, &span)) {
    if (drag == DRAG_CREATE) {
      satchel_sheet_mark (sheet, &span);
      g_signal_emit (sheet, signals[CREATE], 0, &span, x + dx, y + dy);
    } else
      g_signal_emit (sheet, signals[MOVE], 0, event, &span);
  }
  end_drag (sheet);
}

static void
cancel_cb (GtkGesture *gesture, GdkEventSequence *sequence, SatchelSheet *sheet)
{
  if (sheet->drag != DRAG_NONE)
    satchel_sheet_mark (sheet, NULL);
  end_drag (sheet);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, SatchelSheet *sheet)
{
  GTimeZone *zone = satchel_calendar_get_zone (sheet->calendar);
  SatchelSpan span;

  if (n_press != 2 || begin_drag (sheet, x, y) != DRAG_CREATE)
    return;
  if (sheet->begin_minutes < 0)
    satchel_span_set_days (&span, sheet->begin_day, sheet->begin_day);
  else {
    int from = sheet->begin_minutes / 30 * 30;

    satchel_span_set_times (&span, satchel_day_to_ms (sheet->begin_day, from, zone),
                            satchel_day_to_ms (sheet->begin_day, from + 60, zone), zone);
  }
  satchel_sheet_mark (sheet, &span);
  g_signal_emit (sheet, signals[CREATE], 0, &span, x, y);
}

/* ---- the keyboard ---- */

static gboolean
key_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType modifiers, SatchelSheet *sheet)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (sheet));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL, *chip = satchel_chip_find (focus);
  const SatchelEvent *event = chip != NULL ? satchel_chip_get_event (chip) : NULL;
  gboolean right = gtk_widget_get_direction (GTK_WIDGET (sheet)) == GTK_TEXT_DIR_RTL;
  int days = (key == GDK_KEY_Right) - (key == GDK_KEY_Left),
      steps = (key == GDK_KEY_Down) - (key == GDK_KEY_Up);
  SatchelSpan span;

  if (event == NULL || event->closed || (modifiers & GDK_CONTROL_MASK) == 0 || (days == 0 && steps == 0))
    return GDK_EVENT_PROPAGATE;
  span = event->span;
  if ((modifiers & GDK_SHIFT_MASK) != 0) {
    if (steps == 0 || !event->has_length || span.all_day)
      return GDK_EVENT_PROPAGATE;
    set_end (sheet, &span, span.end_ms + steps * SNAP_MINUTES * G_GINT64_CONSTANT (60000));
  } else if (sheet->kind == SATCHEL_SHEET_MONTH || span.all_day)
    satchel_span_shift (&span, (right ? -days : days) + 7 * steps, 0,
                        satchel_calendar_get_zone (sheet->calendar));
  else
    satchel_span_shift (&span, right ? -days : days, steps * SNAP_MINUTES,
                        satchel_calendar_get_zone (sheet->calendar));
  g_signal_emit (sheet, signals[MOVE], 0, event, &span);
  return GDK_EVENT_STOP;
}

/* ---- the object ---- */

static void
open_cb (GtkWidget *part, const SatchelEvent *event, SatchelSheet *sheet)
{
  g_signal_emit (sheet, signals[OPEN], 0, event);
}

static void
day_cb (GtkWidget *part, gint64 day, SatchelSheet *sheet)
{
  g_signal_emit (sheet, signals[DAY], 0, day);
}

static gboolean
morning_cb (GtkWidget *scrolled, GdkFrameClock *clock, gpointer data)
{
  SatchelSheet *sheet = data;

  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)),
                            satchel_hours_get_y (sheet->hours, MORNING));
  return G_SOURCE_REMOVE;
}

/* The first time, the morning is on top: in the next frame, since the viewport, which is being given its
 * size, would not follow now. */
static void
scrolled_cb (GtkAdjustment *adjustment, SatchelSheet *sheet)
{
  double y = satchel_hours_get_y (sheet->hours, MORNING);

  if (sheet->scrolled_once || gtk_adjustment_get_page_size (adjustment) <= 0 ||
      gtk_adjustment_get_upper (adjustment) < y)
    return;
  sheet->scrolled_once = TRUE;
  gtk_widget_add_tick_callback (sheet->scrolled, morning_cb, sheet, NULL);
}

static SatchelStrip *
add_strip (SatchelSheet *sheet, GtkWidget *box, SatchelStripKind kind)
{
  SatchelStrip *strip = satchel_strip_new (sheet->calendar, kind);

  g_signal_connect (strip, "open", G_CALLBACK (open_cb), sheet);
  g_signal_connect (strip, "day", G_CALLBACK (day_cb), sheet);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (strip));
  return strip;
}

static void
build_month (SatchelSheet *sheet)
{
  GtkWidget *names = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *weeks = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  sheet->month = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_set_homogeneous (GTK_BOX (names), TRUE);
  gtk_box_set_homogeneous (GTK_BOX (weeks), TRUE);
  for (guint i = 0; i < 7; i++) {
    sheet->weekdays[i] = gtk_label_new (NULL);
    gtk_label_set_xalign (GTK_LABEL (sheet->weekdays[i]), 0);
    gtk_widget_set_margin_start (sheet->weekdays[i], 8);
    gtk_widget_add_css_class (sheet->weekdays[i], "caption-heading");
    gtk_widget_add_css_class (sheet->weekdays[i], "dim-label");
    gtk_box_append (GTK_BOX (names), sheet->weekdays[i]);
  }
  gtk_widget_set_margin_top (names, 6);
  gtk_widget_set_margin_bottom (names, 6);
  for (guint i = 0; i < SATCHEL_SHEET_WEEKS; i++)
    sheet->weeks[i] = add_strip (sheet, weeks, SATCHEL_STRIP_MONTH);
  gtk_widget_set_vexpand (weeks, TRUE);
  gtk_box_append (GTK_BOX (sheet->month), names);
  gtk_box_append (GTK_BOX (sheet->month), weeks);
  gtk_widget_set_parent (sheet->month, GTK_WIDGET (sheet));
}

static void
build_days (SatchelSheet *sheet)
{
  GtkAdjustment *adjustment;

  sheet->days = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  sheet->head = add_strip (sheet, sheet->days, SATCHEL_STRIP_WHOLE);
  sheet->hours = satchel_hours_new (sheet->calendar);
  g_signal_connect (sheet->hours, "open", G_CALLBACK (open_cb), sheet);
  sheet->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (sheet->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (sheet->scrolled), GTK_WIDGET (sheet->hours));
  gtk_widget_set_vexpand (sheet->scrolled, TRUE);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (sheet->scrolled));
  g_signal_connect (adjustment, "changed", G_CALLBACK (scrolled_cb), sheet);
  gtk_box_append (GTK_BOX (sheet->days), sheet->scrolled);
  gtk_widget_set_parent (sheet->days, GTK_WIDGET (sheet));
}

static void
add_controllers (SatchelSheet *sheet)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  sheet->gesture = gtk_gesture_drag_new ();
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (sheet->gesture), GTK_PHASE_CAPTURE);
  g_signal_connect (sheet->gesture, "drag-begin", G_CALLBACK (drag_begin_cb), sheet);
  g_signal_connect (sheet->gesture, "drag-update", G_CALLBACK (drag_update_cb), sheet);
  g_signal_connect (sheet->gesture, "drag-end", G_CALLBACK (drag_end_cb), sheet);
  g_signal_connect (sheet->gesture, "cancel", G_CALLBACK (cancel_cb), sheet);
  gtk_widget_add_controller (GTK_WIDGET (sheet), GTK_EVENT_CONTROLLER (sheet->gesture));
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), sheet);
  gtk_widget_add_controller (GTK_WIDGET (sheet), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), sheet);
  gtk_widget_add_controller (GTK_WIDGET (sheet), keys);
}

static void
satchel_sheet_dispose (GObject *object)
{
  SatchelSheet *sheet = SATCHEL_SHEET (object);

  if (sheet->settle != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (sheet), sheet->settle);
  sheet->settle = 0;
  g_clear_handle_id (&sheet->catch_up, g_source_remove);
  g_clear_pointer (&sheet->focused, g_free);
  g_clear_pointer (&sheet->month, gtk_widget_unparent);
  g_clear_pointer (&sheet->days, gtk_widget_unparent);
  g_clear_object (&sheet->calendar);
  G_OBJECT_CLASS (satchel_sheet_parent_class)->dispose (object);
}

static void
satchel_sheet_class_init (SatchelSheetClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_sheet_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[OPEN] = g_signal_new ("open", SATCHEL_TYPE_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DAY] = g_signal_new ("day", SATCHEL_TYPE_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               1, G_TYPE_INT64);
  signals[MOVE] = g_signal_new ("move", SATCHEL_TYPE_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
  signals[CREATE] = g_signal_new ("create", SATCHEL_TYPE_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
satchel_sheet_init (SatchelSheet *sheet)
{
  gtk_widget_add_css_class (GTK_WIDGET (sheet), "sheet");
  add_controllers (sheet);
}

SatchelSheet *
satchel_sheet_new (SatchelCalendar *calendar)
{
  SatchelSheet *sheet = g_object_new (SATCHEL_TYPE_SHEET, NULL);

  satchel_calendar_load_style ();
  sheet->calendar = g_object_ref (calendar);
  build_month (sheet);
  build_days (sheet);
  gtk_accessible_update_property (GTK_ACCESSIBLE (sheet), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Calendar"), -1);
  g_signal_connect_object (calendar, "changed", G_CALLBACK (changed_cb), sheet, G_CONNECT_SWAPPED);
  return sheet;
}
