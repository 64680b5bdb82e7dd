/* Cells side by side, in as many columns as there is room for and the form wants.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_FIELD_GRID (satchel_field_grid_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFieldGrid, satchel_field_grid, SATCHEL, FIELD_GRID, GtkWidget)

/* Floating. At most @columns. */
GtkWidget *satchel_field_grid_new (guint columns);
/* Behind the others; @span of the columns, as far as there are so many. */
void satchel_field_grid_add (SatchelFieldGrid *grid, GtkWidget *cell, guint span);

G_END_DECLS
