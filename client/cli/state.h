/* How a profile stands: what waits for the server, and what needs a person.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"

G_BEGIN_DECLS

typedef struct {
  gint64 pending;   /* sets that the server has not answered */
  gint64 parked;    /* sets that it refused */
  gint64 conflicts; /* open ones that this user sees */
} SatchelCliState;

gboolean satchel_cli_read_state (SatchelCli *cli, SatchelCliState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ATTENTION when something needs a person, else DONE. */
int satchel_cli_state_status (const SatchelCliState *state);
/* The same in words, on stderr: where to look. */
void satchel_cli_note_attention (SatchelCli *cli, const SatchelCliState *state);

G_END_DECLS
