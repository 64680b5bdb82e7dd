/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dashboard/chart-view.h"

#include "client/report/draw.h"
#include "ui/dashboard/segment.h"

#define LEAST_WIDTH 240
#define GOOD_WIDTH  420
#define LEAST_SPOT  6 /* what is smaller could not be pointed at */

struct _SatchelChartView {
  GtkWidget parent_instance;
  SatchelFigures *figures; /* NULL: none */
  SatchelDrawing *drawing; /* for the width that there is; NULL: to be made */
  GPtrArray *segments;     /* SatchelSegment, in the order of the drawing's spots */
  guint last_focus;
};

static guint open_signal;

G_DEFINE_FINAL_TYPE (SatchelChartView, satchel_chart_view, GTK_TYPE_WIDGET)

static SatchelDrawing *
make_drawing (SatchelChartView *view, int width)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (view), NULL);

  return satchel_drawing_new (view->figures, layout, width);
}

/* ---- segments ---- */

static void
clicked_cb (SatchelSegment *segment, SatchelChartView *view)
{
  const SatchelFigureGroup *group;
  const SatchelSpot *spot;
  guint position;

  if (view->drawing == NULL || !g_ptr_array_find (view->segments, segment, &position) ||
      position >= view->drawing->spots->len)
    return;
  spot = &g_array_index (view->drawing->spots, SatchelSpot, position);
  group = view->figures->groups->pdata[spot->group];
  if (spot->series < 0)
    g_signal_emit (view, open_signal, 0, group->total.entity, group->total.where);
  else
    g_signal_emit (view, open_signal, 0, group->parts[spot->series].entity, group->parts[spot->series].where);
}

static void
add_segment (SatchelChartView *view)
{
  SatchelSegment *segment = satchel_segment_new ();

  g_signal_connect (segment, "clicked", G_CALLBACK (clicked_cb), view);
  gtk_widget_set_parent (GTK_WIDGET (segment), GTK_WIDGET (view));
  g_ptr_array_add (view->segments, segment);
}

static void
drop_segment (SatchelChartView *view)
{
  gtk_widget_unparent (g_ptr_array_steal_index (view->segments, view->segments->len - 1));
}

static void
name_segments (SatchelChartView *view, const SatchelDrawing *drawing)
{
  const guint n_spots = drawing != NULL ? drawing->spots->len : 0;

  while (view->segments->len > n_spots)
    drop_segment (view);
  while (view->segments->len < n_spots)
    add_segment (view);
  for (guint i = 0; i < n_spots; i++) {
    const SatchelSpot *spot = &g_array_index (drawing->spots, SatchelSpot, i);
    g_autofree char *text = satchel_figures_describe_one (view->figures, spot->group, spot->series);

    satchel_segment_set_text (view->segments->pdata[i], text);
  }
}

/* ---- focus ---- */

static int
find_focus (SatchelChartView *view)
{
  for (guint i = 0; i < view->segments->len; i++)
    if (gtk_widget_is_focus (view->segments->pdata[i]))
      return (int)i;
  return -1;
}

/* The first number of the next group, or of the one before. */
static int
step_group (const SatchelDrawing *drawing, int from, int step)
{
  const guint group = g_array_index (drawing->spots, SatchelSpot, from).group;
  int to = from;

  while (to >= 0 && to < (int)drawing->spots->len &&
         g_array_index (drawing->spots, SatchelSpot, to).group == group)
    to += step;
  return to;
}

static int
step (SatchelChartView *view, int from, GtkDirectionType direction)
{
  const gboolean along = direction == GTK_DIR_LEFT || direction == GTK_DIR_RIGHT;
  const gboolean back =
      direction == GTK_DIR_UP || direction == (view->drawing->mirrored ? GTK_DIR_RIGHT : GTK_DIR_LEFT);

  /* Columns stand beside each other, rows below: the other direction goes through the parts of one. */
  if (along == view->drawing->upright)
    return step_group (view->drawing, from, back ? -1 : 1);
  return from + (back ? -1 : 1);
}

static gboolean
satchel_chart_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  SatchelChartView *view = SATCHEL_CHART_VIEW (widget);
  const gboolean by_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;
  int from = find_focus (view), to;

  if (view->segments->len == 0 || view->drawing == NULL || (by_tab && from >= 0))
    return FALSE;
  to = from < 0 ? (int)MIN (view->last_focus, view->segments->len - 1) : step (view, from, direction);
  if (to < 0 || to >= (int)view->segments->len)
    return FALSE;
  view->last_focus = (guint)to;
  return gtk_widget_grab_focus (view->segments->pdata[to]);
}

