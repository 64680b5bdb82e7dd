/* Who changed what in a record, and when; and earlier values put back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* A window over that of @from. @field NULL: of all. */
void satchel_history_show (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id,
                           const SatchelField *field);

G_END_DECLS
