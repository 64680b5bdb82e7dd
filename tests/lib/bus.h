/* A message bus of our own, which ends with the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Waits until it can be connected to, at *@address (owned). It starts no services, least of all the address book of whoever runs the tests. */
GSubprocess *fixture_bus_start (char **address);
void         fixture_bus_stop (GSubprocess *bus);

G_END_DECLS
