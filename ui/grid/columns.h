/* The columns of a view as those of a GtkColumnView over SatchelRows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/grid/rows.h"

G_BEGIN_DECLS

/* Replaces the columns of @grid by those of @view. Each cell follows its SatchelRow. A path that the definitions do not know any
 * more is left out. */
void satchel_columns_set (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity, const SatchelView *view);

G_END_DECLS
