/* Lists of shown records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *where;              /* NULL: all */
  const char *const *taking_part;       /* NULL: whoever; else ids: of whose parties it is one, an index knows (parties.h) */
  const char *find;                     /* what was typed in quick find; NULL or "": no search */
  const char *const *find_fields;       /* NULL: all searchable fields */
  const SatchelField *sort;             /* NULL: by title; a lookup: by the title of what it names */
  gboolean descending;
  gint64 limit;                         /* -1: no limit */
} SatchelQuery;

/* Calls @row for each record in order until it returns FALSE; the record is borrowed for the call. Ties are broken by id.
 * Quick find: every word must begin a word of the record's text fields; or the whole begins an address or a code, or is part
 * of a phone number however that is written. */
typedef gboolean (*SatchelRowFunc) (const SatchelRecord *record, gpointer data);
gboolean satchel_replica_query (SatchelReplica *replica, const SatchelQuery *query, const SatchelPredicateContext *context,
                                SatchelRowFunc row, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same in two steps, for a grid over millions: first the order, as row numbers of the entity's table, which hold until the
 * replica is written (a number may then stand for nothing, and after a pull from the beginning for another record); then pages
 * of it. Appends guint32 to @rows. @cancellable (or NULL) may be cancelled from any thread: CANCELLED. */
gboolean satchel_replica_list_rows (SatchelReplica *replica, const SatchelQuery *query, const SatchelPredicateContext *context,
                                    GCancellable *cancellable, GArray *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* SatchelRecord*, owned, in the order of @rows; NULL for each number that no record has any more. */
GPtrArray *satchel_replica_read_rows (SatchelReplica *replica, const SatchelEntity *entity, const guint32 *rows, guint n_rows,
                                      GError **error);

gboolean satchel_replica_count (SatchelReplica *replica, const SatchelQuery *query, const SatchelPredicateContext *context,
                                gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Which values a field has among the records of a list, and how often. */
typedef struct {
  SatchelValue *value; /* NULL: empty */
  gint64 count;
} SatchelGroup;
void satchel_group_free (SatchelGroup *group);

/* More are not told: nobody chooses among so many. */
#define SATCHEL_MOST_GROUPS 1000

/* SatchelGroup*, owned, the most frequent first; order and limit of @query are not looked at. @field is the entity's own. */
GPtrArray *satchel_replica_list_groups (SatchelReplica *replica, const SatchelQuery *query,
                                        const SatchelPredicateContext *context, const SatchelField *field, GError **error);

G_END_DECLS
