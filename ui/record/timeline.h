/* What happened about a record, and a line to add to it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Floating; wants height: it scrolls in itself. @entity is of the desk's definitions. */
GtkWidget *satchel_timeline_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id);

G_END_DECLS
