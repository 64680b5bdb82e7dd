/* The columns of a view as those of a GtkColumnView over SatchelRows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/replica/column.h"
#include "ui/grid/rows.h"

G_BEGIN_DECLS

/* Replaces the columns of @grid by those of @view. Each cell follows its SatchelRow. A path that the definitions do not know any
 * more is left out. */
void satchel_columns_set (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity, const SatchelView *view);
/* The same for columns of whatever origin; the first one that is shown names the row to assistive technology. */
void satchel_columns_fill (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
                           const SatchelViewColumn *columns, guint n_columns);
/* Behind the others, without a title: all of @columns in two lines, for where there is no room for columns side by side. */
GtkColumnViewColumn *satchel_columns_append_card (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
                                                  const SatchelViewColumn *columns, guint n_columns);

/* What a column shows: as it was given, field interned. NULL for a card. */
const SatchelViewColumn *satchel_columns_get_shown (GtkColumnViewColumn *column);

/* Pixels that the whole title of the column at @position takes, in the type that it has once it is in a window. */
int satchel_columns_get_title_width (GtkColumnView *grid, guint position);
/* What a list can be ordered by that shows @path: NULL for what stands in other records, and for what has no order that people know. */
const SatchelField      *satchel_columns_find_order (SatchelRegistry *registry, const SatchelEntity *entity, const char *path);

/* The row that @widget, anywhere in a cell, belongs to; NULL outside of cells. Borrowed. */
SatchelRow *satchel_columns_find_row (GtkWidget *widget);

/* Text of @path for the row, one line, owned. */
char *satchel_columns_dup_text (SatchelDesk *desk, const SatchelColumn *path, SatchelRow *row);

G_END_DECLS
