/* The values of a conflict: stored as JSON in wire form, shown as values of the field that it is about.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"

G_BEGIN_DECLS

/* A text of the conflict; NULL when it is empty. Borrowed. */
const char *satchel_dispute_get_text (const SatchelRecord *conflict, const char *field);

/* The field that it is about; NULL when the definitions here do not know it. */
const SatchelField *satchel_dispute_find_subject (SatchelCli *cli, const SatchelRecord *conflict);

/* @side: "base", "mine" or "theirs". For scripts and for people; both are owned. */
JsonNode *satchel_dispute_side_to_json (SatchelCli *cli, const SatchelRecord *conflict, const char *side);
char     *satchel_dispute_side_to_text (SatchelCli *cli, const SatchelRecord *conflict, const char *side, SatchelCliLines lines);

/* satchel_cli_display() of a field of @record, whatever it is: also a side of a conflict. Owned. */
char *satchel_cli_display_field (SatchelCli *cli, const SatchelRecord *record, const SatchelField *field, SatchelCliLines lines);

G_END_DECLS
