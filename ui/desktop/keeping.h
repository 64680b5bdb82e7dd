/* How a window stood when it was closed: size, what was unfolded, the place. In GSettings, by profile; a program that runs where the
 * schema is not installed finds it in the tree that it was built in, and else forgets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/routes/route.h"

G_BEGIN_DECLS

/* The settings of @profile's window (schema org.satchelcrm.Satchel.Window); NULL: there is no schema, and nothing is kept. */
GSettings *satchel_keeping_open (const char *profile);

/* @window has the size that it had, and keeps the one that it gets. Before it is shown. */
void satchel_keeping_bind (GSettings *settings, GtkWindow *window);

/* What is kept of @route: the place without its condition, in which there may be names of customers. */
void satchel_keeping_set_place (GSettings *settings, const SatchelRoute *route);
/* The workplace where nothing was kept, or nothing that is understood. Owned. */
SatchelRoute *satchel_keeping_dup_place (GSettings *settings);

G_END_DECLS
