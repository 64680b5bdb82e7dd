/* Why a record is on this computer: by which filter, as what belongs to another, because somebody opened it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Says it in the window of @from, once it is found out. */
void satchel_why_tell (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id);

G_END_DECLS
