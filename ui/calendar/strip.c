/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/strip.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/calendar/lanes.h"
#include "ui/display.h"

#define MOST_DAYS 7
#define MOST_ROWS 40 /* of a month's week that are made; more fit on no screen */
#define FEW_ROWS  5  /* of whole days */
#define GAP       2

typedef struct {
  GtkWidget *chip;  /* NULL: none was made */
  SatchelLane lane; /* from and until: columns */
} Bar;

struct _SatchelStrip {
  GtkWidget parent_instance;
  SatchelCalendar *calendar;
  SatchelStripKind kind;
  gint64 first_day, month;
  guint n_days;
  int gutter;
  gint64 marked_first, marked_last;
  GtkWidget *days[MOST_DAYS], *more[MOST_DAYS];
  GArray *bars; /* Bar */
  guint n_rows;
};

G_DEFINE_FINAL_TYPE (SatchelStrip, satchel_strip, GTK_TYPE_WIDGET)

enum { OPEN, DAY, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- where things stand ---- */

static int
get_column (SatchelStrip *strip, int width, guint column)
{
  return strip->gutter + (int)((gint64)(width - strip->gutter) * column / MAX (strip->n_days, 1));
}

/* Reading direction: what begins at @from goes to @until, counted from the side where reading begins. */
static void
place (SatchelStrip *strip, GtkWidget *child, int from, int until, int y, int height)
{
  GtkAllocation place = { from, y, until - from, height };
  int least, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  place.width = MAX (place.width, least);
  if (gtk_widget_get_direction (GTK_WIDGET (strip)) == GTK_TEXT_DIR_RTL)
    place.x = gtk_widget_get_width (GTK_WIDGET (strip)) - from - place.width;
  gtk_widget_size_allocate (child, &place, -1);
}

static int
get_height (GtkWidget *widget)
{
  int least, natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, -1, &least, &natural, NULL, NULL);
  return natural;
}

static int
get_head_height (SatchelStrip *strip)
{
  return get_height (strip->days[0]) + 2 * GAP;
}

/* One for all, whether there is a bar or not: that of a line of text. */
static int
get_row_height (SatchelStrip *strip)
{
  return get_height (strip->more[0]) + GAP;
}

static guint
count_hidden (SatchelStrip *strip, guint column, guint n_shown)
{
  guint n = 0;

  for (guint i = 0; i < strip->bars->len; i++) {
    const Bar *bar = &g_array_index (strip->bars, Bar, i);

    n += bar->lane.lane >= n_shown && bar->lane.from <= (int)column && bar->lane.until > (int)column;
  }
  return n;
}

static void
place_more (SatchelStrip *strip, int width, guint n_shown, int y, int row_height)
{
  for (guint i = 0; i < MOST_DAYS; i++) {
    guint n = i < strip->n_days ? count_hidden (strip, i, n_shown) : 0;

    gtk_widget_set_child_visible (strip->more[i], n > 0);
    if (n > 0) {
      g_autofree char *number = g_strdup_printf (_ ("+%u"), n), *text = satchel_display_isolate (number);
      g_autofree char *name = g_strdup_printf (ngettext ("%u more", "%u more", n), n);

      if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (strip->more[i])), text) != 0) {
        gtk_button_set_label (GTK_BUTTON (strip->more[i]), text);
        gtk_accessible_update_property (GTK_ACCESSIBLE (strip->more[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                        -1);
      }
      place (strip, strip->more[i], get_column (strip, width, i) + GAP,
             get_column (strip, width, i + 1) - GAP, y, row_height - GAP);
    }
  }
}

