/* The user's session bus.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The shared connection, which never ends the program; NULL where there is no bus. Asking GIO for one where there is none would
 * start one. */
GDBusConnection *satchel_session_bus_get (GCancellable *cancellable);

G_END_DECLS
