/* Bars, columns and funnels, their labels, numbers and legend.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/report/draw.h"

#include <math.h>

#define GAP         6.0 /* between what stands side by side */
#define ROW_GAP     6.0 /* between bars */
#define BAR_RADIUS  3.0
#define SIDE_LABELS 0.34 /* of the width, at most */
#define NARROW      18.0 /* lines of text: below this width labels stand above their bars */
#define COLUMN_ROOM 9.0  /* lines of text: how high the columns are */
#define SWATCH      0.7  /* of a line */

/* The palette of GNOME in shades that stand out from white and from black. */
static const SatchelInk series_inks[] = {
  { 0.208, 0.518, 0.894, 1 }, { 0.149, 0.635, 0.412, 1 }, { 0.902, 0.380, 0.000, 1 },
  { 0.569, 0.255, 0.675, 1 }, { 0.898, 0.647, 0.039, 1 }, { 0.753, 0.110, 0.157, 1 },
  { 0.596, 0.416, 0.267, 1 }, { 0.471, 0.467, 0.502, 1 },
};

/* ---- texts ---- */

static double
measure_text (PangoLayout *layout, const char *text, double *height)
{
  int width, pixels_high;

  pango_layout_set_width (layout, -1);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &pixels_high);
  if (height != NULL)
    *height = pixels_high;
  return width;
}

typedef enum { AT_START, AT_MIDDLE, AT_END } Place;

