/* The grid itself: the rows of a list in columns that fit, or as cards where it is narrow. There is never a horizontal scroll bar.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/grid/selection.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_GRID (satchel_grid_get_type ())
G_DECLARE_FINAL_TYPE (SatchelGrid, satchel_grid, SATCHEL, GRID, GtkWidget)

/* Signals:
 *   "sort" (char *field, gboolean descending)   a header was clicked
 *   "open" (SatchelRow *row)                    Enter, double click
 *   "menu" (GdkRectangle *where)                the menu key or a secondary click; what was clicked is selected by then
 *   "columns"                                   somebody moved or resized columns; ask satchel_grid_dup_columns() */
GtkWidget *satchel_grid_new (SatchelDesk *desk, SatchelRows *rows, SatchelSelection *selection);

void satchel_grid_set_columns (SatchelGrid *grid, const SatchelEntity *entity, const SatchelViewColumn *columns,
                               guint n_columns);
/* As they stand now; fields interned. Owned, of SatchelViewColumn. */
GArray *satchel_grid_dup_columns (SatchelGrid *grid);
/* The arrow in the headers; @field NULL or not shown: none. */
void satchel_grid_set_sort (SatchelGrid *grid, const char *field, gboolean descending);

/* Records are listed anew in another order: the view begins at the top. Otherwise it stays with the records. */
void satchel_grid_begin_anew (SatchelGrid *grid);
void satchel_grid_focus (SatchelGrid *grid);
gboolean satchel_grid_is_at_end (SatchelGrid *grid); /* property "at-end", with notify: the last row is on the screen */
/* What is not shown is given no place, and is told so how wide it would be. */
void satchel_grid_expect_width (SatchelGrid *grid, int width);
gboolean satchel_grid_is_narrow (SatchelGrid *grid); /* property "narrow", with notify */

G_END_DECLS
