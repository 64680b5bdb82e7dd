/* A message bus of our own, which ends with the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Waits until it can be connected to, at *@address (owned). Services are started from what is in the environment then. */
GSubprocess *fixture_bus_start (char **address);
void         fixture_bus_stop (GSubprocess *bus);

G_END_DECLS
