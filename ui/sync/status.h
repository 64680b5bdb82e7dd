/* A button that says how the profile and its server stand, in words, with an icon and a colour; what it opens says more and has the
 * ways out. Never in the way.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/sync/sync.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_STATUS (satchel_status_get_type ())
G_DECLARE_FINAL_TYPE (SatchelStatus, satchel_status, SATCHEL, STATUS, GtkWidget)

void satchel_status_set_desk (SatchelStatus *status, SatchelDesk *desk);

/* For a window: "sync.now", "sync.online", and "sync.offline", which is on while one works offline. Owned. */
GSimpleActionGroup *satchel_sync_make_actions (SatchelSync *sync);

G_END_DECLS
