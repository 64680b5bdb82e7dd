/* The navigation pane: the places of an area, and below them the switcher of areas, which folds away.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"
#include "ui/routes/route.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_NAVIGATION (satchel_navigation_get_type ())
G_DECLARE_FINAL_TYPE (SatchelNavigation, satchel_navigation, SATCHEL, NAVIGATION, GtkWidget)

/* Filled from the definitions of @desk, and again when these are others. Activating a place goes there ("win.go"). */
void satchel_navigation_set_desk (SatchelNavigation *navigation, SatchelDesk *desk);
/* Marks where the window is, and shows the area that it is in. */
void satchel_navigation_show (SatchelNavigation *navigation, SatchelRoute *route);
/* The switcher of areas stands as it was left ("areas"). */
void satchel_navigation_bind (SatchelNavigation *navigation, GSettings *settings);

G_END_DECLS
