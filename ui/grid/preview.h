/* The preview fields of one record, below the list that it is selected in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/grid/rows.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_PREVIEW (satchel_preview_get_type ())
G_DECLARE_FINAL_TYPE (SatchelPreview, satchel_preview, SATCHEL, PREVIEW, GtkWidget)

/* Its buttons activate "list.open" and "list.preview". */
GtkWidget *satchel_preview_new (SatchelDesk *desk);
/* Follows @row from now on; NULL: none, and it says so. @fields: paths, NULL-terminated, borrowed as long as the row is shown. */
void       satchel_preview_show (SatchelPreview *preview, SatchelRow *row, const char *const *fields);

G_END_DECLS
