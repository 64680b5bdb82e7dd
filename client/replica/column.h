/* A column of a list: a field of the record, or of what that names along lookups: "name", "account.city".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

typedef struct _SatchelColumn SatchelColumn;

/* Words as people type them. SCHEMA, naming the nearest; INVALID for a step through what is no lookup. A lookup of several targets leads to the
 * first one that has the next field. */
SatchelColumn *satchel_column_parse (SatchelRegistry *registry, const SatchelEntity *entity, const char *text, GError **error);
void         satchel_column_free (SatchelColumn *column);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelColumn, satchel_column_free)

const char         *satchel_column_get_text (const SatchelColumn *column);  /* as it was given */
const SatchelField *satchel_column_get_field (const SatchelColumn *column); /* the last one */
gboolean            satchel_column_is_along (const SatchelColumn *column);  /* it leads through lookups */

/* What stands there for @record; owned. NULL when empty, and when the way there leads through what is not carried. */
SatchelValue *satchel_column_get_value (const SatchelColumn *column, SatchelReplica *replica, const SatchelRecord *record);

G_END_DECLS
