/* A record's history as the server tells it, or as it told it last.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"

G_BEGIN_DECLS

/* [{"field","old","new","by","at"}…], newest first, values as in a record's JSON; NULL when the server cannot be asked and was
 * not asked before. *note: why it may not be up to date, owned, or NULL. */
JsonArray *satchel_cli_history (SatchelCli *cli, const SatchelEntity *entity, const char *id, char **note);

void satchel_cli_print_history (SatchelCli *cli, const SatchelEntity *entity, JsonArray *history);

G_END_DECLS
