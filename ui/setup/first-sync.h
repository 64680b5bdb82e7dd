/* A strip at the foot of the window while the records come for the first time: how far it is, and a button to pause and go on.
 * Everything else can be used meanwhile. It goes by itself.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/sync/sync.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_FIRST_SYNC (satchel_first_sync_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFirstSync, satchel_first_sync, SATCHEL, FIRST_SYNC, GtkWidget)

void satchel_first_sync_set_desk (SatchelFirstSync *first, SatchelDesk *desk);

G_END_DECLS
