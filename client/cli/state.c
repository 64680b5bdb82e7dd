/* Saying where to look.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/state.h"

#include <glib/gi18n.h>

int
satchel_cli_state_status (const SatchelTally *state)
{
  return state->parked > 0 || state->conflicts > 0 ? SATCHEL_CLI_ATTENTION : SATCHEL_CLI_DONE;
}

void
satchel_cli_note_attention (SatchelCli *cli, const SatchelTally *state)
{
  g_autofree char *parked = satchel_cli_count (state->parked, "change was refused", "changes were refused");
  g_autofree char *conflicts = satchel_cli_count (state->conflicts, "conflict needs", "conflicts need");

  if (state->parked > 0)
    satchel_cli_note (cli, _ ("%s: satchelctl outbox"), parked);
  if (state->conflicts > 0)
    satchel_cli_note (cli, _ ("%s a person: satchelctl conflicts"), conflicts);
}
