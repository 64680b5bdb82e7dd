/* --online: what is asked of the server itself, and edits of records that are fetched for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

/* One page, waited for. */
SatchelOnlinePage *satchel_cli_ask_list (SatchelCli *cli, SatchelTransport *transport, const SatchelOnlineList *list,
                                         GError **error);

/* Lets the server keep the record for this device, and pulls it. NOT_FOUND when it is not here afterwards. */
gboolean satchel_cli_fetch (SatchelCli *cli, const SatchelEntity *entity, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, unless the record is here. */
gboolean satchel_cli_fetch_missing (SatchelCli *cli, const SatchelEntity *entity, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NOT_FOUND for a record that is not in the replica, naming --online. */
void satchel_cli_set_missing (const SatchelEntity *entity, const char *id, GError **error);

/* Sends what was just written and waits for its outcome: DONE when the set was applied; ATTENTION, with the reason, when it was parked or
 * waits for a person; UNREACHABLE when it stays queued. */
int satchel_cli_settle (SatchelCli *cli, const SatchelEntity *entity, const char *id, const char *set);

G_END_DECLS
