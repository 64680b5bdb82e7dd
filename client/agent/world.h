/* Moments after which connections that still seem open may be dead: the network changed, the computer slept, the clock jumped.
 * Nothing is polled.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelWorld SatchelWorld;

/* @came_back is called from the default main context. What the system does not offer is done without. */
SatchelWorld *satchel_world_new (void (*came_back) (gpointer data), gpointer data);
void          satchel_world_free (SatchelWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelWorld, satchel_world_free)

G_END_DECLS
