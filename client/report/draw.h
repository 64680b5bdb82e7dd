/* A chart on any cairo surface: one drawing for the screen and for paper. Where each number stands is found out first, so that it can
 * be pointed at; drawing is then the same everywhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>

#include "client/report/figures.h"

G_BEGIN_DECLS

typedef struct {
  double red, green, blue, alpha;
} SatchelInk;

/* What it is drawn with: black on white, or the other way round. */
typedef struct {
  SatchelInk text;
  SatchelInk muted; /* labels and lines that stand back */
} SatchelInks;

/* Where a number stands, in pixels or points. */
typedef struct {
  guint group;
  int series; /* -1: the whole bar */
  double x, y, width, height;                     /* what can be pointed at */
  double bar_x, bar_y, bar_width, bar_height;     /* what is filled; of no width or height where there is nothing */
} SatchelSpot;

typedef struct {
  SatchelFigures *figures; /* owned */
  double width, height;
  double label_width;      /* of the labels at the side; 0: they stand above their bars */
  double line;             /* height of a line of text */
  double legend_height;
  gboolean upright;        /* columns; else rows, as there is no room for columns */
  gboolean mirrored;       /* from right to left */
  GArray *bars;            /* SatchelSpot, one a group: the whole */
  GArray *spots;           /* SatchelSpot, in reading order: the bars, or their parts where there are series */
} SatchelDrawing;

/* How @figures stand within @width; the height follows. @layout gives font, language and direction, and is changed. Fit for any
 * thread that owns @layout. */
SatchelDrawing *satchel_drawing_new (SatchelFigures *figures, PangoLayout *layout, double width);
void            satchel_drawing_free (SatchelDrawing *drawing); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDrawing, satchel_drawing_free)

/* At the origin of @cr. @layout: as before. */
void satchel_drawing_draw (const SatchelDrawing *drawing, cairo_t *cr, PangoLayout *layout, const SatchelInks *inks);

G_END_DECLS