/* One line whose middle is at @y, with an ellipsis where it has no room. */
static void
show_text (cairo_t *cr, PangoLayout *layout, const char *text, double x, double y, double width, Place place,
           const SatchelInk *ink)
{
  static const PangoAlignment alignments[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
  int height;

  if (width < 1)
    return;
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_auto_dir (layout, FALSE); /* alignment is that of the chart, whatever the script */
  pango_layout_set_alignment (layout, alignments[place]);
  cairo_set_source_rgba (cr, ink->red, ink->green, ink->blue, ink->alpha);
  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_move_to (cr, x, y - height / 2.0);
  pango_cairo_update_layout (cr, layout);
  pango_cairo_show_layout (cr, layout);
}

/* ---- where everything stands ---- */

static double
to_double (SatchelDecimal value)
{
  return (double)value.coefficient / pow (10, value.scale);
}

/* What a full bar stands for. */
static double
find_largest (const SatchelFigures *figures)
{
  double largest = 0;

  if (figures->is_share)
    return 100;
  for (guint i = 0; i < figures->groups->len; i++)
    largest = MAX (largest, to_double (((SatchelFigureGroup *)figures->groups->pdata[i])->total.value));
  return largest > 0 ? largest : 1;
}

static double
find_widest_value (const SatchelFigures *figures, PangoLayout *layout)
{
  double widest = 0;

  for (guint i = 0; i < figures->groups->len; i++) {
    g_autofree char *text =
        satchel_figures_display (figures, ((SatchelFigureGroup *)figures->groups->pdata[i])->total.value);

    widest = MAX (widest, measure_text (layout, text, NULL));
  }
  return widest;
}

static double
find_widest_label (const SatchelFigures *figures, PangoLayout *layout)
{
  double widest = 0;

  for (guint i = 0; i < figures->groups->len; i++)
    widest =
        MAX (widest, measure_text (layout, ((SatchelFigureGroup *)figures->groups->pdata[i])->label, NULL));
  return ceil (widest);
}

/* The whole bar, or its parts one after the other along it. @length: of the whole. */
static void
add_spots (SatchelDrawing *drawing, guint group, SatchelSpot spot, double length)
{
  const SatchelFigures *figures = drawing->figures;
  const SatchelFigureGroup *bar = figures->groups->pdata[group];
  const double total = to_double (bar->total.value);
  double start = 0;

  spot.group = group;
  spot.series = -1;
  g_array_append_val (drawing->bars, spot);
  if (figures->series->len == 0) {
    g_array_append_val (drawing->spots, spot);
    return;
  }
  for (guint i = 0; i < figures->series->len; i++) {
    const double value = MAX (to_double (bar->parts[i].value), 0);
    const double part = total > 0 ? MIN (length * value / total, length - start) : 0;
    SatchelSpot piece = spot;

    if (bar->parts[i].n_records == 0)
      continue;
    piece.series = (int)i;
    if (drawing->upright) {
      piece.bar_y = piece.y = spot.bar_y + length - start - part;
      piece.bar_height = piece.height = part;
      piece.x = spot.bar_x;
      piece.width = spot.bar_width;
    } else {
      piece.bar_x = piece.x = drawing->mirrored ? spot.bar_x + length - start - part : spot.bar_x + start;
      piece.bar_width = piece.width = part;
      piece.y = spot.bar_y;
      piece.height = spot.bar_height;
    }
    start += part;
    g_array_append_val (drawing->spots, piece);
  }
}

static void
place_rows (SatchelDrawing *drawing, PangoLayout *layout)
{
  const SatchelFigures *figures = drawing->figures;
  const double line = drawing->line, value_width = ceil (find_widest_value (figures, layout)) + GAP;
  const gboolean above = drawing->width < NARROW * line;
  const double side = above ? 0 : MIN (find_widest_label (figures, layout), drawing->width * SIDE_LABELS);
  const double room = MAX (drawing->width - side - (above ? 0 : GAP) - value_width, line);
  const double largest = find_largest (figures);
  const double row = above ? 2 * line + ROW_GAP : line + ROW_GAP;
  double y = drawing->legend_height;

  drawing->label_width = side;
  for (guint i = 0; i < figures->groups->len; i++, y += row + ROW_GAP) {
    const double value = to_double (((SatchelFigureGroup *)figures->groups->pdata[i])->total.value);
    const double length = room * MIN (MAX (value, 0) / largest, 1);
    SatchelSpot spot = { .y = y, .width = drawing->width, .height = row };

    spot.bar_y = above ? y + line : y;
    spot.bar_height = above ? row - line : row;
    spot.bar_width = length;
    spot.bar_x = side > 0 ? side + GAP : 0;
    if (figures->kind == SATCHEL_CHART_FUNNEL)
      spot.bar_x += (room - length) / 2;
    if (drawing->mirrored)
      spot.bar_x = drawing->width - spot.bar_x - length;
    add_spots (drawing, i, spot, length);
  }
  drawing->height = y;
}

/* Each column has room for its label and its number, or there are none. */
static gboolean
has_room_for_columns (const SatchelDrawing *drawing, PangoLayout *layout)
{
  const SatchelFigures *figures = drawing->figures;
  const double slot = drawing->width / MAX (figures->groups->len, 1);

  return figures->kind == SATCHEL_CHART_COLUMN && find_widest_label (figures, layout) + GAP <= slot &&
         find_widest_value (figures, layout) + GAP <= slot;
}

static void
place_columns (SatchelDrawing *drawing)
{
  const SatchelFigures *figures = drawing->figures;
  const double line = drawing->line, slot = drawing->width / figures->groups->len;
  const double room = COLUMN_ROOM * line, top = drawing->legend_height, largest = find_largest (figures);

  for (guint i = 0; i < figures->groups->len; i++) {
    const double value = to_double (((SatchelFigureGroup *)figures->groups->pdata[i])->total.value);
    const double length = room * MIN (MAX (value, 0) / largest, 1);
    SatchelSpot spot = { .x = slot * i, .y = top, .width = slot, .height = room + 2 * line };

    if (drawing->mirrored)
      spot.x = drawing->width - spot.x - slot;
    spot.bar_width = MIN (slot * 0.7, 4 * line);
    spot.bar_x = spot.x + (slot - spot.bar_width) / 2;
    spot.bar_y = top + line + room - length;
    spot.bar_height = length;
    add_spots (drawing, i, spot, length);
  }
  drawing->height = top + room + 2 * line;
}

/* The next entry of the legend: where it begins, in a line that it fits in. */
static void
step_legend (const SatchelDrawing *drawing, PangoLayout *layout, const char *name, double *x, double *y,
             double *width)
{
  *width = MIN (measure_text (layout, name, NULL) + drawing->line + GAP, drawing->width);
  if (*x > 0 && *x + *width > drawing->width) {
    *x = 0;
    *y += drawing->line + 2;
  }
}

static double
measure_legend (const SatchelDrawing *drawing, PangoLayout *layout)
{
  const GPtrArray *series = drawing->figures->series;
  double x = 0, y = 0, width;

  if (series->len == 0)
    return 0;
  for (guint i = 0; i < series->len; i++) {
    step_legend (drawing, layout, series->pdata[i], &x, &y, &width);
    x += width + GAP;
  }
  return y + drawing->line + 2 * ROW_GAP;
}

SatchelDrawing *
satchel_drawing_new (SatchelFigures *figures, PangoLayout *layout, double width)
{
  SatchelDrawing *drawing = g_new0 (SatchelDrawing, 1);

  drawing->figures = satchel_figures_ref (figures);
  drawing->bars = g_array_new (FALSE, FALSE, sizeof (SatchelSpot));
  drawing->spots = g_array_new (FALSE, FALSE, sizeof (SatchelSpot));
  drawing->width = width;
  drawing->mirrored = pango_context_get_base_dir (pango_layout_get_context (layout)) == PANGO_DIRECTION_RTL;
  /* Of a Latin and a Chinese character, so that lines of either are equally high. */
  measure_text (layout, "Åg汉", &drawing->line);
  drawing->legend_height = measure_legend (drawing, layout);
  if (figures->groups->len == 0)
    return drawing;
  drawing->upright = has_room_for_columns (drawing, layout);
  if (drawing->upright)
    place_columns (drawing);
  else
    place_rows (drawing, layout);
  return drawing;
}

void
satchel_drawing_free (SatchelDrawing *drawing)
{
  if (drawing == NULL)
    return;
  satchel_figures_unref (drawing->figures);
  g_array_unref (drawing->bars);
  g_array_unref (drawing->spots);
  g_free (drawing);
}

/* ---- drawing ---- */

static void
fill_bar (cairo_t *cr, const SatchelSpot *spot)
{
  const SatchelInk *ink = &series_inks[MAX (spot->series, 0) % (int)G_N_ELEMENTS (series_inks)];
  const double radius = MIN (BAR_RADIUS, MIN (spot->bar_width, spot->bar_height) / 2);
  const double x = spot->bar_x, y = spot->bar_y, right = x + spot->bar_width, bottom = y + spot->bar_height;

  if (spot->bar_width <= 0 || spot->bar_height <= 0)
    return;
  cairo_new_sub_path (cr);
  cairo_arc (cr, right - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, right - radius, bottom - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, bottom - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, ink->red, ink->green, ink->blue, ink->alpha);
  cairo_fill (cr);
}

static void
draw_legend (const SatchelDrawing *drawing, cairo_t *cr, PangoLayout *layout, const SatchelInks *inks)
{
  const GPtrArray *series = drawing->figures->series;
  const double line = drawing->line, side = line * SWATCH;
  double x = 0, y = 0, width;

  for (guint i = 0; i < series->len; i++) {
    double left;

    step_legend (drawing, layout, series->pdata[i], &x, &y, &width);
    left = drawing->mirrored ? drawing->width - x - width : x;
    fill_bar (cr, &(SatchelSpot){ .series = (int)i,
                                  .bar_x = drawing->mirrored ? left + width - side : left,
                                  .bar_y = y + (line - side) / 2,
                                  .bar_width = side,
                                  .bar_height = side });
    show_text (cr, layout, series->pdata[i], drawing->mirrored ? left : left + line, y + line / 2,
               width - line, drawing->mirrored ? AT_END : AT_START, &inks->muted);
    x += width + GAP;
  }
}

static void
draw_row_texts (const SatchelDrawing *drawing, cairo_t *cr, PangoLayout *layout, const SatchelInks *inks,
                const SatchelSpot *bar)
{
  const SatchelFigureGroup *group = drawing->figures->groups->pdata[bar->group];
  const double side = drawing->label_width, middle = bar->bar_y + bar->bar_height / 2;
  g_autofree char *value = satchel_figures_display (drawing->figures, group->total.value);
  const double value_width = ceil (measure_text (layout, value, NULL)) + 1;
  const double value_x =
      drawing->mirrored ? bar->bar_x - GAP - value_width : bar->bar_x + bar->bar_width + GAP;

  if (side > 0)
    show_text (cr, layout, group->label, drawing->mirrored ? drawing->width - side : 0, middle, side,
               drawing->mirrored ? AT_START : AT_END, &inks->text);
  else
    show_text (cr, layout, group->label, 0, bar->y + drawing->line / 2, drawing->width,
               drawing->mirrored ? AT_END : AT_START, &inks->text);
  show_text (cr, layout, value, value_x, middle, value_width, AT_START, &inks->muted);
}

static void
draw_column_texts (const SatchelDrawing *drawing, cairo_t *cr, PangoLayout *layout, const SatchelInks *inks,
                   const SatchelSpot *bar)
{
  const SatchelFigureGroup *group = drawing->figures->groups->pdata[bar->group];
  g_autofree char *value = satchel_figures_display (drawing->figures, group->total.value);

  show_text (cr, layout, value, bar->x, bar->bar_y - drawing->line / 2, bar->width, AT_MIDDLE, &inks->muted);
  show_text (cr, layout, group->label, bar->x, bar->y + bar->height - drawing->line / 2, bar->width,
             AT_MIDDLE, &inks->text);
}

void
satchel_drawing_draw (const SatchelDrawing *drawing, cairo_t *cr, PangoLayout *layout,
                      const SatchelInks *inks)
{
  draw_legend (drawing, cr, layout, inks);
  for (guint i = 0; i < drawing->spots->len; i++)
    fill_bar (cr, &g_array_index (drawing->spots, SatchelSpot, i));
  for (guint i = 0; i < drawing->bars->len; i++) {
    const SatchelSpot *bar = &g_array_index (drawing->bars, SatchelSpot, i);

    if (drawing->upright)
      draw_column_texts (drawing, cr, layout, inks, bar);
    else
      draw_row_texts (drawing, cr, layout, inks, bar);
  }
}
