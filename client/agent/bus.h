/* The agent's place on a message bus, taken again when the bus was away.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SatchelBusPlace SatchelBusPlace;

typedef struct {
  /* Connected: export what is to be exported, before the name is asked for. */
  void (*connected) (GDBusConnection *bus, gpointer data);
  void (*disconnected) (gpointer data);
  /* Another program has the name. */
  void (*refused) (gpointer data);
} SatchelBusEvents;

/* Of the session bus. Without one it looks for it again after growing pauses. */
SatchelBusPlace *satchel_bus_place_new (const char *name, const SatchelBusEvents *events, gpointer data);
void             satchel_bus_place_free (SatchelBusPlace *place); /* gives the name back */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelBusPlace, satchel_bus_place_free)

GDBusConnection *satchel_bus_place_get_bus (SatchelBusPlace *place); /* borrowed; NULL while there is none */

G_END_DECLS
