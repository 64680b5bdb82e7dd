/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/hours.h"

#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/calendar/lanes.h"

#define LEAST_MINUTES 30 /* what is shorter is drawn so long: it is to be read */
#define LINE_MINUTES  45 /* what is shorter has room for one line */
#define GAP           1
#define CHIP_SCALE    0.9 /* of its text, and the pixels above and below: as in calendar.css */
#define CHIP_PADDING  4

typedef struct {
  GtkWidget *chip;
  guint column;
  SatchelLane lane; /* from and until: minutes of the day */
} Block;

struct _SatchelHours {
  GtkWidget parent_instance;
  SatchelCalendar *calendar;
  gint64 first_day;
  guint n_days;
  GArray *blocks; /* Block */
  gboolean is_marked;
  SatchelSpan marked;
};

G_DEFINE_FINAL_TYPE (SatchelHours, satchel_hours, GTK_TYPE_WIDGET)

enum { OPEN, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- where things stand ---- */

static PangoLayout *
make_scaled (SatchelHours *hours, int minutes, double scale)
{
  g_autofree char *text = satchel_minutes_format (minutes);
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (hours), text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static PangoLayout *
make_time (SatchelHours *hours, int minutes)
{
  return make_scaled (hours, minutes, 0.85);
}

int
satchel_hours_get_gutter (SatchelHours *hours)
{
  g_autoptr (PangoLayout) layout = make_time (hours, 22 * 60);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width + 12;
}

/* With the text: at twice its size an hour is twice as high, and a chip of an hour has room for its three
 * lines. */
static int
get_hour_height (SatchelHours *hours)
{
  g_autoptr (PangoLayout) layout = make_scaled (hours, 0, CHIP_SCALE);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height * 3 + CHIP_PADDING + 2 * GAP;
}

double
satchel_hours_get_y (SatchelHours *hours, int minutes)
{
  return (double)get_hour_height (hours) * minutes / 60;
}

static int
get_column (SatchelHours *hours, int gutter, guint column)
{
  int width = gtk_widget_get_width (GTK_WIDGET (hours));

  return gutter + (int)((gint64)(width - gutter) * column / MAX (hours->n_days, 1));
}

static int
mirror (SatchelHours *hours, int from, int width)
{
  if (gtk_widget_get_direction (GTK_WIDGET (hours)) == GTK_TEXT_DIR_RTL)
    return gtk_widget_get_width (GTK_WIDGET (hours)) - from - width;
  return from;
}

static void
satchel_hours_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SatchelHours *hours = SATCHEL_HOURS (widget);
  int gutter = satchel_hours_get_gutter (hours), hour = get_hour_height (hours);

  for (guint i = 0; i < hours->blocks->len; i++) {
    const Block *block = &g_array_index (hours->blocks, Block, i);
    int from = get_column (hours, gutter, block->column) + 2 * GAP;
    int room = get_column (hours, gutter, block->column + 1) - from - 3 * GAP, least, natural;
    int begin = from + room * (int)block->lane.lane / (int)block->lane.n_lanes;
    int end = from + room * (int)(block->lane.lane + block->lane.span) / (int)block->lane.n_lanes;
    GtkAllocation place = { 0, hour * block->lane.from / 60 + GAP, MAX (end - begin - GAP, 1), 0 };

    gtk_widget_measure (block->chip, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
    place.width = MAX (place.width, least);
    place.x = mirror (hours, begin, place.width);
    gtk_widget_measure (block->chip, GTK_ORIENTATION_VERTICAL, place.width, &least, &natural, NULL, NULL);
    place.height = MAX (hour * (block->lane.until - block->lane.from) / 60 - GAP, 1);
    gtk_widget_size_allocate (block->chip, &place, -1);
  }
}

static void
satchel_hours_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *least, int *natural,
                       int *least_baseline, int *natural_baseline)
{
  SatchelHours *hours = SATCHEL_HOURS (widget);

  *least_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *least = *natural = 24 * get_hour_height (hours);
    return;
  }
  *least = satchel_hours_get_gutter (hours) + (int)hours->n_days * 24;
  *natural = satchel_hours_get_gutter (hours) + (int)hours->n_days * 120;
}

/* ---- drawing ---- */

static void
fill (GtkSnapshot *snapshot, SatchelHours *hours, const GdkRGBA *colour, double alpha, int x, double y,
      int width, double height)
{
  GdkRGBA tint = *colour;

  tint.alpha = (float)alpha;
  gtk_snapshot_append_color (
      snapshot, &tint,
      &GRAPHENE_RECT_INIT (mirror (hours, x, width), (float)y, width, (float)MAX (height, 1)));
}

