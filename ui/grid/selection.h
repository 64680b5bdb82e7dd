/* Which records of a list are selected, as GTK's list widgets ask for it. Remembered by row numbers, so that the selection stays with
 * its records in whatever order they are listed, and that of a million is a bitmap. What is not listed any more is not selected.
 *
 * Records beyond what is carried cannot be selected: nothing can be done with many of them here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/grid/rows.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_SELECTION (satchel_selection_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSelection, satchel_selection, SATCHEL, SELECTION, GObject)

/* A GtkSelectionModel over @rows, which it holds. Property "size" (guint, with notify): how many are selected. */
SatchelSelection *satchel_selection_new (SatchelRows *rows);
SatchelRows      *satchel_selection_get_rows (SatchelSelection *selection); /* borrowed */

guint  satchel_selection_get_size (SatchelSelection *selection);
/* Position of the one record that is selected; -1 when there are none or several, or it has not been listed yet. */
gint64 satchel_selection_find_single (SatchelSelection *selection);
/* Row numbers of the selected records, guint32, in the order of the list; owned. */
GArray *satchel_selection_list_numbers (SatchelSelection *selection);
/* The records that @numbers stand for (guint32): char* ids, owned, in a read job. Those that have gone are left out. */
GPtrArray *satchel_selection_resolve (SatchelSession *session, const SatchelEntity *entity, GArray *numbers,
                                      GCancellable *cancellable, GError **error);

G_END_DECLS
