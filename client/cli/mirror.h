/* How the agent's mirror stands, as it tells it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"

G_BEGIN_DECLS

typedef struct {
  gboolean on;      /* as kept in the profile */
  char *condition;  /* as in the agent's interface; NULL: no agent runs */
  char *reason, *rescued;     /* or NULL */
  gint64 contacts, appointments, tasks;
  gint64 written_there, written_here;
} SatchelCliMirror;
void satchel_cli_mirror_clear (SatchelCliMirror *mirror);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelCliMirror, satchel_cli_mirror_clear)

void satchel_cli_mirror_ask (SatchelCli *cli, SatchelCliMirror *mirror);
/* A sentence about it. Owned. */
char *satchel_cli_mirror_describe (const SatchelCliMirror *mirror);

G_END_DECLS
