/* What is kept beside the rows of an entity by triggers: a table, named by a prefix ("x_contact", "party_email"), that follows
 * from some of the fields. What a row adds to it and takes from it again are statements, which see the row as new and old.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* Whether what is kept follows from @field. */
typedef gboolean (*SatchelFieldFilter) (const SatchelField *field);

gboolean satchel_columns_are_any (const SatchelEntity *entity, SatchelFieldFilter filter);
/* ", " between; @qualifier ("old.", "new.", "") before each column. */
void satchel_columns_append (GString *sql, const SatchelEntity *entity, SatchelFieldFilter filter, const char *qualifier);

/* The first of the three, as sqlite_schema has it. Owned. */
char *satchel_triggers_dup_insert_sql (const SatchelEntity *entity, const char *prefix, const char *insert);
/* All three; an update that changes none of the columns costs nothing. @insert and @remove end in "; ". Owned. */
char *satchel_triggers_dup_sql (const SatchelEntity *entity, const char *prefix, SatchelFieldFilter filter,
                                const char *insert, const char *remove);
/* Where they are there. */
gboolean satchel_triggers_drop (SatchelDatabase *database, const char *prefix, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
