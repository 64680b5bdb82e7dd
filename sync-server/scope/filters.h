/* Filters: which rows a person chose to carry, kept as stored membership that stays exact when a relation changes far away.
 *
 * A filter is a bound predicate over one entity: "me", "my unit", "my teams" are replaced by ids, so that two people who
 * choose the same share one filter. Its rows are the members of the bucket (entity, "filter:DIGEST"); a filter grants
 * nothing, and its membership knows nothing of rights: it is what the predicate may hold for, whoever asks
 * (satchel_predicate_widen). Where it follows relations, whoever reads asks the predicate itself under her own rights (the guard), so
 * that a record she may not read cannot be felt through it.
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

/* How long the answers of a predicate stay as they are while nothing is written. */
typedef enum {
  SATCHEL_FILTER_TIMELESS,
  SATCHEL_FILTER_DAILY,
  SATCHEL_FILTER_CLOCKED, /* it asks for "now" */
} SatchelFilterTime;

/* One filter of a person's list. Immutable; owned by the scope that holds it. */
typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *predicate; /* bound; NULL once it was let go */
  SatchelFilterTime time;
  char *key;                   /* "DIGEST" of entity, canonical JSON and zone; equal for equal filters */
  char *atom;                  /* of its bucket: "filter:KEY" or "owner:ID"; NULL: the empty predicate, which has no bucket */
  GTimeZone *zone;             /* for relative dates; NULL: UTC */
  gboolean follows;            /* along relations: readers must check it under their own rights */
  gint64 bucket;               /* 0: not stored yet, or none */
  gboolean refused;            /* following it costs too much, or asking its guard */
} SatchelFilter;
void satchel_filter_free (SatchelFilter *filter);

/* @context binds. */
SatchelFilter *satchel_filter_new (SatchelPredicate *predicate, const SatchelPredicateContext *context, GError **error);

/* Reader. Fills @filter->bucket when the filter is stored, and "refused" as @user has to take it. A filter "owner = ID" alone is the
 * permission bucket owner:ID, which is always there. */
gboolean satchel_filters_find (SatchelStore *store, SatchelFilter *filter, const char *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The predicates of what is stored take most of a scope's memory, and are in the store: a filter that has its bucket can do without. */
void satchel_filter_let_go (SatchelFilter *filter);
/* Reader. Its own or that of the store; owned. CORRUPT when it is in neither. */
SatchelPredicate *satchel_filters_load (SatchelStore *store, const SatchelFilter *filter, GError **error);

/* Writer, within a commit: stores the filter and files all its rows (and their satellites: conflicts, shares), as of
 * @commit->s; or finds that this costs too much, and refuses it. */
gboolean satchel_filters_make (SatchelStore *store, SatchelCommit *commit, SatchelFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writer, within a commit: @user's lists shall not name the filter any more. */
gboolean satchel_filters_refuse (SatchelStore *store, gint64 bucket, const char *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- following, all within the commit under way; never more than a bounded time: filter-work.c ---- */

/* rows.c says what it has written, or is about to delete: @before NULL: created, @after NULL: deleted. Collected until follow(). */
gboolean satchel_filters_note (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* moves.c: all records of @owner, a user or a team, go from @old_unit to another one, without a note for each. */
gboolean satchel_filters_note_moved (SatchelStore *store, const SatchelValue *owner, const char *old_unit,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Rows that entered, left, or must be looked at again, as of the store's s. The store does so itself where a savepoint is
 * released and before it commits, so that nobody can forget it. */
gboolean satchel_filters_follow (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The store has rolled back: what was noted since begin or the savepoint is forgotten. It has committed. */
void     satchel_filters_forget (SatchelStore *store);
void     satchel_filters_committed (SatchelStore *store);
void     satchel_follower_free (struct _SatchelFollower *follower);

/* How often a filter was asked about rows since the store was opened: what a commit costs. */
guint64  satchel_filters_count_evaluated (SatchelStore *store);

/* ---- time ---- */

/* The time that filters are evaluated for while it is @now_ms: the last midnight or five minutes. Guards use it, so that what
 * is carried changes with a commit only. */
gint64 satchel_filter_as_of (const SatchelFilter *filter, gint64 now_ms);
/* When the next filter that depends on time must be evaluated anew; G_MAXINT64: never. */
gboolean satchel_filters_next_due (SatchelStore *store, gint64 *due_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writer, within a commit: those that are due. Relative dates change at midnight of the filter's zone, "now" every five
 * minutes. *changed: whether any row moved. */
gboolean satchel_filters_pass (SatchelStore *store, SatchelCommit *commit, gboolean *changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Within a commit: filters that no device's scope names (satchel_scopes_list_filters) are emptied and dropped, bit by bit: *more
 * says that it must be called again. Their members depart. */
gboolean satchel_filters_collect (SatchelStore *store, SatchelCommit *commit, gint64 before_ms, gboolean *more,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For "satchel-server check": appends what is wrong (char*). */
gboolean satchel_filters_check (SatchelStore *store, GPtrArray *problems, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writer, for "satchel-server check --repair": rows that are filed wrongly leave or enter, *n_rows of them, by a commit that begins with
 * the first one; devices hear of it as of any change. */
gboolean satchel_filters_repair (SatchelStore *store, SatchelCommit *commit, gint64 *n_rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
