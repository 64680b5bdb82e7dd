/* The groups, or the series, of a chart: which values there are, in which order, what they are called, and the condition that each
 * stands for. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/aggregate.h"
#include "protocol/metadata/dashboard.h"

G_BEGIN_DECLS

/* What has been added up. */
typedef struct {
  gint64 n_records, n_values, n_hits;
  SatchelDecimal sum;
} SatchelTally;

gboolean satchel_tally_add (SatchelTally *tally, const SatchelAggregateRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What the measure makes of it. */
SatchelDecimal satchel_tally_value (const SatchelTally *tally, const SatchelChart *chart);

typedef struct {
  SatchelValue *value; /* NULL: empty, or a rest */
  gboolean is_rest;    /* all that have no item of their own */
  char *label;
  char *condition; /* predicate text */
  SatchelTally tally;
} SatchelAxisItem;

typedef struct {
  const SatchelField *field;
  GPtrArray *items;  /* SatchelAxisItem* */
  GHashTable *index; /* text of a value → SatchelAxisItem */
} SatchelAxis;

typedef enum {
  SATCHEL_AXIS_BY_SIZE,   /* the largest first */
  SATCHEL_AXIS_BY_CHOICE, /* as the choices are declared */
  SATCHEL_AXIS_BY_STAGE,  /* likewise, all open stages of the process of the field, or all choices */
} SatchelAxisOrder;

/* Of the groups (@series FALSE) or series of @rows, SatchelAggregateRow*. Months stand in their order, without gaps. At most @most items,
 * what is empty not counted. */
SatchelAxis *satchel_axis_new (SatchelReplica *replica, const SatchelChart *chart, const SatchelEntity *entity,
                               gboolean series, GPtrArray *rows, SatchelAxisOrder order, guint most, GError **error);
void         satchel_axis_free (SatchelAxis *axis); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelAxis, satchel_axis_free)

/* The position of the item that @value belongs to. */
guint satchel_axis_find (const SatchelAxis *axis, const SatchelValue *value);

G_END_DECLS
