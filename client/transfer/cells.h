/* One cell and one value, both ways, as a part of a map says. Lookups go by names.h and are converted by id here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/transfer/map.h"
#include "protocol/record.h"

G_BEGIN_DECLS

/* The alias for @cell: spelt exactly so, else case aside; NULL: none. */
const SatchelMapAlias *satchel_cell_find_alias (const SatchelMapPart *part, const char *cell);

/* The value of a cell after its alias, not for lookups. White space around anything but texts is dropped; nothing else than
 * white space is the empty value. INVALID or RULE, with a sentence. */
gboolean satchel_cell_to_value (const SatchelMapPart *part, const char *cell, SatchelValue **value,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The pieces of @cell for the parts of @column, as many as there are parts: char*, owned. */
GPtrArray *satchel_cell_split (const SatchelMapColumn *column, const char *cell);

/* What the column of @record was: the reverse of all of it. @name_func gives the names of lookups. Owned. */
typedef char *(*SatchelCellNameFunc) (const SatchelMapPart *part, const SatchelValue *lookup, gpointer data);
char *satchel_cell_from_record (const SatchelMapColumn *column, const SatchelRecord *record,
                                SatchelCellNameFunc name_func, gpointer data);

G_END_DECLS
