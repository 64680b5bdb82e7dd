/* What one device carries: readable (user) and chosen (device), as a list of buckets and as SQL.
 *
 *   carried (row) = readable (row) and (the entity is always carried, or the row is pinned,
 *                                       or a filter of the person has it and its guard holds for her)
 *
 * A scope is a value: computed from rights, teams, the person's "offline_filter" records and the device, kept by SatchelAccess
 * while clock.rights stands still. Its canonical text and digest name it; texts are stored once (store/scopes.h), so that a pull
 * whose cursor names an earlier scope knows what the device held.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "sync-server/scope/buckets.h"
#include "sync-server/scope/filters.h"

G_BEGIN_DECLS

/* How one entity is carried. */
typedef struct {
  const SatchelEntity *entity;
  GPtrArray *readable; /* SatchelBucketRange*, borrowed from the list; empty: nothing of it exists for this user */
  gboolean always;     /* entity->carry: all that is readable */
  GPtrArray *filters;  /* SatchelFilter*, those of this entity and those that "related" derives from others */
  const char *const *hidden_classes; /* field classes the user may not read; NULL-terminated */
} SatchelEntityScope;

typedef struct {
  char *user, *device; /* device NULL: nobody's pins */
  SatchelBucketList *list;
  GPtrArray *entities; /* SatchelEntityScope*, in order of name, one for each entity of the registry */
  char digest[17];
  char *text;          /* canonical: one line a range, filter, class */
  gboolean complete;   /* every filter is stored, and the text too: a pull may begin */
} SatchelScope;

const SatchelEntityScope *satchel_scope_get (const SatchelScope *scope, const SatchelEntity *entity);

/* ---- SQL on the alias @alias of an entity's table; ids of buckets are numbers, nothing else is spelled out ---- */

/* "TRUE", "FALSE" or an EXISTS over member. Rights only: for queries, guards, counts, previews, blobs, history. */
gboolean satchel_scope_readable_sql (SatchelStore *store, const SatchelScope *scope, const SatchelEntity *entity,
                                     const char *alias, GString *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The whole of carried(), guards included. Parameters are appended to @parameters (SatchelSqlParameter). */
gboolean satchel_scope_carried_sql (SatchelStore *store, const SatchelScope *scope, const SatchelEntity *entity,
                                    const char *alias, gint64 now_ms, GString *sql, GArray *parameters,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The condition of a predicate that a stranger wrote, for what she may read: every hop is guarded by readable_sql, and
 * FORBIDDEN is set when it tests or follows a field of a class that is hidden from her. */
gboolean satchel_scope_where_sql (SatchelStore *store, const SatchelScope *scope, SatchelPredicate *predicate,
                                  const SatchelPredicateContext *context, SatchelSqlCondition *condition,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
