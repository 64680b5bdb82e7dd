/* Fragments of a row, for the files that keep and prove their sums.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/checksum.h"
#include "protocol/sqlite/entity-table.h"
#include "sync-server/store/checksums.h"

G_BEGIN_DECLS

/* Columns of satchel_entity_table_columns(): row, id, s, then the fields. */
#define SATCHEL_ROW_COLUMN   0
#define SATCHEL_ID_COLUMN    1
#define SATCHEL_FIRST_COLUMN 3

/* More field classes than this no entity has; the unsecured fields are the first fragment. */
#define SATCHEL_MAX_FRAGMENTS 64

typedef struct {
  guint n;
  const char *classes[SATCHEL_MAX_FRAGMENTS]; /* borrowed; [0] is NULL */
} SatchelFragments;

typedef guint64 SatchelSums[SATCHEL_MAX_FRAGMENTS];

void  satchel_fragments_init (SatchelFragments *fragments, const SatchelEntity *entity);
guint satchel_fragments_index (const SatchelFragments *fragments, const SatchelField *field);
/* ", k.k, k."k_CLASS"…" */
void  satchel_fragments_append_columns (GString *sql, const SatchelFragments *fragments);

/* What the value of @field in @column adds to a sum; 0 for an empty one. */
guint64 satchel_checksum_column (SatchelStatement *statement, int column, const SatchelField *field, guint64 presence);

/* The sums of the row that @statement stands at, whose columns are satchel_entity_table_columns(). */
void satchel_checksums_compute (SatchelStatement *statement, const SatchelEntity *entity, const SatchelFragments *fragments,
                                SatchelSums sums);
/* Those that are kept, from @first on. */
void satchel_checksums_get (SatchelStatement *statement, int first, const SatchelFragments *fragments, SatchelSums sums);

gboolean satchel_fragments_are_equal (const SatchelFragments *fragments, const SatchelSums a, const SatchelSums b);

/* Replaces what is kept of a row. */
gboolean satchel_checksums_put (SatchelDatabase *database, const SatchelEntity *entity, const SatchelFragments *fragments,
                                gint64 row, const char *id, const SatchelSums sums, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
