/* Counts, sums and shares of shown records by what they have in common: what charts are drawn from.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* What a chart needs (protocol/metadata/dashboard.h says which fields suit). */
typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *where;    /* NULL: all */
  const SatchelField *group;  /* a datetime by the months of the context's zone */
  const SatchelField *series; /* NULL: none */
  const SatchelField *of;     /* what is added; NULL: nothing */
  const SatchelField *weight; /* per cent; NULL: none */
  SatchelPredicate *share;    /* which records are hits; NULL: none */
} SatchelAggregate;

/* The records that have one group and one series. */
typedef struct {
  SatchelValue *group;  /* NULL: empty; of dates and datetimes the first day of the month, a date */
  SatchelValue *series; /* NULL: empty, or there is none */
  gint64 n_records;
  gint64 n_values;      /* of them those that were added: neither "of" nor "weight" is empty */
  gint64 n_hits;
  SatchelDecimal sum;   /* exact */
} SatchelAggregateRow;
void satchel_aggregate_row_free (SatchelAggregateRow *row);

/* SatchelAggregateRow*, owned, in no order. TOO_LARGE for a sum that no amount can hold. @cancellable may be cancelled from any
 * thread: CANCELLED. */
GPtrArray *satchel_replica_aggregate (SatchelReplica *replica, const SatchelAggregate *question,
                                      const SatchelPredicateContext *context, GCancellable *cancellable, GError **error);

G_END_DECLS
