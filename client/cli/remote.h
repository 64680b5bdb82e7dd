/* The profile's server, for commands that ask it something once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"
#include "client/sync/driver.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

/* The transport to the server that the profile is signed in to. UNAUTHENTICATED before the first sign-in; OFFLINE while the
 * profile is switched offline. */
SatchelTransport *satchel_cli_connect (SatchelCli *cli, GError **error);
void              satchel_transport_free (SatchelTransport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelTransport, satchel_transport_free)

/* Asks with the profile's token. @text NULL: GET. The answer's text, owned. */
char *satchel_cli_ask (SatchelCli *cli, SatchelTransport *transport, const char *path, const char *text, GError **error);

/* One whole round, push and pull, by the agent where it runs. *totals say what was done, on failure too. */
gboolean satchel_cli_sync_round (SatchelCli *cli, SatchelSyncTotals *totals, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