static void
satchel_strip_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SatchelStrip *strip = SATCHEL_STRIP (widget);
  int head = get_head_height (strip), row = get_row_height (strip);
  guint n_fit = (guint)MAX ((height - head) / row, 0), n_shown = n_fit;

  if (strip->n_rows > n_fit)
    n_shown = n_fit > 0 ? n_fit - 1 : 0;
  for (guint i = 0; i < strip->n_days; i++)
    place (strip, strip->days[i], get_column (strip, width, i) + GAP, get_column (strip, width, i + 1) - GAP,
           GAP, head - 2 * GAP);
  for (guint i = 0; i < strip->bars->len; i++) {
    const Bar *bar = &g_array_index (strip->bars, Bar, i);

    if (bar->chip == NULL)
      continue;
    gtk_widget_set_child_visible (bar->chip, bar->lane.lane < n_shown);
    if (bar->lane.lane < n_shown)
      place (strip, bar->chip, get_column (strip, width, (guint)bar->lane.from) + GAP,
             get_column (strip, width, (guint)bar->lane.until) - GAP, head + (int)bar->lane.lane * row,
             row - GAP);
  }
  place_more (strip, width, n_shown, head + (int)n_shown * row, row);
}

static void
satchel_strip_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *least, int *natural,
                       int *least_baseline, int *natural_baseline)
{
  SatchelStrip *strip = SATCHEL_STRIP (widget);

  *least_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *least = strip->gutter + (int)strip->n_days * 24;
    *natural = strip->gutter + (int)strip->n_days * 120;
    return;
  }
  *least = *natural = get_head_height (strip);
  if (strip->kind == SATCHEL_STRIP_MONTH)
    *least += get_row_height (strip);
  else
    *least += (int)MIN (strip->n_rows, FEW_ROWS) * get_row_height (strip);
  *natural = MAX (*natural, *least);
}

/* ---- lines and tints ---- */

static void
fill (GtkSnapshot *snapshot, SatchelStrip *strip, const GdkRGBA *colour, double alpha, int from, int until)
{
  int width = gtk_widget_get_width (GTK_WIDGET (strip)), height = gtk_widget_get_height (GTK_WIDGET (strip));
  gboolean right = gtk_widget_get_direction (GTK_WIDGET (strip)) == GTK_TEXT_DIR_RTL;
  GdkRGBA tint = *colour;

  tint.alpha = (float)alpha;
  gtk_snapshot_append_color (snapshot, &tint,
                             &GRAPHENE_RECT_INIT (right ? width - until : from, 0, until - from, height));
}

static void
satchel_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SatchelStrip *strip = SATCHEL_STRIP (widget);
  int width = gtk_widget_get_width (widget);
  gint64 today = satchel_calendar_get_today (strip->calendar);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA text, accent;

  gtk_style_context_get_color (style, &text);
  if (!gtk_style_context_lookup_color (style, "accent_bg_color", &accent))
    accent = text;
  for (guint i = 0; i < strip->n_days; i++) {
    gint64 day = strip->first_day + i;
    int from = get_column (strip, width, i), until = get_column (strip, width, i + 1);

    if (satchel_day_get_weekday (day) >= 6)
      fill (snapshot, strip, &text, 0.03, from, until);
    if (day == today)
      fill (snapshot, strip, &accent, 0.08, from, until);
    if (day >= strip->marked_first && day <= strip->marked_last)
      fill (snapshot, strip, &accent, 0.25, from, until);
    if (i > 0 || strip->gutter > 0)
      fill (snapshot, strip, &text, 0.12, from, from + 1);
  }
  text.alpha = 0.12f;
  gtk_snapshot_append_color (snapshot, &text,
                             &GRAPHENE_RECT_INIT (0, gtk_widget_get_height (widget) - 1, width, 1));
  GTK_WIDGET_CLASS (satchel_strip_parent_class)->snapshot (widget, snapshot);
}

/* ---- what is shown ---- */

static void
chip_cb (GtkWidget *chip, SatchelStrip *strip)
{
  g_signal_emit (strip, signals[OPEN], 0, satchel_chip_get_event (chip));
}

static void
day_cb (GtkWidget *button, SatchelStrip *strip)
{
  for (guint i = 0; i < strip->n_days; i++)
    if (strip->days[i] == button || strip->more[i] == button) {
      g_signal_emit (strip, signals[DAY], 0, strip->first_day + i);
      return;
    }
}

static void
set_class (GtkWidget *widget, const char *class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, class);
  else
    gtk_widget_remove_css_class (widget, class);
}

