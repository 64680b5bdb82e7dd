/* Leaving a sync to the agent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"
#include "client/sync/driver.h"

G_BEGIN_DECLS

/* Whether one looks after the profiles here. */
gboolean satchel_cli_agent_runs (void);

/* Asks the agent to sync the profile and waits for the outcome; CANCELLED by SIGINT, and the agent goes on. *absent TRUE: there is
 * none, or not any more, and the caller syncs by itself. */
gboolean satchel_cli_agent_sync (SatchelCli *cli, SatchelSyncTotals *moved, gboolean *absent, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a person sees of a sync under way. */
void satchel_cli_show_progress (SatchelCli *cli, const char *state, const SatchelSyncTotals *totals, gint64 waiting);

G_END_DECLS
