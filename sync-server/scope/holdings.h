/* What the text of a scope says, as numbers of buckets: of the scope of now, and of the one that a cursor names.
 *
 *   ENTITY read ATOM      a bucket that may be read; "ATOM*": all whose atom begins so
 *   ENTITY author ATOM    rows of it that may be read otherwise are whole; the others are blanked
 *   ENTITY carry ATOM     a bucket that is chosen: a filter, an owner, pins
 *   ENTITY guard ATOM     a filter that follows relations: its rows are carried where its guard holds
 *   ENTITY carry *        all that may be read
 *   ENTITY hide CLASS     a field class that may not be read
 *
 * Satellites (conflicts, shares) have no choices of their own: what is chosen of an entity is chosen of those about it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/scope.h"

G_BEGIN_DECLS

/* One bucket that is chosen. */
typedef struct {
  gint64 bucket;
  const char *guard;           /* atom of the filter, as in the holdings' text; NULL: none */
  const SatchelEntity *subject; /* whose filter that is: for a satellite the entity of its record */
} SatchelSource;

typedef struct {
  const SatchelEntity *entity;
  GPtrArray *lines;   /* char*, borrowed: all of this entity, for comparing */
  gboolean reads_all; /* every row may be read */
  gboolean all;       /* what may be read is carried */
  GArray *readable;   /* gint64 */
  GArray *authored;   /* gint64 */
  GArray *sources;    /* SatchelSource; empty where all is set: then "readable" is meant */
  GPtrArray *hidden;  /* char*, borrowed: classes */
} SatchelHolding;

typedef struct _SatchelHoldings SatchelHoldings;

/* Entities that the registry has lost are left out. */
SatchelHoldings *satchel_holdings_new (SatchelStore *store, const char *text, GError **error);
void             satchel_holdings_free (SatchelHoldings *holdings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelHoldings, satchel_holdings_free)

SatchelStore         *satchel_holdings_get_store (const SatchelHoldings *holdings);
const SatchelHolding *satchel_holdings_get (const SatchelHoldings *holdings, const SatchelEntity *entity);

/* In a later transaction of the same store: whether they are what would be read now, too. Only buckets that were made since
 * could alter them. */
gboolean satchel_holdings_last (SatchelHoldings *holdings, gboolean *last, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whose bucket it is; NULL: none of these. */
const SatchelEntity *satchel_holdings_find_owner (const SatchelHoldings *holdings, gint64 bucket);

/* Whether the same rows of @entity may be read. */
gboolean satchel_holding_reads_like (const SatchelHolding *a, const SatchelHolding *b);
gboolean satchel_holding_hides (const SatchelHolding *holding, const SatchelField *field);
gboolean satchel_holding_has_guards (const SatchelHolding *holding);
/* Whether everything that is said of the entity is the same. */
gboolean satchel_holding_equal (const SatchelHolding *a, const SatchelHolding *b);

/* ---- the conditions of scope.h, for several at a time; @holdings are those of @scope's text ---- */

/* satchel_scope_readable_sql() as a SatchelSqlGuard. */
void satchel_holdings_readable_sql (const SatchelEntity *entity, const char *alias, GString *sql, gpointer holdings);
const SatchelFilter *satchel_scope_find_filter (const SatchelScope *scope, const SatchelEntity *entity, const char *atom);
gboolean satchel_holdings_where_sql (const SatchelHoldings *holdings, const SatchelScope *scope, SatchelPredicate *predicate,
                                     const SatchelPredicateContext *context, SatchelSqlCondition *condition,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the guard of @source, one of @entity's, holds for @scope's user. */
gboolean satchel_holdings_guard_sql (const SatchelHoldings *holdings, const SatchelScope *scope, const SatchelEntity *entity,
                                     const SatchelSource *source, gint64 now_ms, const char *alias, GString *sql,
                                     GArray *parameters, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_holdings_carried_sql (const SatchelHoldings *holdings, const SatchelScope *scope, const SatchelEntity *entity,
                                       const char *alias, gint64 now_ms, GString *sql, GArray *parameters,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
