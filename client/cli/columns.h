/* The columns of a list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"
#include "client/replica/column.h"

G_BEGIN_DECLS

/* Columns (SatchelColumn*) from "name,account.city", or those of @view. NULL after a line on stderr: usage. */
GPtrArray *satchel_columns_parse (SatchelCli *cli, const SatchelEntity *entity, const char *text);
GPtrArray *satchel_columns_of_view (SatchelCli *cli, const SatchelEntity *entity, const SatchelView *view);

G_END_DECLS
