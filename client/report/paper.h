/* Records on paper: what is to stand there, laid out in pages of whatever size, drawn on any cairo surface. One layout serves the
 * printer, the preview and the PDF.
 *
 * Filled by one thread, then laid out and drawn by one; needs no display.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>

G_BEGIN_DECLS

typedef struct _SatchelPaper SatchelPaper;

typedef struct {
  const char *title; /* copied */
  double weight;     /* share of the page's width */
  gboolean numeric;  /* at the end of its column */
  gboolean wraps;    /* else one line, cut with "…" */
} SatchelPaperColumn;

/* All text is copied; NULL for none. @company stands at the head of each page, @title at the head of the first. */
SatchelPaper *satchel_paper_new (const char *company, const char *title, const char *subtitle);
void          satchel_paper_free (SatchelPaper *paper); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPaper, satchel_paper_free)

void satchel_paper_add_heading (SatchelPaper *paper, const char *text);
void satchel_paper_add_text (SatchelPaper *paper, const char *text); /* lines and paragraphs as they are */
void satchel_paper_add_field (SatchelPaper *paper, const char *label, const char *value);
/* A table, whose head stands again on each page; its rows follow. */
void satchel_paper_add_table (SatchelPaper *paper, const SatchelPaperColumn *columns, guint n_columns);
void satchel_paper_add_row (SatchelPaper *paper, const char *const *cells); /* as many as the columns */
/* At the end side, below a table; @strong: what it all comes to. */
void satchel_paper_add_total (SatchelPaper *paper, const char *label, const char *value, gboolean strong);

const char *satchel_paper_get_title (const SatchelPaper *paper);

/* Lays it out anew, in points; returns the number of pages, at least 1. @layout gives language and direction, and is changed. */
guint satchel_paper_lay_out (SatchelPaper *paper, PangoLayout *layout, double width, double height);
/* Page @page, from 0, at the origin of @cr. */
void  satchel_paper_draw (SatchelPaper *paper, cairo_t *cr, PangoLayout *layout, guint page);

/* A4 pages. */
GBytes *satchel_paper_to_pdf (SatchelPaper *paper, GError **error);

G_END_DECLS
