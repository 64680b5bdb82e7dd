/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/chip.h"

#include <glib/gi18n.h>

#include "ui/calendar/days.h"
#include "ui/display.h"
#include "ui/tip.h"

static const char event_key[] = "satchel-event", events_key[] = "satchel-events";

void
satchel_calendar_load_style (void)
{
  static gboolean loaded;
  g_autoptr (GtkCssProvider) provider = NULL;

  if (loaded)
    return;
  loaded = TRUE;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, "/org/satchelcrm/ui/calendar.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/* ---- in words ---- */

static char *
dup_clock (gint64 ms, GTimeZone *zone)
{
  return satchel_minutes_format (satchel_day_minutes_of (ms, zone));
}

static char *
dup_times (const SatchelEvent *event, GTimeZone *zone)
{
  const SatchelSpan *span = &event->span;
  g_autofree char *first = satchel_day_format (span->first_day, _ ("%-e %b"));
  g_autofree char *last = satchel_day_format (span->last_day, _ ("%-e %b"));
  g_autofree char *start = NULL, *end = NULL;

  if (span->all_day)
    return span->first_day == span->last_day ? g_strdup (_ ("all day"))
                                             : g_strdup_printf ("%s–%s", first, last);
  start = dup_clock (span->start_ms, zone);
  end = dup_clock (span->end_ms, zone);
  if (span->start_ms == span->end_ms)
    return g_steal_pointer (&start);
  if (span->first_day == span->last_day)
    return g_strdup_printf ("%s–%s", start, end);
  return g_strdup_printf ("%s %s – %s %s", first, start, last, end);
}

/* From left to right wherever: people read clocks and numbers so. */
char *
satchel_event_dup_times (const SatchelEvent *event, GTimeZone *zone)
{
  g_autofree char *times = dup_times (event, zone);

  return event->span.all_day ? g_steal_pointer (&times) : satchel_display_isolate (times);
}

static const char *
get_title (const SatchelEvent *event)
{
  return *event->title != '\0' ? event->title : _ ("Untitled");
}

char *
satchel_event_dup_name (SatchelCalendar *calendar, const SatchelEvent *event)
{
  const SatchelSlot *slot = satchel_calendar_find_slot (calendar, event->entity);
  g_autofree char *times = satchel_event_dup_times (event, satchel_calendar_get_zone (calendar));
  g_autofree char *day = satchel_day_format (event->span.first_day, _ ("%A, %-e %B"));
  const char *kind = slot != NULL ? _ (slot->entity->label) : event->entity;
  GString *name = g_string_new (NULL);

  g_string_append_printf (name, "%s, %s, %s, %s", get_title (event), day, times, kind);
  if (*event->detail != '\0')
    g_string_append_printf (name, ", %s", event->detail);
  if (event->repeats)
    g_string_append_printf (name, ", %s", _ ("repeats"));
  if (event->replaces)
    g_string_append_printf (name, ", %s", _ ("one of a series, changed"));
  if (event->closed)
    g_string_append_printf (name, ", %s", _ ("closed"));
  return g_string_free (name, FALSE);
}

const char *
satchel_event_get_class (SatchelCalendar *calendar, const char *entity)
{
  static const char *const classes[] = {
    "kind-0", "kind-1", "kind-2", "kind-3", "kind-4", "kind-5", "kind-6"
  };
  const GArray *slots = satchel_calendar_get_slots (calendar);

  for (guint i = 0; i < slots->len; i++)
    if (g_str_equal (g_array_index (slots, SatchelSlot, i).entity->name, entity))
      return classes[i % G_N_ELEMENTS (classes)];
  return classes[0];
}

/* ---- the button ---- */

static GtkWidget *
make_line (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

/* The title, and a sign before it where it is one of many. The words are in the name of the chip. */
static GtkWidget *
make_title (const SatchelEvent *event)
{
  GtkWidget *title = make_line (get_title (event), "title"), *box, *sign;

  if (!event->repeats && !event->replaces)
    return title;
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  sign = gtk_image_new_from_icon_name (event->repeats ? "media-playlist-repeat-symbolic"
                                                      : "media-playlist-repeat-song-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (sign), 12);
  gtk_box_append (GTK_BOX (box), sign);
  gtk_box_append (GTK_BOX (box), title);
  return box;
}

/* Whole lines: what does not fit below the first is left out. */
static void
allocate_lines (GtkWidget *block, int width, int height, int baseline)
{
  int y = 0;

  for (GtkWidget *line = gtk_widget_get_first_child (block); line != NULL;
       line = gtk_widget_get_next_sibling (line)) {
    int least, natural;
    gboolean fits;

    gtk_widget_measure (line, GTK_ORIENTATION_VERTICAL, width, &least, &natural, NULL, NULL);
    fits = y == 0 || y + least <= height;
    gtk_widget_set_child_visible (line, fits);
    if (fits)
      gtk_widget_allocate (line, width, least, -1,
                           gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (0, y)));
    y += least;
  }
}

static void
measure_lines (GtkWidget *block, GtkOrientation orientation, int for_size, int *least, int *natural,
               int *least_baseline, int *natural_baseline)
{
  *least = *natural = 0;
  for (GtkWidget *line = gtk_widget_get_first_child (block); line != NULL;
       line = gtk_widget_get_next_sibling (line)) {
    int line_least, line_natural;

    gtk_widget_measure (line, orientation, for_size, &line_least, &line_natural, NULL, NULL);
    if (orientation == GTK_ORIENTATION_HORIZONTAL) {
      *least = MAX (*least, line_least);
      *natural = MAX (*natural, line_natural);
    } else {
      *least = *least > 0 ? *least : line_least;
      *natural += line_least;
    }
  }
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *block)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static GtkWidget *
make_block (const SatchelEvent *event, const char *times)
{
  GtkWidget *block = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (block), make_title (event));
  gtk_box_append (GTK_BOX (block), make_line (times, NULL));
  if (*event->detail != '\0')
    gtk_box_append (GTK_BOX (block), make_line (event->detail, NULL));
  gtk_widget_set_layout_manager (block,
                                 gtk_custom_layout_new (get_request_mode, measure_lines, allocate_lines));
  gtk_widget_set_valign (block, GTK_ALIGN_START);
  return block;
}

static GtkWidget *
make_bar (const SatchelEvent *event, GTimeZone *zone, SatchelChipForm form)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  if (!event->span.all_day && form == SATCHEL_CHIP_BAR) {
    g_autofree char *start = dup_clock (event->span.start_ms, zone);
    GtkWidget *time = gtk_label_new (start);

    gtk_widget_add_css_class (time, "numeric");
    gtk_label_set_ellipsize (GTK_LABEL (time), PANGO_ELLIPSIZE_END);
    gtk_box_append (GTK_BOX (box), time);
  }
  gtk_box_append (GTK_BOX (box), make_title (event));
  return box;
}

