/* Reading and resolving of dates, instants and periods. Arithmetic is on days since 1970-01-01 in the
 * proleptic Gregorian calendar and stays within the years 0001 to 9999, as values do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/moment.h"

#include "protocol/value.h"

#define FIRST_DAY (-719162) /* 0001-01-01 */
#define LAST_DAY  2932896   /* 9999-12-31 */
#define DAY_MS    (G_GINT64_CONSTANT (86400000))

static const char *const unit_names[SATCHEL_N_UNITS] = {
  "minute", "hour", "day", "week", "month", "quarter", "half-year", "year",
};

static const struct {
  const char *text;
  SatchelAnchor anchor;
} anchor_words[] = {
  { "now", SATCHEL_ANCHOR_NOW },
  { "today", SATCHEL_ANCHOR_TODAY },
  { "yesterday", SATCHEL_ANCHOR_YESTERDAY },
  { "tomorrow", SATCHEL_ANCHOR_TOMORROW },
  { "start of", SATCHEL_ANCHOR_START_OF },
  { "end of", SATCHEL_ANCHOR_END_OF },
};

static const struct {
  const char *text;
  SatchelPeriodKind kind;
} period_words[] = {
  { "past", SATCHEL_PERIOD_PAST },         { "future", SATCHEL_PERIOD_FUTURE },
  { "today", SATCHEL_PERIOD_TODAY },       { "yesterday", SATCHEL_PERIOD_YESTERDAY },
  { "tomorrow", SATCHEL_PERIOD_TOMORROW }, { "last", SATCHEL_PERIOD_LAST },
  { "this", SATCHEL_PERIOD_THIS },         { "next", SATCHEL_PERIOD_NEXT },
};

/* ---- reading ---- */

static gboolean
take_unit (SatchelScanner *scanner, SatchelUnit first, SatchelUnit *unit, GError **error)
{
  for (SatchelUnit u = first; u < SATCHEL_N_UNITS; u++) {
    g_autofree char *plural = g_strconcat (unit_names[u], "s", NULL);
    if (satchel_scanner_take_keyword (scanner, unit_names[u]) ||
        satchel_scanner_take_keyword (scanner, plural)) {
      *unit = u;
      return TRUE;
    }
  }
  g_autofree char *found = satchel_scanner_dup_found (scanner);
  satchel_scanner_fail (scanner, scanner->at, error,
                        "expected %sweek, month, quarter, half-year or year, found %s",
                        first == SATCHEL_UNIT_WEEK  ? ""
                        : first == SATCHEL_UNIT_DAY ? "day, "
                                                    : "minute, hour, day, ",
                        found);
  return FALSE;
}

static gboolean
take_literal (SatchelScanner *scanner, SatchelType type, SatchelMoment *moment, GError **error)
{
  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  const char *end = start;

  while (g_ascii_isdigit (*end) || *end == '-')
    end++;
  g_autofree char *date = g_strndup (start, MIN (end - start, 10));
  if (*end != 'T' && *end != 't') {
    if (!satchel_date_parse (date, &moment->number)) {
      satchel_scanner_fail (scanner, start, error, "“%.40s” is no day: write it like 2026-01-31", date);
      return FALSE;
    }
    moment->anchor = SATCHEL_ANCHOR_DATE;
    scanner->at = start + 10;
    return TRUE;
  }
  if (type == SATCHEL_TYPE_DATE) {
    satchel_scanner_fail (scanner, start, error,
                          "the field holds days, not times: write 2026-01-31 or today");
    return FALSE;
  }

  g_autofree char *instant = satchel_scanner_take_bare (scanner);
  g_autoptr (GError) unreadable = NULL;
  if (!satchel_instant_parse (instant, &moment->number, &unreadable)) {
    satchel_scanner_fail (scanner, start, error, "“%.40s” is no instant: write it like 2026-01-31T14:30:00Z",
                          instant);
    return FALSE;
  }
  moment->anchor = SATCHEL_ANCHOR_INSTANT;
  return TRUE;
}

static gboolean
take_anchor (SatchelScanner *scanner, SatchelType type, SatchelMoment *moment, GError **error)
{
  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  if (g_ascii_isdigit (*start))
    return take_literal (scanner, type, moment, error);

  for (guint i = 0; i < G_N_ELEMENTS (anchor_words); i++) {
    if (!satchel_scanner_take_keyword (scanner, anchor_words[i].text))
      continue;
    moment->anchor = anchor_words[i].anchor;
    if (moment->anchor == SATCHEL_ANCHOR_NOW && type == SATCHEL_TYPE_DATE) {
      satchel_scanner_fail (scanner, start, error, "the field holds days, not times: write today");
      return FALSE;
    }
    if (moment->anchor == SATCHEL_ANCHOR_START_OF || moment->anchor == SATCHEL_ANCHOR_END_OF)
      return take_unit (scanner, SATCHEL_UNIT_WEEK, &moment->unit, error);
    return TRUE;
  }
  g_autofree char *found = satchel_scanner_dup_found (scanner);
  satchel_scanner_fail (
      scanner, scanner->at, error,
      "expected a date like 2026-01-31, today, yesterday, tomorrow, start of month or end of month%s, "
      "found %s",
      type == SATCHEL_TYPE_DATETIME ? ", now or an instant like 2026-01-31T14:30:00Z" : "", found);
  return FALSE;
}

