/* The values of a conflict as scripts and people see them (client/dispute.h has what they are).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"
#include "client/dispute.h"

G_BEGIN_DECLS

/* @side: "base", "mine" or "theirs". For scripts and for people; both are owned. */
JsonNode *satchel_dispute_side_to_json (SatchelCli *cli, const SatchelRecord *conflict, const char *side);
char     *satchel_dispute_side_to_text (SatchelCli *cli, const SatchelRecord *conflict, const char *side, SatchelCliLines lines);

/* satchel_cli_display() of a field of @record, whatever it is: also a side of a conflict. Owned. */
char *satchel_cli_display_field (SatchelCli *cli, const SatchelRecord *record, const SatchelField *field, SatchelCliLines lines);

G_END_DECLS
