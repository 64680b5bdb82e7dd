/* The columns of a list: fields, also along lookups ("account.city").
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"

G_BEGIN_DECLS

typedef struct _SatchelColumn SatchelColumn;
void satchel_column_free (SatchelColumn *column);

/* Columns (SatchelColumn*) from "name,account.city", or those of @view. NULL after a line on stderr: usage. */
GPtrArray *satchel_columns_parse (SatchelCli *cli, const SatchelEntity *entity, const char *text);
GPtrArray *satchel_columns_of_view (SatchelCli *cli, const SatchelEntity *entity, const SatchelView *view);

const char         *satchel_column_get_name (const SatchelColumn *column);  /* "account.city" */
const char         *satchel_column_get_title (const SatchelColumn *column); /* "City" */
const SatchelField *satchel_column_get_field (const SatchelColumn *column); /* the last one */

/* What stands there for @record, or NULL; owned. A record that cannot be read is an empty value. */
SatchelValue *satchel_column_get_value (SatchelCli *cli, const SatchelColumn *column, const SatchelRecord *record);

G_END_DECLS
