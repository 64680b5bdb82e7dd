/* The preferences: how the application looks and speaks, when files come, and what the devices of the person carry.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Opens the window above @parent. @desk NULL: no profile is open, and only what concerns the application is shown. */
void satchel_preferences_show (GtkWindow *parent, SatchelDesk *desk);

G_END_DECLS
