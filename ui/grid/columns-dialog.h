/* Which columns a list has, and in which order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* After each change. @columns NULL: as the view has them. */
typedef void (*SatchelColumnsChosen) (const SatchelViewColumn *columns, guint n_columns, gpointer data);

/* Begins with @columns. @data is borrowed until @from goes, and the dialog with it. */
void satchel_columns_dialog_show (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity,
                                  const SatchelViewColumn *columns, guint n_columns, SatchelColumnsChosen chosen,
                                  gpointer data);

G_END_DECLS
