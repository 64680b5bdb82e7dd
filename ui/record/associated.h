/* What refers to a record: the lists of its form, one at a time, with the columns of their views.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Whether the form has lists. */
gboolean satchel_associated_is_any (SatchelDesk *desk, const SatchelEntity *entity);
/* Floating; wants height: it scrolls in itself. NULL where the form has no lists. */
GtkWidget *satchel_associated_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id);

G_END_DECLS
