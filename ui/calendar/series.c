/* libical counts in times without a zone. It looks no further than UNTIL, which is therefore never later than
 * what is asked for: a rule that never comes true ends there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/series.h"

#include <libical/ical.h>

#include "ui/calendar/days.h"

#define MOST_STEPS 100000
#define SECOND_MS  1000

typedef struct icalrecurrencetype Rule;

/* ---- rules ---- */

static gboolean
parse (const char *text, Rule *rule)
{
  g_autofree char *upper = g_ascii_strup (text, -1);
  const char *body = g_strstrip (upper);

  if (g_str_has_prefix (body, "RRULE:"))
    body += strlen ("RRULE:");
  *rule = icalrecurrencetype_from_string (body);
  rule->rscale = NULL; /* other calendars; it belongs to the library */
  return rule->freq >= ICAL_DAILY_RECURRENCE && rule->freq <= ICAL_YEARLY_RECURRENCE &&
         strstr (body, "RSCALE") == NULL && rule->by_hour[0] == ICAL_RECURRENCE_ARRAY_MAX &&
         rule->by_minute[0] == ICAL_RECURRENCE_ARRAY_MAX && rule->by_second[0] == ICAL_RECURRENCE_ARRAY_MAX;
}

const char *
satchel_series_get_rule (const SatchelSlot *slot, const SatchelRecord *record)
{
  const SatchelValue *value = slot->recurrence != NULL ? satchel_record_get (record, slot->recurrence) : NULL;
  Rule rule;

  return value != NULL && parse (satchel_value_get_string (value), &rule) ? satchel_value_get_string (value)
                                                                          : NULL;
}

gboolean
satchel_series_names_days (const char *text)
{
  Rule rule;

  return !parse (text, &rule) || rule.by_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule.by_month_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule.by_year_day[0] != ICAL_RECURRENCE_ARRAY_MAX || rule.by_month[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule.by_week_no[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* ---- times without a zone ---- */

static struct icaltimetype
make_time (gint64 day, int minutes, int seconds)
{
  struct icaltimetype time = icaltime_null_time ();

  satchel_day_get_date (day, &time.year, &time.month, &time.day);
  time.hour = minutes / 60;
  time.minute = minutes % 60;
  time.second = seconds;
  return time;
}

static gint64
get_day (const struct icaltimetype *time)
{
  gint64 day;

  return satchel_day_from_date (time->year, time->month, time->day, &day) ? day : G_MININT64;
}

/* The end of the rule, on the wall of @own; a day counts to its end. */
static struct icaltimetype
find_until (const Rule *rule, GTimeZone *own, gint64 last_day)
{
  struct icaltimetype last = make_time (last_day, SATCHEL_DAY_MINUTES - 1, 59), until = rule->until;

  if (icaltime_is_null_time (until))
    return last;
  if (until.is_date) {
    until.is_date = 0;
    until.hour = 23;
    until.minute = until.second = 59;
  } else if (icaltime_is_utc (until)) {
    gint64 ms = (gint64)icaltime_as_timet (until) * SECOND_MS;

    until = make_time (satchel_day_of (ms, own), satchel_day_minutes_of (ms, own), until.second);
  }
  return icaltime_compare (until, last) < 0 ? until : last;
}

/* ---- the series ---- */

typedef struct {
  const SatchelSpan *first;
  gint64 start_day; /* of the first, on the wall of its own zone */
  GTimeZone *own, *zone;
  gint64 first_day, last_day;
  GArray *spans;
} Listing;

static void
add (Listing *listing, gint64 day)
{
  SatchelSpan span = *listing->first;

  satchel_span_shift (&span, day - listing->start_day, 0, listing->own);
  if (!span.all_day)
    satchel_span_set_times (&span, span.start_ms, span.end_ms, listing->zone);
  if (span.first_day <= listing->last_day && span.last_day >= listing->first_day)
    g_array_append_val (listing->spans, span);
}

static void
iterate (Listing *listing, const Rule *rule, struct icaltimetype start)
{
  icalrecur_iterator *iterator = icalrecur_iterator_new (*rule, start);

  for (guint i = 0; iterator != NULL && i < MOST_STEPS && listing->spans->len < SATCHEL_SERIES_MOST; i++) {
    struct icaltimetype next = icalrecur_iterator_next (iterator);
    gint64 day = icaltime_is_null_time (next) ? G_MININT64 : get_day (&next);

    if (day == G_MININT64)
      break;
    if (day > listing->start_day)
      add (listing, day);
  }
  if (iterator != NULL)
    icalrecur_iterator_free (iterator);
}

GArray *
satchel_series_list (const char *text, const SatchelSpan *first, GTimeZone *own, GTimeZone *zone,
                     gint64 first_day, gint64 last_day)
{
  Listing listing = { .first = first,
                      .start_day = first->all_day ? first->first_day : satchel_day_of (first->start_ms, own),
                      .own = own,
                      .zone = zone,
                      .first_day = first_day,
                      .last_day = last_day,
                      .spans = g_array_new (FALSE, FALSE, sizeof (SatchelSpan)) };
  int minutes = first->all_day ? 0 : satchel_day_minutes_of (first->start_ms, own);
  Rule rule;

  add (&listing, listing.start_day);
  /* A day more: that of the wall where it was written may be another one here. */
  if (parse (text, &rule) && listing.start_day <= last_day + 1) {
    rule.until = find_until (&rule, own, last_day + 1);
    iterate (&listing, &rule, make_time (listing.start_day, minutes, 0));
  }
  return listing.spans;
}