static void
draw_times (SatchelHours *hours, GtkSnapshot *snapshot, const GdkRGBA *text, int gutter)
{
  int width = gtk_widget_get_width (GTK_WIDGET (hours)), hour = get_hour_height (hours);
  GdkRGBA pale = *text;

  pale.alpha = 0.7f;
  for (int i = 0; i < 24; i++) {
    g_autoptr (PangoLayout) layout = i > 0 ? make_time (hours, i * 60) : NULL;
    int label_width, label_height;

    fill (snapshot, hours, text, 0.12, gutter, hour * i, width - gutter, 1);
    fill (snapshot, hours, text, 0.05, gutter, hour * i + hour / 2, width - gutter, 1);
    if (layout == NULL)
      continue;
    pango_layout_get_pixel_size (layout, &label_width, &label_height);
    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot,
                            &GRAPHENE_POINT_INIT (mirror (hours, gutter - label_width - 6, label_width),
                                                  hour * i - label_height / 2));
    gtk_snapshot_append_layout (snapshot, layout, &pale);
    gtk_snapshot_restore (snapshot);
  }
}

/* Over the chips: where it would stand, and from when to when. */
static void
draw_mark (SatchelHours *hours, GtkSnapshot *snapshot, const GdkRGBA *accent, int gutter)
{
  GTimeZone *zone = satchel_calendar_get_zone (hours->calendar);
  const SatchelSpan *span = &hours->marked;

  for (guint i = 0; i < hours->n_days; i++) {
    gint64 day = hours->first_day + i;
    int from = 0, until = SATCHEL_DAY_MINUTES, x = get_column (hours, gutter, i);

    if (day < span->first_day || day > span->last_day || span->all_day)
      continue;
    if (day == span->first_day)
      from = satchel_day_minutes_of (span->start_ms, zone);
    if (day == satchel_day_of (span->end_ms, zone))
      until = MAX (satchel_day_minutes_of (span->end_ms, zone), from + LEAST_MINUTES);
    fill (snapshot, hours, accent, 0.35, x + 1, satchel_hours_get_y (hours, from),
          get_column (hours, gutter, i + 1) - x - 1, satchel_hours_get_y (hours, until - from));
    if (day == span->first_day) {
      SatchelEvent event = { .span = *span };
      g_autofree char *times = satchel_event_dup_times (&event, zone);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (hours), times);
      GdkRGBA text;
      int width;

      gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (hours)), &text);
      pango_layout_get_pixel_size (layout, &width, NULL);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (mirror (hours, x + 6, width),
                                                              (float)satchel_hours_get_y (hours, from) + 2));
      gtk_snapshot_append_layout (snapshot, layout, &text);
      gtk_snapshot_restore (snapshot);
    }
  }
}

static void
draw_now (SatchelHours *hours, GtkSnapshot *snapshot, int gutter)
{
  gint64 today = satchel_calendar_get_today (hours->calendar), column = today - hours->first_day;
  int minutes = satchel_day_minutes_of (satchel_calendar_get_now_ms (hours->calendar),
                                        satchel_calendar_get_zone (hours->calendar));
  double y = satchel_hours_get_y (hours, minutes);
  GdkRGBA red = { 0.88f, 0.11f, 0.14f, 1 };

  if (column < 0 || column >= hours->n_days)
    return;
  fill (snapshot, hours, &red, 1, get_column (hours, gutter, (guint)column), y - 1,
        get_column (hours, gutter, (guint)column + 1) - get_column (hours, gutter, (guint)column), 2);
  fill (snapshot, hours, &red, 1, get_column (hours, gutter, (guint)column) - 3, y - 4, 6, 8);
}

static void
satchel_hours_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SatchelHours *hours = SATCHEL_HOURS (widget);
  int gutter = satchel_hours_get_gutter (hours), height = gtk_widget_get_height (widget);
  gint64 today = satchel_calendar_get_today (hours->calendar);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA text, accent;

  gtk_style_context_get_color (style, &text);
  if (!gtk_style_context_lookup_color (style, "accent_bg_color", &accent))
    accent = text;
  for (guint i = 0; i < hours->n_days; i++) {
    int x = get_column (hours, gutter, i), width = get_column (hours, gutter, i + 1) - x;

    if (satchel_day_get_weekday (hours->first_day + i) >= 6)
      fill (snapshot, hours, &text, 0.03, x, 0, width, height);
    if (hours->first_day + i == today)
      fill (snapshot, hours, &accent, 0.06, x, 0, width, height);
    fill (snapshot, hours, &text, 0.12, x, 0, 1, height);
  }
  draw_times (hours, snapshot, &text, gutter);
  GTK_WIDGET_CLASS (satchel_hours_parent_class)->snapshot (widget, snapshot);
  draw_now (hours, snapshot, gutter);
  if (hours->is_marked)
    draw_mark (hours, snapshot, &accent, gutter);
}

/* ---- what is shown ---- */

static void
chip_cb (GtkWidget *chip, SatchelHours *hours)
{
  g_signal_emit (hours, signals[OPEN], 0, satchel_chip_get_event (chip));
}

static void
clear_blocks (SatchelHours *hours)
{
  for (guint i = 0; i < hours->blocks->len; i++)
    gtk_widget_unparent (g_array_index (hours->blocks, Block, i).chip);
  g_array_set_size (hours->blocks, 0);
}

