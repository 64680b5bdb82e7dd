/* The replica file: base rows, overlay, search, queries. See client/README.md for its tables.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

typedef struct _SatchelReplica SatchelReplica;

SatchelReplica *satchel_replica_open (const char *path, SatchelRegistry *registry, GError **error);
void            satchel_replica_close (SatchelReplica *replica);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelReplica, satchel_replica_close)

SatchelDatabase *satchel_replica_get_database (SatchelReplica *replica); /* borrowed */
SatchelRegistry *satchel_replica_get_registry (SatchelReplica *replica); /* borrowed */

/* Small facts (client/README.md, meta). dup returns NULL when absent. set with NULL removes. */
gboolean satchel_replica_dup_meta (SatchelReplica *replica, const char *key, char **value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_replica_set_meta (SatchelReplica *replica, const char *key, const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the user sees; *record NULL when it is not here. */
gboolean satchel_replica_read (SatchelReplica *replica, const SatchelEntity *entity, const char *id, SatchelRecord **record,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The server's state; *record NULL when the server has none that we know of. */
gboolean satchel_replica_read_base (SatchelReplica *replica, const SatchelEntity *entity, const char *id,
                                    SatchelRecord **record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Title of a record, or NULL; fits SatchelNameFunc with a SatchelReplica* as data. */
char *satchel_replica_dup_name (const char *entity, const char *id, gpointer replica);
/* A source for predicates and actions over the shown rows. Records it lends live until the next call of it. */
void satchel_replica_init_source (SatchelReplica *replica, SatchelRecordSource *source);

/* ---- queries ---- */
typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *where;              /* NULL: all */
  const char *find;                     /* what was typed in quick find; NULL or "": no search */
  const char *const *find_fields;       /* NULL: all searchable fields */
  const SatchelField *sort;             /* NULL: by title */
  gboolean descending;
  gint64 limit;                         /* -1: no limit */
} SatchelQuery;

/* Calls @row for each record in order until it returns FALSE; the record is borrowed for the call. Ties are broken by id. */
typedef gboolean (*SatchelRowFunc) (const SatchelRecord *record, gpointer data);
gboolean satchel_replica_query (SatchelReplica *replica, const SatchelQuery *query, const SatchelPredicateContext *context,
                                SatchelRowFunc row, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_replica_count (SatchelReplica *replica, const SatchelQuery *query, const SatchelPredicateContext *context,
                                gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- overlay: called by the outbox and the pull, within their transaction ---- */

/* Makes the shown row of one record anew: base plus the pending edits of the queued sets in order of number. */
gboolean satchel_overlay_relay (SatchelReplica *replica, const SatchelEntity *entity, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Before a first pending edit: keeps the server's row aside (or marks the record local when there is none). */
gboolean satchel_overlay_keep_base (SatchelReplica *replica, const SatchelEntity *entity, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- pull: applies a spooled, complete stream in one transaction ---- */
typedef struct {
  gint64 rows;    /* rows taken */
  gint64 removed; /* rows dropped */
  gint64 s;       /* of the tail */
  gboolean reset;
  gint64 requeued; /* sets that a restored server needs again */
} SatchelPullResult;
/* @lines: an open stream at its start, plain text. INVALID or UNREACHABLE for a cut or malformed stream: nothing changed. */
gboolean satchel_replica_apply_pull (SatchelReplica *replica, GInputStream *lines, gint64 now_ms, SatchelPullResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
