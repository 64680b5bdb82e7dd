/* What needs a person, as exit status and in words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"
#include "client/tally.h"

G_BEGIN_DECLS

/* ATTENTION when something needs a person, else DONE. */
int satchel_cli_state_status (const SatchelTally *state);
/* The same in words, on stderr: where to look. */
void satchel_cli_note_attention (SatchelCli *cli, const SatchelTally *state);

G_END_DECLS
