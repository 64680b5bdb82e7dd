/* Starting the agent for who wants one to be there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks the session bus for it, and where that does not know the agent runs @program (NULL: nothing), which then stays. TRUE once an
 * agent is on the bus; FALSE where there is no bus, or none came. Waits for it: turns the thread-default main context. */
gboolean satchel_agent_start (const char *program, GCancellable *cancellable);

G_END_DECLS
