/* Who takes part in what: an index beside the rows that the user sees, for parties are texts in them.
 *
 *   party_ENTITY (target, row)   each record that is named among the parties of a row, once, whatever the field; none for bare addresses
 *
 * Only entities with such fields have one. Triggers keep it, as they keep the search, so that it is right whoever changes a row; it is
 * made anew, in one pass over the rows, when it is not there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* A step of the replica's schema: an older one makes its tables once more, and with them this index. */
extern const char satchel_parties_schema[];

gboolean satchel_parties_are_in (const SatchelEntity *entity);

/* Makes the index and fills it, unless it is there for just the fields that hold parties now. Within the caller's transaction. */
gboolean satchel_parties_ensure (SatchelDatabase *database, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Before a bulk load, which ends with ensure(). */
gboolean satchel_parties_drop (SatchelDatabase *database, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *sound: the index names the rows as they are. */
gboolean satchel_parties_check (SatchelDatabase *database, const SatchelEntity *entity, gboolean *sound, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A condition on the rows "r" of @entity: one of so many ids, which the caller binds to as many question marks, takes part. Owned. */
char *satchel_parties_dup_condition (const SatchelEntity *entity, guint n_ids);

G_END_DECLS