/* What is longer than a night stands above, with the whole days. */
static gboolean
belongs (const SatchelEvent *event, gint64 day)
{
  const SatchelSpan *span = &event->span;

  return !span->all_day && span->last_day - span->first_day <= 1 && span->first_day <= day &&
         span->last_day >= day;
}

static GtkWidget *
make_chip (SatchelHours *hours, const SatchelEvent *event, const SatchelLane *lane)
{
  return satchel_chip_new (hours->calendar, event,
                           lane->until - lane->from < LINE_MINUTES ? SATCHEL_CHIP_LINE : SATCHEL_CHIP_BLOCK);
}

static void
add_day (SatchelHours *hours, guint column)
{
  const GPtrArray *events = satchel_calendar_get_events (hours->calendar);
  GTimeZone *zone = satchel_calendar_get_zone (hours->calendar);
  gint64 day = hours->first_day + column;
  g_autoptr (GArray) lanes = g_array_new (FALSE, TRUE, sizeof (SatchelLane));
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  for (guint i = 0; i < events->len; i++) {
    const SatchelEvent *event = events->pdata[i];
    SatchelLane lane = { .until = SATCHEL_DAY_MINUTES };

    if (!belongs (event, day))
      continue;
    if (event->span.first_day == day)
      lane.from = satchel_day_minutes_of (event->span.start_ms, zone);
    if (satchel_day_of (event->span.end_ms, zone) == day)
      lane.until = satchel_day_minutes_of (event->span.end_ms, zone);
    lane.from = MIN (lane.from, SATCHEL_DAY_MINUTES - LEAST_MINUTES);
    lane.until = MAX (lane.until, lane.from + LEAST_MINUTES);
    g_array_append_val (lanes, lane);
    g_ptr_array_add (chosen, (gpointer)event);
  }
  satchel_lanes_spread ((SatchelLane *)(gpointer)lanes->data, lanes->len);
  for (guint i = 0; i < chosen->len; i++) {
    Block block = { .chip = make_chip (hours, chosen->pdata[i], &g_array_index (lanes, SatchelLane, i)),
                    .column = column,
                    .lane = g_array_index (lanes, SatchelLane, i) };

    g_signal_connect (block.chip, "clicked", G_CALLBACK (chip_cb), hours);
    gtk_widget_set_parent (block.chip, GTK_WIDGET (hours));
    g_array_append_val (hours->blocks, block);
  }
}

void
satchel_hours_show (SatchelHours *hours, gint64 first_day, guint n_days)
{
  hours->first_day = first_day;
  hours->n_days = n_days;
  clear_blocks (hours);
  for (guint i = 0; i < n_days; i++)
    add_day (hours, i);
  gtk_widget_queue_resize (GTK_WIDGET (hours));
}

gboolean
satchel_hours_find (SatchelHours *hours, double x, double y, gint64 *day, int *minutes)
{
  int width = gtk_widget_get_width (GTK_WIDGET (hours)), gutter = satchel_hours_get_gutter (hours);

  if (gtk_widget_get_direction (GTK_WIDGET (hours)) == GTK_TEXT_DIR_RTL)
    x = width - x;
  if (x < gutter || x >= width || hours->n_days == 0)
    return FALSE;
  *day = hours->first_day + (gint64)((x - gutter) * hours->n_days / (width - gutter));
  *minutes = CLAMP ((int)(y * 60 / get_hour_height (hours)), 0, SATCHEL_DAY_MINUTES);
  return TRUE;
}

void
satchel_hours_mark (SatchelHours *hours, const SatchelSpan *span)
{
  if (!hours->is_marked && span == NULL)
    return;
  hours->is_marked = span != NULL;
  if (span != NULL)
    hours->marked = *span;
  gtk_widget_queue_draw (GTK_WIDGET (hours));
}

/* ---- the object ---- */

static void
satchel_hours_dispose (GObject *object)
{
  SatchelHours *hours = SATCHEL_HOURS (object);

  clear_blocks (hours);
  g_clear_object (&hours->calendar);
  G_OBJECT_CLASS (satchel_hours_parent_class)->dispose (object);
}

static void
satchel_hours_finalize (GObject *object)
{
  g_array_unref (SATCHEL_HOURS (object)->blocks);
  G_OBJECT_CLASS (satchel_hours_parent_class)->finalize (object);
}

static void
satchel_hours_class_init (SatchelHoursClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_hours_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_hours_finalize;
  widget_class->measure = satchel_hours_measure;
  widget_class->size_allocate = satchel_hours_size_allocate;
  widget_class->snapshot = satchel_hours_snapshot;
  signals[OPEN] = g_signal_new ("open", SATCHEL_TYPE_HOURS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
satchel_hours_init (SatchelHours *hours)
{
  hours->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
}

SatchelHours *
satchel_hours_new (SatchelCalendar *calendar)
{
  SatchelHours *hours = g_object_new (SATCHEL_TYPE_HOURS, NULL);

  hours->calendar = g_object_ref (calendar);
  return hours;
}
