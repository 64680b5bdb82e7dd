/* Figures over records as charts: what is counted or summed, of which records, by what. Read from data; immutable once the
 * registry is frozen, owned by it. What is retired is not among them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_CHART_BAR,    /* one row a group */
  SATCHEL_CHART_COLUMN, /* one column a group: months */
  SATCHEL_CHART_FUNNEL, /* the stages of a process, one below the other */
} SatchelChartKind;

typedef enum {
  SATCHEL_MEASURE_COUNT,   /* of records */
  SATCHEL_MEASURE_SUM,     /* of the field "of", where "weight" is given each value by so many per cent */
  SATCHEL_MEASURE_AVERAGE, /* of the field "of", where it is not empty */
  SATCHEL_MEASURE_SHARE,   /* of the records for which "share" holds, in per cent */
} SatchelMeasure;

typedef struct {
  const char *name;
  const char *label;
  const char *help; /* what the figures mean, for people; or NULL */
  SatchelChartKind kind;
  const char *const *entities; /* n_entities, NULL-terminated; of several the entity itself is the series */
  guint n_entities;
  const char *where; /* predicate text, for each of the entities; "" for all */
  const char *group; /* field: choice, lookup, boolean, string; a date or datetime by the month */
  const char *series; /* field: choice, lookup or boolean; or NULL */
  SatchelMeasure measure;
  const char *of;     /* integer, decimal or money; NULL for counts and shares */
  const char *weight; /* integer from 0 to 100, per cent; or NULL. Where it is empty, the value counts for nothing */
  const char *share;  /* predicate text, or NULL */
  const char *period; /* the date or datetime that a period chosen by a person concerns; or NULL: none does */
  guint most;         /* groups that are shown; the rest is one */
} SatchelChart;

typedef struct {
  const char *name;
  const char *label;
  const SatchelChart *charts;
  guint n_charts;
} SatchelDashboard;

G_END_DECLS