GtkWidget *
satchel_chip_new (SatchelCalendar *calendar, const SatchelEvent *event, SatchelChipForm form)
{
  GtkWidget *chip = gtk_button_new ();
  GTimeZone *zone = satchel_calendar_get_zone (calendar);
  g_autofree char *name = satchel_event_dup_name (calendar, event);
  g_autofree char *times = satchel_event_dup_times (event, zone);

  gtk_button_set_child (GTK_BUTTON (chip), form == SATCHEL_CHIP_BLOCK ? make_block (event, times)
                                                                      : make_bar (event, zone, form));
  gtk_widget_add_css_class (chip, "chip");
  gtk_widget_add_css_class (chip, satchel_event_get_class (calendar, event->entity));
  if (form == SATCHEL_CHIP_BLOCK)
    gtk_widget_add_css_class (chip, "block");
  if (event->closed)
    gtk_widget_add_css_class (chip, "closed");
  gtk_widget_set_overflow (chip, GTK_OVERFLOW_HIDDEN);
  satchel_tip_name (chip, name);
  g_object_set_data (G_OBJECT (chip), event_key, (gpointer)event);
  g_object_set_data_full (G_OBJECT (chip), events_key,
                          g_ptr_array_ref ((GPtrArray *)satchel_calendar_get_events (calendar)),
                          (GDestroyNotify)g_ptr_array_unref);
  return chip;
}

const SatchelEvent *
satchel_chip_get_event (GtkWidget *chip)
{
  return g_object_get_data (G_OBJECT (chip), event_key);
}

GtkWidget *
satchel_chip_find (GtkWidget *widget)
{
  while (widget != NULL && satchel_chip_get_event (widget) == NULL)
    widget = gtk_widget_get_parent (widget);
  return widget;
}
