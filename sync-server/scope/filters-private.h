/* What the files behind filters.h share: the shapes in memory, and what was noted in the commit under way.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/bind.h"
#include "sync-server/scope/filters.h"
#include "sync-server/store/follow.h"
#include "sync-server/store/shapes.h"

G_BEGIN_DECLS

/* A way from a filter's rows to records that it depends on. */
typedef struct {
  SatchelDependencyStep *steps; /* n; 0: the rows themselves */
  guint n;
  const SatchelEntity *end;
  GPtrArray *fields; /* SatchelField*, of @end: those whose change may alter an answer */
} SatchelFilterPath;

typedef struct {
  gint64 id;
  const SatchelEntity *entity;
  SatchelPredicate *predicate; /* with the nil id for a pivot */
  GPtrArray *nil;              /* the pivots of @predicate; NULL: none, the shape has one filter */
  GTimeZone *zone;
  gint64 at_ms, due_ms;
  gboolean follows;
  GPtrArray *paths;  /* SatchelFilterPath*; the first has no steps */
  GPtrArray *pivots; /* SatchelFilterPath* with one field: where a pivot is found */
  GHashTable *ends;  /* the entities at the ends of all paths */
  char *pivot_query; /* satchel_follow_put_values() of all of them; NULL: none */
  gint64 n_followed, n_frozen; /* its filters */
} SatchelShape;

/* One record that was written, as it was before the change set and as it is. */
typedef struct {
  SatchelRecord *before, *after; /* owned; NULL: not there */
  gboolean anew;                 /* made or deleted on the way: every field counts as changed */
  GArray *rows;                  /* gint64: numbers of its row when it was deleted; NULL: none */
} SatchelFilterNote;

/* An owner that went to another unit, with all its records. */
typedef struct {
  SatchelValue *owner;
  SatchelValue *old_unit;
} SatchelFilterMove;

typedef struct _SatchelFollower {
  GPtrArray *shapes;   /* SatchelShape*; NULL: to be loaded */
  GHashTable *watched; /* entities that any shape looks at */
  gint64 seen_s;       /* what is loaded is what stood in the store then… */
  gboolean checked;    /* …and was compared in this transaction */
  gboolean altered;    /* in this transaction: void after a roll-back */
  gboolean stale;      /* to be loaded anew when it is asked for next */
  GHashTable *notes;   /* "entity:id" → SatchelFilterNote */
  GHashTable *by_entity; /* entity → GPtrArray of SatchelFilterNote, borrowed */
  guint n_satellites;  /* notes of conflicts and shares */
  GPtrArray *moves;    /* SatchelFilterMove* */
  guint64 n_evaluated; /* for tests: filters that were evaluated since the store was opened */
  guint64 n_sets;      /* change sets that were followed */
  gint64 work;         /* of all filters, for the present one */
  GHashTable *debts;   /* who owes work → how much; filter-work.c */
  gint64 most_at_once, most_debt; /* of one filter: tests lower them */
  gint64 n_work;       /* for tests: all work since the store was opened */
} SatchelFollower;

/* The shapes as they are stored, within a transaction of the writer. Borrowed; NULL on error. */
SatchelFollower *satchel_follower_get (SatchelStore *store, GError **error);
void             satchel_follower_forget (SatchelFollower *follower); /* all notes */

/* NULL for a shape that the registry cannot read any more. */
SatchelShape *satchel_shape_new (SatchelRegistry *registry, const SatchelShapeRow *row);
void          satchel_shape_free (SatchelShape *shape);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelShape, satchel_shape_free)
SatchelPredicateContext satchel_shape_context (const SatchelShape *shape, gint64 at_ms);
/* The filter's own predicate, owned. */
SatchelPredicate *satchel_shape_fill (const SatchelShape *shape, const SatchelFilterRow *filter);
/* What its members fulfil (satchel_predicate_widen), owned. */
SatchelPredicate *satchel_shape_fill_wide (const SatchelShape *shape, const SatchelFilterRow *filter);
SatchelFilterTime satchel_filter_time_of (SatchelPredicate *predicate);
/* The span of time in which the answers stay: [*at_ms, *due_ms), with @now_ms in it. */
void satchel_filter_span (SatchelFilterTime time, GTimeZone *zone, gint64 now_ms, gint64 *at_ms, gint64 *due_ms);

/* What all filters of a shape do about the affected rows, whose kinds are among @kinds; @gone, an array of [row, id] in JSON or NULL, are rows that were deleted.
 * @values: a set of pivots that the rows may have had before; those that they have now are added. *moved (may be NULL) is set
 * when a row moved. */
gboolean satchel_shape_apply (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, gint64 at_ms,
                              SatchelAffected kinds, const char *gone, GHashTable *values, gboolean *moved, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- filter-work.c ---- */

/* A piece of work for one filter (its bucket owes it), or for what a shape's filters have in common (minus its number does). */
typedef struct {
  SatchelStore *store;
  SatchelFollower *follower;
  gint64 debtor;
  gint64 allowed, done;
  gboolean limited;
} SatchelWork;
#define SATCHEL_WORK_UNOWED 0 /* it counts for the change set only */
#define SATCHEL_WORK_TO_MAKE 600   /* filters: as many of these may do as much as making one */
#define SATCHEL_WORK_BY_ROW 500000 /* for which rows are asked one by one, before sets are made */

/* From here to the end statements that read are cut off when they cost more than @n_filters of these may. */
void        satchel_work_init (SatchelFollower *follower);
SatchelWork satchel_work_begin (SatchelStore *store, SatchelFollower *follower, gint64 debtor, gint64 n_filters);
/* From now on @most, or what is left. */
void        satchel_work_limit (SatchelWork *work, gint64 most);
/* @problem, what the work has failed with, is taken. *costly: it was too much, or would be with what is to be done about @n_rows. */
gboolean    satchel_work_end (SatchelWork *work, gint64 n_rows, GError **problem, gboolean *costly, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The filter is not followed any more, but for deletions; the same for all of the shape. */
gboolean satchel_filter_freeze (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, gint64 bucket,
                                SatchelFilterState state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_shape_freeze (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- filter-collect.c ---- */

/* At most *left members depart, which is counted down; -1: all. At 0 some may be there still; else the filter is no more. */
gboolean satchel_filter_drop (SatchelStore *store, SatchelFollower *follower, const SatchelFilterRow *filter, gint64 *left,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- filter-satellites.c ---- */

/* Satellites of the rows in "moving" go with them. */
gboolean satchel_filter_settle_satellites (SatchelStore *store, const SatchelEntity *subject, const char *atom, const char *why,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those that were written themselves; after the rows have moved. */
gboolean satchel_filter_follow_satellites (SatchelStore *store, SatchelFollower *follower, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The record that a satellite is about: *subject NULL where the registry has lost its entity. */
const char *satchel_satellite_subject (SatchelRegistry *registry, const SatchelRecord *satellite, const SatchelEntity **subject);
/* SatchelSatellites, for each entity of satellites and each class of @subject's fields. */
GArray *satchel_satellites_list (SatchelRegistry *registry, const SatchelEntity *subject);
/* "account+CLASS/filter:KEY"; owned. */
char *satchel_satellites_atom (const SatchelSatellites *satellites, const char *atom);

/* ---- sets of strings ---- */

char *satchel_filter_print_set (GHashTable *set); /* as a JSON array; owned */
gboolean satchel_shape_add_old_values (SatchelStore *store, SatchelFollower *follower, const SatchelShape *shape, GHashTable *values,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