static gboolean
take_shift (SatchelScanner *scanner, SatchelMoment *moment, int sign, GError **error)
{
  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  if (moment->n_shifts == SATCHEL_MAX_SHIFTS) {
    satchel_scanner_fail (scanner, start, error, "at most %d “+ number unit” may follow a date",
                          SATCHEL_MAX_SHIFTS);
    return FALSE;
  }

  int amount = 0;
  while (g_ascii_isdigit (*scanner->at) && amount <= SATCHEL_MAX_SHIFT_AMOUNT)
    amount = amount * 10 + (*scanner->at++ - '0');
  if (scanner->at == start || amount > SATCHEL_MAX_SHIFT_AMOUNT) {
    satchel_scanner_fail (scanner, start, error, "expected a whole number up to %d",
                          SATCHEL_MAX_SHIFT_AMOUNT);
    return FALSE;
  }

  gboolean instant = moment->anchor == SATCHEL_ANCHOR_NOW || moment->anchor == SATCHEL_ANCHOR_INSTANT;
  SatchelShift *shift = &moment->shifts[moment->n_shifts++];
  shift->amount = sign * amount;
  return take_unit (scanner, instant ? SATCHEL_UNIT_MINUTE : SATCHEL_UNIT_DAY, &shift->unit, error);
}

gboolean
satchel_moment_parse (SatchelScanner *scanner, SatchelType type, SatchelMoment *moment, GError **error)
{
  *moment = (SatchelMoment){ 0 };
  if (!take_anchor (scanner, type, moment, error))
    return FALSE;
  for (;;) {
    int sign = satchel_scanner_take_symbol (scanner, "+")   ? 1
               : satchel_scanner_take_symbol (scanner, "-") ? -1
                                                            : 0;
    if (sign == 0)
      return TRUE;
    if (!take_shift (scanner, moment, sign, error))
      return FALSE;
  }
}

gboolean
satchel_period_parse (SatchelScanner *scanner, SatchelPeriod *period, GError **error)
{
  *period = (SatchelPeriod){ 0 };
  for (guint i = 0; i < G_N_ELEMENTS (period_words); i++) {
    if (!satchel_scanner_take_keyword (scanner, period_words[i].text))
      continue;
    period->kind = period_words[i].kind;
    return period->kind < SATCHEL_PERIOD_LAST || take_unit (scanner, SATCHEL_UNIT_WEEK, &period->unit, error);
  }
  g_autofree char *found = satchel_scanner_dup_found (scanner);
  satchel_scanner_fail (
      scanner, scanner->at, error,
      "expected past, future, today, yesterday, tomorrow, or last, this or next with week, month, "
      "quarter, half-year or year, found %s",
      found);
  return FALSE;
}

/* ---- writing ---- */

void
satchel_moment_print (const SatchelMoment *moment, GString *text)
{
  if (moment->anchor == SATCHEL_ANCHOR_DATE || moment->anchor == SATCHEL_ANCHOR_INSTANT) {
    g_autofree char *literal = moment->anchor == SATCHEL_ANCHOR_DATE
                                   ? satchel_date_from_days (moment->number)
                                   : satchel_instant_to_text (moment->number);
    g_string_append (text, literal);
  }
  for (guint i = 0; i < G_N_ELEMENTS (anchor_words); i++)
    if (anchor_words[i].anchor == moment->anchor)
      g_string_append (text, anchor_words[i].text);
  if (moment->anchor == SATCHEL_ANCHOR_START_OF || moment->anchor == SATCHEL_ANCHOR_END_OF)
    g_string_append_printf (text, " %s", unit_names[moment->unit]);

  for (guint i = 0; i < moment->n_shifts; i++) {
    int amount = moment->shifts[i].amount;
    g_string_append_printf (text, " %c %d %s%s", amount < 0 ? '-' : '+', ABS (amount),
                            unit_names[moment->shifts[i].unit], ABS (amount) == 1 ? "" : "s");
  }
}

void
satchel_period_print (const SatchelPeriod *period, GString *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (period_words); i++)
    if (period_words[i].kind == period->kind)
      g_string_append (text, period_words[i].text);
  if (period->kind >= SATCHEL_PERIOD_LAST)
    g_string_append_printf (text, " %s", unit_names[period->unit]);
}

