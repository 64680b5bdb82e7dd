/* The figures of a chart: computed on the replica, named for people, each with the condition of the list behind it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* What a person has chosen besides; both may be NULL. */
typedef struct {
  const char *period; /* of the predicate language: "this quarter" */
  const char *owner;  /* "me", or an id */
} SatchelFiguresFilter;

/* One number. */
typedef struct {
  SatchelDecimal value; /* exact */
  gint64 n_records;     /* behind it */
  const char *entity;   /* those are the records of this entity… */
  char *where;          /* …for which this holds; NULL: no single list has them all */
} SatchelFigure;

/* A bar: a group of records. */
typedef struct {
  char *label;
  SatchelFigure total;
  SatchelFigure *parts; /* as many as there are series, in their order; NULL where there are none. 0 records: nothing there */
} SatchelFigureGroup;

/* Immutable; may be shared by threads. */
typedef struct {
  char *title;
  char *measure;       /* what the numbers are: "Number", "Amount in the Own Currency"; translated, as the title is */
  char *help;          /* or NULL */
  SatchelChartKind kind;
  gboolean is_share;   /* the numbers are per cent */
  gboolean has_total;  /* adding the bars makes sense */
  guint digits;        /* decimals that people see */
  GPtrArray *series;   /* char*; empty: none */
  GPtrArray *groups;   /* SatchelFigureGroup*; empty: no records */
  SatchelDecimal total;
  gint64 n_records;
} SatchelFigures;

/* For the session's thread; @filter and @cancellable may be NULL. INVALID for a filter that is none; CANCELLED. */
SatchelFigures *satchel_figures_make (SatchelSession *session, const SatchelChart *chart, const SatchelFiguresFilter *filter,
                                      GCancellable *cancellable, GError **error);
SatchelFigures *satchel_figures_ref (SatchelFigures *figures);
void            satchel_figures_unref (SatchelFigures *figures); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelFigures, satchel_figures_unref)

/* As people of this locale read it: "12,000.50", "25 %". Owned. */
char *satchel_figures_display (const SatchelFigures *figures, SatchelDecimal value);
/* "Identification: 12,000.50 (5 records)"; of one series (-1: all): "Ana Pop, Proposal: …". Owned. */
char *satchel_figures_describe_one (const SatchelFigures *figures, guint group, int series);
/* All of it as sentences, for those who do not see it. Owned. */
char *satchel_figures_describe (const SatchelFigures *figures);

G_END_DECLS
