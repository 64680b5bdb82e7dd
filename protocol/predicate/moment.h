/* Dates and periods as a predicate writes them, absolute or relative, and what they mean for one context.
 *
 *   moment := (DATE | INSTANT | now | today | yesterday | tomorrow | start of UNIT | end of UNIT) {(+|-) NUMBER UNIT}
 *   period := past | future | today | yesterday | tomorrow | (last|this|next) UNIT
 *
 * Everything resolves to a half-open range: of days for a date field, of UTC milliseconds for a datetime field. A day
 * written for a datetime field is the whole day in the context's zone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "protocol/predicate/scan.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_UNIT_MINUTE, /* minutes and hours shift instants only */
  SATCHEL_UNIT_HOUR,
  SATCHEL_UNIT_DAY,
  SATCHEL_UNIT_WEEK,
  SATCHEL_UNIT_MONTH,
  SATCHEL_UNIT_QUARTER,
  SATCHEL_UNIT_HALF_YEAR,
  SATCHEL_UNIT_YEAR,
  SATCHEL_N_UNITS
} SatchelUnit;

typedef enum {
  SATCHEL_ANCHOR_DATE,    /* number: days since 1970-01-01 */
  SATCHEL_ANCHOR_INSTANT, /* number: milliseconds since 1970 UTC */
  SATCHEL_ANCHOR_NOW,
  SATCHEL_ANCHOR_TODAY,
  SATCHEL_ANCHOR_YESTERDAY,
  SATCHEL_ANCHOR_TOMORROW,
  SATCHEL_ANCHOR_START_OF, /* the first day of today's unit */
  SATCHEL_ANCHOR_END_OF,   /* its last day */
} SatchelAnchor;

#define SATCHEL_MAX_SHIFTS 4
#define SATCHEL_MAX_SHIFT_AMOUNT 99999

typedef struct {
  int amount;
  SatchelUnit unit;
} SatchelShift;

typedef struct {
  SatchelAnchor anchor;
  SatchelUnit unit;
  gint64 number;
  guint n_shifts;
  SatchelShift shifts[SATCHEL_MAX_SHIFTS];
} SatchelMoment;

typedef enum {
  SATCHEL_PERIOD_PAST, /* before today; for an instant, before now */
  SATCHEL_PERIOD_FUTURE,
  SATCHEL_PERIOD_TODAY,
  SATCHEL_PERIOD_YESTERDAY,
  SATCHEL_PERIOD_TOMORROW,
  SATCHEL_PERIOD_LAST,
  SATCHEL_PERIOD_THIS,
  SATCHEL_PERIOD_NEXT,
} SatchelPeriodKind;

typedef struct {
  SatchelPeriodKind kind;
  SatchelUnit unit; /* last, this, next */
} SatchelPeriod;

/* from <= x < until; G_MININT64 and G_MAXINT64 are no bound. */
typedef struct {
  gint64 from;
  gint64 until;
} SatchelBounds;

/* Reads one from @scanner for a field of @type (date or datetime). */
gboolean satchel_moment_parse (SatchelScanner *scanner, SatchelType type, SatchelMoment *moment,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_period_parse (SatchelScanner *scanner, SatchelPeriod *period, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void satchel_moment_print (const SatchelMoment *moment, GString *text);
void satchel_period_print (const SatchelPeriod *period, GString *text);

gboolean satchel_moment_is_relative (const SatchelMoment *moment);

SatchelBounds satchel_moment_resolve (const SatchelMoment *moment, SatchelType type,
                                      const SatchelPredicateContext *context);
SatchelBounds satchel_period_resolve (const SatchelPeriod *period, SatchelType type,
                                      const SatchelPredicateContext *context);

G_END_DECLS
