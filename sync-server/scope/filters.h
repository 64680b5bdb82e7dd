/* Filters: which rows a person chose to carry, kept as stored membership that stays exact when a relation changes far away.
 *
 * A filter is a bound predicate over one entity: "me", "my unit", "my teams" are replaced by ids, so that two people who
 * choose the same share one filter. Its rows are the members of the bucket (entity, "filter:DIGEST"); a filter grants
 * nothing, and its membership knows nothing of rights. Where it follows relations, whoever reads checks the same predicate
 * again for her own rights (satchel_filter_get_guard), so that a record she may not read cannot be felt through it.
 *
 * Every event that may alter what a device carries gives the row a new "s" in each filter bucket that it is in: an edit
 * (touch); an entry, and anything that may alter the guard's answer, e.g. another owner of a related record (enter anew).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* One filter of a person's list. Immutable; owned by the scope that holds it. */
typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *predicate; /* bound */
  char *key;                   /* "DIGEST" of entity, canonical JSON and zone; equal for equal filters */
  char *atom;                  /* of its bucket: "filter:KEY" or "owner:ID"; NULL: the empty predicate, which has no bucket */
  GTimeZone *zone;             /* for relative dates; NULL: UTC */
  gboolean follows;            /* along relations: readers must check it under their own rights */
  gint64 bucket;               /* 0: not stored yet, or none */
} SatchelFilter;
void satchel_filter_free (SatchelFilter *filter);

/* @context binds. */
SatchelFilter *satchel_filter_new (SatchelPredicate *predicate, const SatchelPredicateContext *context, GError **error);

/* Reader. Fills @filter->bucket when the filter is stored. A filter "owner = ID" alone is the permission bucket owner:ID,
 * which is always there. */
gboolean satchel_filters_find (SatchelStore *store, SatchelFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writer, within a commit: stores the filter and files all its rows (and their satellites: conflicts, shares), as of
 * @commit->s. */
gboolean satchel_filters_make (SatchelStore *store, SatchelCommit *commit, SatchelFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- following, all within the commit under way ---- */

/* rows.c says what it has written: @before NULL: created, @after NULL: deleted. Collected until follow(). */
gboolean satchel_filters_note (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* At the end of each change set: rows that entered, left, or must be looked at again. */
gboolean satchel_filters_follow (SatchelStore *store, SatchelCommit *commit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What was noted since begin or the savepoint is forgotten. */
void     satchel_filters_forget (SatchelStore *store);

/* ---- time ---- */

/* When the next filter that depends on time must be evaluated anew; G_MAXINT64: never. */
gboolean satchel_filters_next_due (SatchelStore *store, gint64 *due_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writer, within a commit: those that are due. Relative dates change at midnight of the filter's zone, "now" every five
 * minutes. *changed: whether any row moved. */
gboolean satchel_filters_pass (SatchelStore *store, SatchelCommit *commit, gboolean *changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Filters that no scope has used since @before_ms are dropped with their members. */
gboolean satchel_filters_collect (SatchelStore *store, gint64 before_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
