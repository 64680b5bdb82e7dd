/* What stands beside a form: the timeline and the files of its record, one or the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* The room for it, before the record is known or read. A GtkBox. */
GtkWidget *satchel_side_new (void);
/* Once; in place of whatever was promised there. */
void satchel_side_fill (GtkBox *side, SatchelDesk *desk, const SatchelEntity *entity, const char *id);

G_END_DECLS