/* ---- size and drawing ---- */

static GtkSizeRequestMode
satchel_chart_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
satchel_chart_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                            int *natural, int *minimum_baseline, int *natural_baseline)
{
  SatchelChartView *view = SATCHEL_CHART_VIEW (widget);

  *minimum = LEAST_WIDTH;
  *natural = GOOD_WIDTH;
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    g_autoptr (SatchelDrawing) drawing =
        view->figures != NULL ? make_drawing (view, for_size < 0 ? GOOD_WIDTH : for_size) : NULL;

    *minimum = *natural = drawing != NULL ? (int)drawing->height + 1 : 0;
  }
  for (guint i = 0; i < view->segments->len; i++)
    gtk_widget_measure (view->segments->pdata[i], orientation, -1, NULL, NULL, NULL, NULL);
}

static void
satchel_chart_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SatchelChartView *view = SATCHEL_CHART_VIEW (widget);

  g_clear_pointer (&view->drawing, satchel_drawing_free);
  if (view->figures == NULL)
    return;
  view->drawing = make_drawing (view, width);
  for (guint i = 0; i < view->segments->len; i++) {
    const SatchelSpot *spot = &g_array_index (view->drawing->spots, SatchelSpot, i);

    gtk_widget_size_allocate (view->segments->pdata[i],
                              &(GtkAllocation){ (int)spot->x, (int)spot->y,
                                                MAX ((int)spot->width, LEAST_SPOT),
                                                MAX ((int)spot->height, LEAST_SPOT) },
                              -1);
  }
}

static SatchelInk
to_ink (const GdkRGBA *color, double strength)
{
  return (SatchelInk){ color->red, color->green, color->blue, color->alpha * strength };
}

static void
satchel_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SatchelChartView *view = SATCHEL_CHART_VIEW (widget);
  const graphene_rect_t bounds =
      GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget), (float)gtk_widget_get_height (widget));
  g_autoptr (PangoLayout) layout = NULL;
  GdkRGBA color;
  cairo_t *cr;

  if (view->drawing == NULL)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  layout = gtk_widget_create_pango_layout (widget, NULL);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  satchel_drawing_draw (view->drawing, cr, layout,
                        &(SatchelInks){ .text = to_ink (&color, 1), .muted = to_ink (&color, 0.75) });
  cairo_destroy (cr);
  for (guint i = 0; i < view->segments->len; i++)
    gtk_widget_snapshot_child (widget, view->segments->pdata[i], snapshot);
}

static void
satchel_chart_view_dispose (GObject *object)
{
  SatchelChartView *view = SATCHEL_CHART_VIEW (object);

  while (view->segments != NULL && view->segments->len > 0)
    drop_segment (view);
  g_clear_pointer (&view->segments, g_ptr_array_unref);
  g_clear_pointer (&view->drawing, satchel_drawing_free);
  g_clear_pointer (&view->figures, satchel_figures_unref);
  G_OBJECT_CLASS (satchel_chart_view_parent_class)->dispose (object);
}

static void
satchel_chart_view_class_init (SatchelChartViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_chart_view_dispose;
  widget_class->focus = satchel_chart_view_focus;
  widget_class->get_request_mode = satchel_chart_view_get_request_mode;
  widget_class->measure = satchel_chart_view_measure;
  widget_class->size_allocate = satchel_chart_view_size_allocate;
  widget_class->snapshot = satchel_chart_view_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "chart");
  open_signal = g_signal_new ("open", SATCHEL_TYPE_CHART_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
satchel_chart_view_init (SatchelChartView *view)
{
  view->segments = g_ptr_array_new ();
}

SatchelChartView *
satchel_chart_view_new (void)
{
  return g_object_new (SATCHEL_TYPE_CHART_VIEW, NULL);
}

void
satchel_chart_view_set_figures (SatchelChartView *view, SatchelFigures *figures)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (view));
  SatchelFigures *before = view->figures;

  view->figures = figures != NULL ? satchel_figures_ref (figures) : NULL;
  satchel_figures_unref (before);
  g_clear_pointer (&view->drawing, satchel_drawing_free);
  if (figures != NULL) {
    g_autofree char *description = satchel_figures_describe (figures);

    view->drawing = make_drawing (view, width > 0 ? width : GOOD_WIDTH);
    gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, figures->title,
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
  }
  name_segments (view, view->drawing);
  gtk_widget_queue_resize (GTK_WIDGET (view));
}
