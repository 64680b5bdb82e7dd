/* A PDF in memory, of which others draw the pages.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* Drawn on between begin() and end(); all members are the PDF's. */
typedef struct {
  cairo_t *cr;
  PangoLayout *layout;
  cairo_surface_t *surface;
  GByteArray *bytes;
} SatchelPdf;

/* Points, 1/72 inch. */
void    satchel_pdf_begin (SatchelPdf *pdf, const char *title, double width, double height);
/* After the last page was shown; frees all but the result. STORAGE. */
GBytes *satchel_pdf_end (SatchelPdf *pdf, GError **error);

G_END_DECLS