static char *
dup_day_label (SatchelStrip *strip, gint64 day)
{
  int year, month, day_of_month;

  if (strip->kind == SATCHEL_STRIP_WHOLE && strip->n_days == 1)
    return satchel_day_format (day, _ ("%A, %-e %B"));
  if (strip->kind == SATCHEL_STRIP_WHOLE)
    /* xgettext:no-c-format */
    return satchel_day_format (day, _ ("%a %-e"));
  satchel_day_get_date (day, &year, &month, &day_of_month);
  return satchel_day_format (day, day_of_month == 1 ? _ ("%-e %b") : "%-e");
}

static GtkWidget *
make_head (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

/* Where there is no room for the name of the day its number stands alone. */
static void
show_day (SatchelStrip *strip, GtkWidget *button, gint64 day)
{
  g_autofree char *text = dup_day_label (strip, day), *number = satchel_day_format (day, "%-e");
  GtkWidget *heads = adw_squeezer_new (), *whole = gtk_label_new (text);

  adw_squeezer_set_homogeneous (ADW_SQUEEZER (heads), FALSE);
  gtk_widget_set_halign (heads, GTK_ALIGN_CENTER);
  adw_squeezer_add (ADW_SQUEEZER (heads), whole);
  adw_squeezer_add (ADW_SQUEEZER (heads), make_head (number));
  gtk_button_set_child (GTK_BUTTON (button), heads);
}

static void
show_days (SatchelStrip *strip)
{
  for (guint i = 0; i < MOST_DAYS; i++) {
    gint64 day = strip->first_day + i;
    g_autofree char *name = satchel_day_format (day, _ ("%A, %-e %B %Y"));

    gtk_widget_set_child_visible (strip->days[i], i < strip->n_days);
    show_day (strip, strip->days[i], day);
    gtk_accessible_update_property (GTK_ACCESSIBLE (strip->days[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    set_class (strip->days[i], "today", day == satchel_calendar_get_today (strip->calendar));
    set_class (strip->days[i], "outside",
               strip->month >= 0 &&
                   satchel_day_first_of_month (day) != satchel_day_first_of_month (strip->month));
  }
}

void
satchel_strip_clear (SatchelStrip *strip)
{
  for (guint i = 0; i < strip->bars->len; i++)
    g_clear_pointer (&g_array_index (strip->bars, Bar, i).chip, gtk_widget_unparent);
  g_array_set_size (strip->bars, 0);
}

static gboolean
belongs (SatchelStrip *strip, const SatchelEvent *event)
{
  if (event->span.last_day < strip->first_day || event->span.first_day >= strip->first_day + strip->n_days)
    return FALSE;
  return strip->kind == SATCHEL_STRIP_MONTH || event->span.all_day ||
         event->span.last_day - event->span.first_day > 1;
}

static void
add_bars (SatchelStrip *strip, GPtrArray *chosen)
{
  g_autofree SatchelLane *lanes = g_new0 (SatchelLane, MAX (chosen->len, 1));

  for (guint i = 0; i < chosen->len; i++) {
    const SatchelEvent *event = chosen->pdata[i];

    lanes[i].from = (int)MAX (event->span.first_day - strip->first_day, 0);
    lanes[i].until = (int)MIN (event->span.last_day + 1 - strip->first_day, strip->n_days);
  }
  strip->n_rows = satchel_lanes_stack (lanes, chosen->len);
  for (guint i = 0; i < chosen->len; i++) {
    Bar bar = { .lane = lanes[i] };

    if (lanes[i].lane < MOST_ROWS) {
      bar.chip = satchel_chip_new (strip->calendar, chosen->pdata[i], SATCHEL_CHIP_BAR);
      g_signal_connect (bar.chip, "clicked", G_CALLBACK (chip_cb), strip);
      gtk_widget_insert_before (bar.chip, GTK_WIDGET (strip), strip->more[0]);
    }
    g_array_append_val (strip->bars, bar);
  }
}

void
satchel_strip_show (SatchelStrip *strip, gint64 first_day, guint n_days, gint64 month)
{
  const GPtrArray *events = satchel_calendar_get_events (strip->calendar);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  g_return_if_fail (n_days > 0 && n_days <= MOST_DAYS);
  strip->first_day = first_day;
  strip->n_days = n_days;
  strip->month = month;
  satchel_strip_clear (strip);
  for (guint i = 0; i < events->len; i++)
    if (belongs (strip, events->pdata[i]))
      g_ptr_array_add (chosen, events->pdata[i]);
  show_days (strip);
  add_bars (strip, chosen);
  gtk_widget_queue_resize (GTK_WIDGET (strip));
}

void
satchel_strip_set_gutter (SatchelStrip *strip, int width)
{
  if (strip->gutter == width)
    return;
  strip->gutter = width;
  gtk_widget_queue_resize (GTK_WIDGET (strip));
}

void
satchel_strip_mark (SatchelStrip *strip, gint64 first, gint64 last)
{
  if (strip->marked_first == first && strip->marked_last == last)
    return;
  strip->marked_first = first;
  strip->marked_last = last;
  gtk_widget_queue_draw (GTK_WIDGET (strip));
}

gboolean
satchel_strip_find_day (SatchelStrip *strip, double x, gint64 *day)
{
  int width = gtk_widget_get_width (GTK_WIDGET (strip));

  if (gtk_widget_get_direction (GTK_WIDGET (strip)) == GTK_TEXT_DIR_RTL)
    x = width - x;
  if (x < strip->gutter || x >= width || strip->n_days == 0)
    return FALSE;
  *day = strip->first_day + MIN ((gint64)((x - strip->gutter) * strip->n_days / (width - strip->gutter)),
                                 (gint64)strip->n_days - 1);
  return TRUE;
}

/* ---- the object ---- */

static void
satchel_strip_dispose (GObject *object)
{
  SatchelStrip *strip = SATCHEL_STRIP (object);

  satchel_strip_clear (strip);
  for (guint i = 0; i < MOST_DAYS; i++) {
    g_clear_pointer (&strip->days[i], gtk_widget_unparent);
    g_clear_pointer (&strip->more[i], gtk_widget_unparent);
  }
  g_clear_object (&strip->calendar);
  G_OBJECT_CLASS (satchel_strip_parent_class)->dispose (object);
}

static void
satchel_strip_finalize (GObject *object)
{
  g_array_unref (SATCHEL_STRIP (object)->bars);
  G_OBJECT_CLASS (satchel_strip_parent_class)->finalize (object);
}

static void
satchel_strip_class_init (SatchelStripClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_strip_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_strip_finalize;
  widget_class->measure = satchel_strip_measure;
  widget_class->size_allocate = satchel_strip_size_allocate;
  widget_class->snapshot = satchel_strip_snapshot;
  signals[OPEN] = g_signal_new ("open", SATCHEL_TYPE_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DAY] = g_signal_new ("day", SATCHEL_TYPE_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               1, G_TYPE_INT64);
  gtk_widget_class_set_css_name (widget_class, "strip");
}

static void
satchel_strip_init (SatchelStrip *strip)
{
  strip->bars = g_array_new (FALSE, TRUE, sizeof (Bar));
  strip->marked_last = -1;
  for (guint i = 0; i < 2 * MOST_DAYS; i++) {
    gboolean is_day = i < MOST_DAYS;
    GtkWidget *button = gtk_button_new_with_label ("");

    gtk_widget_add_css_class (button, "flat");
    gtk_widget_add_css_class (button, is_day ? "sheet-day" : "sheet-more");
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    is_day ? _ ("Day") : _ ("More"), -1);
    g_signal_connect (button, "clicked", G_CALLBACK (day_cb), strip);
    gtk_widget_set_parent (button, GTK_WIDGET (strip));
    *(is_day ? &strip->days[i] : &strip->more[i - MOST_DAYS]) = button;
  }
}

SatchelStrip *
satchel_strip_new (SatchelCalendar *calendar, SatchelStripKind kind)
{
  SatchelStrip *strip = g_object_new (SATCHEL_TYPE_STRIP, NULL);

  strip->calendar = g_object_ref (calendar);
  strip->kind = kind;
  return strip;
}
