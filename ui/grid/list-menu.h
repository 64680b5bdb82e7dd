/* The menus of a list: that of its header bar, and that of what is selected. Items activate actions of the groups "list", "selected" and
 * "act", which the page has.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* @columns: SatchelViewColumn, what is shown; @sort is marked. @own: the view is the person's. */
GMenuModel *satchel_list_menu_new (SatchelRegistry *registry, const SatchelEntity *entity, const GArray *columns,
                                   const SatchelField *sort, gboolean descending, gboolean own);

/* At @where in @grid. @record: the one that is selected; NULL: several. */
void satchel_list_menu_popup (GtkWidget *grid, const GdkRectangle *where, SatchelDesk *desk, const SatchelEntity *entity,
                              const SatchelRecord *record);

G_END_DECLS