gboolean
satchel_moment_is_relative (const SatchelMoment *moment)
{
  return moment->anchor != SATCHEL_ANCHOR_DATE && moment->anchor != SATCHEL_ANCHOR_INSTANT;
}

/* ---- the calendar ---- */

typedef struct {
  gint64 year;
  int month; /* 1…12 */
  int day;
} Civil;

static gboolean
is_leap (gint64 year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_of_month (gint64 year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  return month == 2 && is_leap (year) ? 29 : days[month - 1];
}

/* Days from 0001-01-01 to the first day of @year, which is at least 1. */
static gint64
days_before_year (gint64 year)
{
  gint64 past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400;
}

static gint64
days_from_civil (Civil civil)
{
  gint64 days = FIRST_DAY + days_before_year (civil.year) + civil.day - 1;
  for (int month = 1; month < civil.month; month++)
    days += days_of_month (civil.year, month);
  return days;
}

static Civil
civil_from_days (gint64 days)
{
  gint64 since = days - FIRST_DAY;
  Civil civil = { .year = since / 366 + 1, .month = 1 };

  while (days_before_year (civil.year + 1) <= since)
    civil.year++;
  since -= days_before_year (civil.year);
  while (since >= days_of_month (civil.year, civil.month))
    since -= days_of_month (civil.year, civil.month++);
  civil.day = (int)since + 1;
  return civil;
}

static int
months_of_unit (SatchelUnit unit)
{
  switch (unit) {
  case SATCHEL_UNIT_MONTH:
    return 1;
  case SATCHEL_UNIT_QUARTER:
    return 3;
  case SATCHEL_UNIT_HALF_YEAR:
    return 6;
  case SATCHEL_UNIT_YEAR:
    return 12;
  default:
    g_assert_not_reached ();
  }
}

/* A month later than 31 January is the last day of February. */
static gint64
shift_days (gint64 days, int amount, SatchelUnit unit)
{
  if (unit == SATCHEL_UNIT_DAY || unit == SATCHEL_UNIT_WEEK)
    return CLAMP (days + (gint64)amount * (unit == SATCHEL_UNIT_WEEK ? 7 : 1), FIRST_DAY, LAST_DAY);

  Civil civil = civil_from_days (days);
  gint64 months = civil.year * 12 + civil.month - 1 + (gint64)amount * months_of_unit (unit);
  if (months < 12)
    return FIRST_DAY;
  civil.year = months / 12;
  if (civil.year > 9999)
    return LAST_DAY;
  civil.month = (int)(months % 12) + 1;
  civil.day = MIN (civil.day, days_of_month (civil.year, civil.month));
  return days_from_civil (civil);
}

static gint64
start_of_unit (gint64 days, SatchelUnit unit, int first_weekday)
{
  if (unit == SATCHEL_UNIT_WEEK) {
    int weekday = (int)((days - FIRST_DAY) % 7) + 1; /* 0001-01-01 is a Monday */
    int first = first_weekday == 0 ? 1 : first_weekday;
    return MAX (days - (weekday - first + 7) % 7, FIRST_DAY);
  }
  Civil civil = civil_from_days (days);
  civil.month -= (civil.month - 1) % months_of_unit (unit);
  civil.day = 1;
  return days_from_civil (civil);
}

/* ---- resolving ---- */

static GTimeZone *
dup_zone (const SatchelPredicateContext *context)
{
  return context->zone != NULL ? g_time_zone_ref (context->zone) : g_time_zone_new_utc ();
}

static gint64
floor_seconds (gint64 ms)
{
  return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

static gint64
now_of (const SatchelPredicateContext *context)
{
  return CLAMP (context->now_ms, (FIRST_DAY + 2) * DAY_MS, (LAST_DAY - 2) * DAY_MS);
}

static gint64
today_of (const SatchelPredicateContext *context)
{
  g_autoptr (GTimeZone) zone = dup_zone (context);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (floor_seconds (now_of (context)));
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  Civil civil = { .year = g_date_time_get_year (local),
                  .month = g_date_time_get_month (local),
                  .day = g_date_time_get_day_of_month (local) };
  return days_from_civil (civil);
}

/* The instant at which @day begins in the context's zone; days that no value can hold have none. */
static gint64
begin_of_day (gint64 day, const SatchelPredicateContext *context)
{
  if (day <= FIRST_DAY)
    return G_MININT64;
  if (day > LAST_DAY)
    return G_MAXINT64;

  g_autoptr (GTimeZone) zone = dup_zone (context);
  Civil civil = civil_from_days (day);
  g_autoptr (GDateTime) midnight = g_date_time_new (zone, (int)civil.year, civil.month, civil.day, 0, 0, 0);
  return g_date_time_to_unix (midnight) * 1000;
}

static SatchelBounds
bounds_of_days (gint64 first, gint64 last, SatchelType type, const SatchelPredicateContext *context)
{
  if (type == SATCHEL_TYPE_DATE)
    return (SatchelBounds){ first, last >= LAST_DAY ? G_MAXINT64 : last + 1 };
  return (SatchelBounds){ begin_of_day (first, context), begin_of_day (last + 1, context) };
}

/* Days and longer units keep the local time of day, across a change of the clocks too. */
static gint64
shift_instant (gint64 ms, SatchelShift shift, const SatchelPredicateContext *context)
{
  if (shift.unit == SATCHEL_UNIT_MINUTE || shift.unit == SATCHEL_UNIT_HOUR)
    return ms + (gint64)shift.amount * (shift.unit == SATCHEL_UNIT_HOUR ? 3600000 : 60000);

  g_autoptr (GTimeZone) zone = dup_zone (context);
  gint64 seconds = floor_seconds (CLAMP (ms, (FIRST_DAY + 2) * DAY_MS, (LAST_DAY - 2) * DAY_MS));
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  Civil civil = { .year = g_date_time_get_year (local),
                  .month = g_date_time_get_month (local),
                  .day = g_date_time_get_day_of_month (local) };
  civil = civil_from_days (
      CLAMP (shift_days (days_from_civil (civil), shift.amount, shift.unit), FIRST_DAY + 2, LAST_DAY - 2));
  g_autoptr (GDateTime) shifted =
      g_date_time_new (zone, (int)civil.year, civil.month, civil.day, g_date_time_get_hour (local),
                       g_date_time_get_minute (local), g_date_time_get_second (local));
  return g_date_time_to_unix (shifted) * 1000 + (ms - floor_seconds (ms) * 1000);
}

SatchelBounds
satchel_moment_resolve (const SatchelMoment *moment, SatchelType type, const SatchelPredicateContext *context)
{
  gint64 days = 0;

  switch (moment->anchor) {
  case SATCHEL_ANCHOR_INSTANT:
  case SATCHEL_ANCHOR_NOW: {
    gint64 ms = moment->anchor == SATCHEL_ANCHOR_NOW ? now_of (context) : moment->number;
    for (guint i = 0; i < moment->n_shifts; i++)
      ms = shift_instant (ms, moment->shifts[i], context);
    return (SatchelBounds){ ms, ms + 1 };
  }
  case SATCHEL_ANCHOR_DATE:
    days = moment->number;
    break;
  case SATCHEL_ANCHOR_TODAY:
    days = today_of (context);
    break;
  case SATCHEL_ANCHOR_YESTERDAY:
    days = today_of (context) - 1;
    break;
  case SATCHEL_ANCHOR_TOMORROW:
    days = today_of (context) + 1;
    break;
  case SATCHEL_ANCHOR_START_OF:
  case SATCHEL_ANCHOR_END_OF:
    days = start_of_unit (today_of (context), moment->unit, context->first_weekday);
    if (moment->anchor == SATCHEL_ANCHOR_END_OF)
      days = shift_days (days, 1, moment->unit) - 1;
    break;
  }
  for (guint i = 0; i < moment->n_shifts; i++)
    days = shift_days (days, moment->shifts[i].amount, moment->shifts[i].unit);
  return bounds_of_days (days, days, type, context);
}

SatchelBounds
satchel_period_resolve (const SatchelPeriod *period, SatchelType type, const SatchelPredicateContext *context)
{
  gint64 today = today_of (context);

  switch (period->kind) {
  case SATCHEL_PERIOD_PAST:
    return (SatchelBounds){ G_MININT64, type == SATCHEL_TYPE_DATE ? today : now_of (context) };
  case SATCHEL_PERIOD_FUTURE:
    return (SatchelBounds){ type == SATCHEL_TYPE_DATE ? today + 1 : now_of (context) + 1, G_MAXINT64 };
  case SATCHEL_PERIOD_TODAY:
    return bounds_of_days (today, today, type, context);
  case SATCHEL_PERIOD_YESTERDAY:
    return bounds_of_days (today - 1, today - 1, type, context);
  case SATCHEL_PERIOD_TOMORROW:
    return bounds_of_days (today + 1, today + 1, type, context);
  default: {
    int step = period->kind == SATCHEL_PERIOD_LAST ? -1 : period->kind == SATCHEL_PERIOD_NEXT ? 1 : 0;
    gint64 first =
        shift_days (start_of_unit (today, period->unit, context->first_weekday), step, period->unit);
    return bounds_of_days (first, shift_days (first, 1, period->unit) - 1, type, context);
  }
  }
}
