/* How the agent is called on the session bus, and its errors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SATCHEL_AGENT_BUS_NAME    "org.satchelcrm.Satchel.Agent"
#define SATCHEL_AGENT_OBJECT_PATH "/org/satchelcrm/Satchel/Agent"

/* The name, besides its own, of an application that notifies the user of what needs her in @profile, so that the agent does not. Owned. */
char *satchel_herald_dup_name (const char *profile);

/* Makes GDBus carry SATCHEL_ERROR as org.satchelcrm.Satchel.Error.NAME, both ways. */
void satchel_agent_register_errors (void);

G_END_DECLS
