/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/agenda.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/display.h"

#define MOST_ROWS 300 /* that are made; further down one goes on with the next days */

struct _SatchelAgenda {
  GtkWidget parent_instance;
  SatchelCalendar *calendar;
  gint64 first_day;
  GtkWidget *states; /* "list", "empty" */
  GtkWidget *scrolled, *list;
};

G_DEFINE_FINAL_TYPE (SatchelAgenda, satchel_agenda, GTK_TYPE_WIDGET)

enum { OPEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char event_key[] = "satchel-agenda-event";

static void
activated_cb (GtkWidget *row, SatchelAgenda *agenda)
{
  g_signal_emit (agenda, signals[OPEN], 0, g_object_get_data (G_OBJECT (row), event_key));
}

static GtkWidget *
make_times (SatchelAgenda *agenda, const SatchelEvent *event, gint64 day)
{
  GTimeZone *zone = satchel_calendar_get_zone (agenda->calendar);
  gboolean begins = event->span.first_day == day;
  g_autofree char *text = event->span.all_day || !begins
                              ? g_strdup (_ ("all day"))
                              : satchel_minutes_format (satchel_day_minutes_of (event->span.start_ms, zone));
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_width_chars (GTK_LABEL (label), 7);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static GtkWidget *
make_row (SatchelAgenda *agenda, const SatchelEvent *event, gint64 day)
{
  GtkWidget *row = adw_action_row_new ();
  const SatchelSlot *slot = satchel_calendar_find_slot (agenda->calendar, event->entity);
  g_autofree char *title = g_markup_escape_text (*event->title != '\0' ? event->title : _ ("Untitled"), -1);
  g_autofree char *struck = event->closed ? g_strdup_printf ("<s>%s</s>", title) : NULL;
  g_autofree char *times = satchel_event_dup_times (event, satchel_calendar_get_zone (agenda->calendar));
  gboolean told = event->span.first_day == event->span.last_day &&
                  (event->span.all_day || event->span.start_ms == event->span.end_ms); /* by the prefix */
  g_autofree char *plain = g_strdup_printf ("%s%s%s%s%s%s%s", told ? "" : times, told ? "" : " · ",
                                            slot != NULL ? _ (slot->entity->label) : "",
                                            event->repeats ? " · " : "", event->repeats ? _ ("repeats") : "",
                                            *event->detail != '\0' ? " · " : "", event->detail);
  g_autofree char *subtitle = g_markup_escape_text (plain, -1);
  g_autofree char *icon = slot != NULL ? satchel_display_dup_icon (slot->entity) : NULL;
  g_autofree char *name = satchel_event_dup_name (agenda->calendar, event);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), struck != NULL ? struck : title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  if (icon != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), make_times (agenda, event, day));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), event_key, (gpointer)event);
  g_signal_connect (row, "activated", G_CALLBACK (activated_cb), agenda);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

static char *
dup_heading (SatchelAgenda *agenda, gint64 day)
{
  gint64 today = satchel_calendar_get_today (agenda->calendar);
  g_autofree char *date = satchel_day_format (day, _ ("%A, %-e %B"));

  if (day == today)
    return g_strdup_printf (_ ("Today, %s"), date);
  if (day == today + 1)
    return g_strdup_printf (_ ("Tomorrow, %s"), date);
  return g_steal_pointer (&date);
}

/* The days on which something stands, with all of it; what goes on for days stands on each. */
static guint
add_day (SatchelAgenda *agenda, GtkWidget *list, gint64 day, guint room)
{
  const GPtrArray *events = satchel_calendar_get_events (agenda->calendar);
  GtkWidget *group = NULL;
  guint n = 0;

  for (guint i = 0; i < events->len && n < room; i++) {
    const SatchelEvent *event = events->pdata[i];

    if (event->span.first_day > day || event->span.last_day < day)
      continue;
    if (group == NULL) {
      g_autofree char *heading = dup_heading (agenda, day);

      group = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), heading);
    }
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_row (agenda, event, day));
    n++;
  }
  if (group != NULL)
    gtk_box_append (GTK_BOX (list), group);
  return n;
}

static void
update (SatchelAgenda *agenda)
{
  GtkWidget *clamp = adw_clamp_new (), *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (agenda->scrolled));
  double at = gtk_adjustment_get_value (adjustment);
  guint n = 0;

  for (gint64 day = agenda->first_day; day < agenda->first_day + SATCHEL_AGENDA_DAYS && n < MOST_ROWS; day++)
    n += add_day (agenda, list, day, MOST_ROWS - n);
  gtk_widget_set_margin_top (list, 18);
  gtk_widget_set_margin_bottom (list, 18);
  gtk_widget_set_margin_start (list, 12);
  gtk_widget_set_margin_end (list, 12);
  adw_clamp_set_child (ADW_CLAMP (clamp), list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (agenda->scrolled), clamp);
  gtk_adjustment_set_value (adjustment, at);
  gtk_stack_set_visible_child_name (GTK_STACK (agenda->states), n > 0 ? "list" : "empty");
}

static void
changed_cb (SatchelAgenda *agenda)
{
  if (gtk_widget_get_child_visible (GTK_WIDGET (agenda)))
    update (agenda);
}

void
satchel_agenda_show (SatchelAgenda *agenda, gint64 first_day)
{
  agenda->first_day = first_day;
  update (agenda);
  satchel_calendar_show (agenda->calendar, first_day, first_day + SATCHEL_AGENDA_DAYS - 1);
}

static void
satchel_agenda_dispose (GObject *object)
{
  SatchelAgenda *agenda = SATCHEL_AGENDA (object);

  g_clear_pointer (&agenda->states, gtk_widget_unparent);
  g_clear_object (&agenda->calendar);
  G_OBJECT_CLASS (satchel_agenda_parent_class)->dispose (object);
}

static void
satchel_agenda_class_init (SatchelAgendaClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_agenda_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[OPEN] = g_signal_new ("open", SATCHEL_TYPE_AGENDA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
satchel_agenda_init (SatchelAgenda *agenda)
{
  GtkWidget *empty = adw_status_page_new ();

  agenda->states = gtk_stack_new ();
  agenda->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (agenda->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (empty), "satchel-calendar-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("Nothing Planned"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty), _ ("Nothing stands in these thirty days."));
  gtk_stack_add_named (GTK_STACK (agenda->states), agenda->scrolled, "list");
  gtk_stack_add_named (GTK_STACK (agenda->states), empty, "empty");
  gtk_widget_set_parent (agenda->states, GTK_WIDGET (agenda));
}

SatchelAgenda *
satchel_agenda_new (SatchelCalendar *calendar)
{
  SatchelAgenda *agenda = g_object_new (SATCHEL_TYPE_AGENDA, NULL);

  agenda->calendar = g_object_ref (calendar);
  g_signal_connect_object (calendar, "changed", G_CALLBACK (changed_cb), agenda, G_CONNECT_SWAPPED);
  return agenda;
}
