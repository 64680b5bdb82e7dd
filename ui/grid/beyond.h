/* The boundary of what is carried: at the foot of a list, a way to ask the server for the rest of it. What it tells stands behind the
 * records that are here, in the same columns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/grid/rows.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_BEYOND (satchel_beyond_get_type ())
G_DECLARE_FINAL_TYPE (SatchelBeyond, satchel_beyond, SATCHEL, BEYOND, GtkWidget)

/* Signal "opened" (char *entity, char *id): a record that was to be opened is here now. */
GtkWidget *satchel_beyond_new (SatchelDesk *desk, SatchelRows *rows);

/* The list is asked something else, in which the columns of @paths (NULL-terminated, copied) are shown: what was asked is given up. */
void satchel_beyond_begin_anew (SatchelBeyond *beyond, const char *const *paths);
/* The end of the list is on the screen. */
void satchel_beyond_set_near (SatchelBeyond *beyond, gboolean near);
/* Has the server keep the record for this device, and fetches it. */
void satchel_beyond_open (SatchelBeyond *beyond, const SatchelRecord *record);

G_END_DECLS
