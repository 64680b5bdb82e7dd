/* One line to write a note, a task or a call about a record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Floating; NULL where nothing can be about one of @entity, or nothing that the person may make. */
GtkWidget *satchel_quick_line_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id);

G_END_DECLS
