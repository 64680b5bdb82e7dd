/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/report/document.h"

#include <glib/gi18n.h>
#include <math.h>

#include "client/report/draw.h"
#include "client/report/pdf.h"
#include "client/transfer/csv.h"

/* A4 and its margins, in points. */
#define PAGE_WIDTH  595.276
#define PAGE_HEIGHT 841.890
#define MARGIN      48.0
#define ROOM        (PAGE_HEIGHT - 2 * MARGIN - 20) /* above the number of the page */
#define WIDTH       (PAGE_WIDTH - 2 * MARGIN)
#define CHART_GAP   22.0

static const SatchelInks paper = { .text = { 0, 0, 0, 1 }, .muted = { 0.33, 0.33, 0.33, 1 } };

typedef struct {
  cairo_t *cr;
  PangoLayout *layout;
  double y; /* where the page is written on */
  guint n_pages;
} Sheet;

static void
set_font (PangoLayout *layout, double size, PangoWeight weight)
{
  PangoFontDescription *font = pango_font_description_new ();

  pango_font_description_set_family_static (font, "Sans");
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, weight);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
}

/* Prepares a paragraph as wide as the page, and tells its height. */
static double
set_paragraph (Sheet *sheet, const char *text, double size, PangoWeight weight)
{
  int height;

  set_font (sheet->layout, size, weight);
  pango_layout_set_single_paragraph_mode (sheet->layout, FALSE);
  pango_layout_set_ellipsize (sheet->layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_alignment (sheet->layout,
                              PANGO_ALIGN_LEFT); /* the start, as the direction is found by itself */
  pango_layout_set_auto_dir (sheet->layout, TRUE);
  pango_layout_set_wrap (sheet->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (sheet->layout, (int)(WIDTH * PANGO_SCALE));
  pango_layout_set_text (sheet->layout, text, -1);
  pango_layout_get_pixel_size (sheet->layout, NULL, &height);
  return height;
}

static void
write_paragraph (Sheet *sheet, const char *text, double size, PangoWeight weight, const SatchelInk *ink)
{
  const double height = set_paragraph (sheet, text, size, weight);

  cairo_set_source_rgba (sheet->cr, ink->red, ink->green, ink->blue, ink->alpha);
  cairo_move_to (sheet->cr, MARGIN, MARGIN + sheet->y);
  pango_cairo_show_layout (sheet->cr, sheet->layout);
  sheet->y += height;
}

static void
end_page (Sheet *sheet)
{
  g_autofree char *number = g_strdup_printf ("%u", ++sheet->n_pages);
  double height = set_paragraph (sheet, number, 9, PANGO_WEIGHT_NORMAL);

  pango_layout_set_alignment (sheet->layout, PANGO_ALIGN_CENTER);
  cairo_set_source_rgb (sheet->cr, 0.33, 0.33, 0.33);
  cairo_move_to (sheet->cr, MARGIN, PAGE_HEIGHT - MARGIN - height);
  pango_cairo_show_layout (sheet->cr, sheet->layout);
  cairo_show_page (sheet->cr);
  sheet->y = 0;
}

/* What stands below a chart's title. Owned. */
static char *
dup_caption (const SatchelFigures *figures)
{
  g_autofree char *total = satchel_figures_display (figures, figures->total);

  if (figures->groups->len == 0)
    return g_strdup (_ ("No records."));
  if (!figures->has_total)
    return g_strdup (figures->measure);
  return g_strdup_printf (_ ("%s: %s in all"), figures->measure, total);
}

/* A chart stands on one page with its texts; one that is too high for a page is made smaller. */
static void
write_chart (Sheet *sheet, SatchelFigures *figures)
{
  g_autofree char *caption = dup_caption (figures);
  const double heading = set_paragraph (sheet, figures->title, 13, PANGO_WEIGHT_BOLD) +
                         set_paragraph (sheet, caption, 10, PANGO_WEIGHT_NORMAL) + 8;
  const double help =
      figures->help != NULL ? 6 + set_paragraph (sheet, figures->help, 9, PANGO_WEIGHT_NORMAL) : 0;
  g_autoptr (SatchelDrawing) drawing = NULL;
  double scale;

  set_font (sheet->layout, 10, PANGO_WEIGHT_NORMAL);
  pango_layout_set_ellipsize (sheet->layout, PANGO_ELLIPSIZE_NONE);
  drawing = satchel_drawing_new (figures, sheet->layout, WIDTH);
  scale = MIN (1, (ROOM - heading - help) / MAX (drawing->height, 1));
  if (sheet->y > 0 && sheet->y + heading + drawing->height * scale + help > ROOM)
    end_page (sheet);
  write_paragraph (sheet, figures->title, 13, PANGO_WEIGHT_BOLD, &paper.text);
  write_paragraph (sheet, caption, 10, PANGO_WEIGHT_NORMAL, &paper.muted);
  sheet->y += 8;
  set_font (sheet->layout, 10, PANGO_WEIGHT_NORMAL);
  cairo_save (sheet->cr);
  cairo_translate (sheet->cr, MARGIN, MARGIN + sheet->y);
  cairo_scale (sheet->cr, scale, scale);
  satchel_drawing_draw (drawing, sheet->cr, sheet->layout, &paper);
  cairo_restore (sheet->cr);
  pango_cairo_update_layout (sheet->cr, sheet->layout);
  sheet->y += drawing->height * scale;
  if (figures->help != NULL) {
    sheet->y += 6;
    write_paragraph (sheet, figures->help, 9, PANGO_WEIGHT_NORMAL, &paper.muted);
  }
  sheet->y += CHART_GAP;
}

GBytes *
satchel_document_to_pdf (const char *title, const char *subtitle, GPtrArray *figures, GError **error)
{
  SatchelPdf pdf;
  Sheet sheet = { 0 };

  satchel_pdf_begin (&pdf, title, PAGE_WIDTH, PAGE_HEIGHT);
  sheet.cr = pdf.cr;
  sheet.layout = pdf.layout;
  write_paragraph (&sheet, title, 20, PANGO_WEIGHT_BOLD, &paper.text);
  if (subtitle != NULL)
    write_paragraph (&sheet, subtitle, 10, PANGO_WEIGHT_NORMAL, &paper.muted);
  sheet.y += CHART_GAP;
  for (guint i = 0; i < figures->len; i++)
    write_chart (&sheet, figures->pdata[i]);
  end_page (&sheet);
  return satchel_pdf_end (&pdf, error);
}

/* ---- tables ---- */

static void
append_figure (GString *csv, const SatchelFigures *figures, const char *group, const char *series,
               const SatchelFigure *figure)
{
  g_autofree char *value = satchel_decimal_to_text (figure->value);
  g_autofree char *records = g_strdup_printf ("%" G_GINT64_FORMAT, figure->n_records);
  const char *const cells[] = { figures->title, group, series, value, records };

  satchel_csv_append_row (csv, cells, G_N_ELEMENTS (cells));
}

char *
satchel_document_to_csv (GPtrArray *figures)
{
  const char *const titles[] = { _ ("Chart"), _ ("Group"), _ ("Series"), _ ("Value"), _ ("Records") };
  GString *csv = g_string_new (NULL);

  satchel_csv_append_row (csv, titles, G_N_ELEMENTS (titles));
  for (guint i = 0; i < figures->len; i++) {
    const SatchelFigures *chart = figures->pdata[i];

    for (guint j = 0; j < chart->groups->len; j++) {
      const SatchelFigureGroup *group = chart->groups->pdata[j];

      if (chart->series->len == 0)
        append_figure (csv, chart, group->label, NULL, &group->total);
      for (guint k = 0; k < chart->series->len; k++)
        if (group->parts[k].n_records > 0)
          append_figure (csv, chart, group->label, chart->series->pdata[k], &group->parts[k]);
    }
  }
  return g_string_free (csv, FALSE);
}
