/* A box that puts its children below one another in one column, or in two beside one another where there is room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_COLUMNS_BOX (satchel_columns_box_get_type ())
G_DECLARE_FINAL_TYPE (SatchelColumnsBox, satchel_columns_box, SATCHEL, COLUMNS_BOX, GtkWidget)

GtkWidget *satchel_columns_box_new (void);
/* In the reading order of one column; @second: of two columns it stands in the second one. */
void satchel_columns_box_append (SatchelColumnsBox *box, GtkWidget *child, gboolean second);

G_END_DECLS
