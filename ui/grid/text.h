/* A line of text in a cell of a list: of one height, and content with whatever width it gets, so that other words need no new
 * layout. What does not fit ends in an ellipsis; nothing is laid out before it is drawn.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_TEXT_CELL (satchel_text_cell_get_type ())
G_DECLARE_FINAL_TYPE (SatchelTextCell, satchel_text_cell, SATCHEL, TEXT_CELL, GtkWidget)

/* @numeric: at the end, in digits of one width. @height: pixels; 0: what a line of @widget's own font needs in whatever script. */
GtkWidget  *satchel_text_cell_new (gboolean numeric, int height);
void        satchel_text_cell_set_text (SatchelTextCell *cell, const char *text);
const char *satchel_text_cell_get_text (SatchelTextCell *cell);
int         satchel_text_cell_get_height (SatchelTextCell *cell);

G_END_DECLS
