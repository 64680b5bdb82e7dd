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

/* What the field holds: a rule, and behind it what adds to it and takes from it, as in
 * client/exchange/recurrence.h. A time without a day of its own is one on the clock of the record's zone. */
typedef struct {
  gboolean has_rule, has_exrule;
  Rule rule, exrule;
  const char *exdates, *rdates; /* within @text; NULL */
  GStrv words;
} Series;

static void
series_clear (Series *series)
{
  g_strfreev (series->words);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Series, series_clear)

/* ---- rules ---- */

static gboolean
parse_rule (const char *text, Rule *rule)
{
  const char *body = g_str_has_prefix (text, "RRULE:") ? text + strlen ("RRULE:") : text;

  *rule = icalrecurrencetype_from_string (body);
  rule->rscale = NULL; /* other calendars; it belongs to the library */
  return rule->freq >= ICAL_DAILY_RECURRENCE && rule->freq <= ICAL_YEARLY_RECURRENCE &&
         strstr (body, "RSCALE") == NULL && rule->by_hour[0] == ICAL_RECURRENCE_ARRAY_MAX &&
         rule->by_minute[0] == ICAL_RECURRENCE_ARRAY_MAX && rule->by_second[0] == ICAL_RECURRENCE_ARRAY_MAX;
}

/* FALSE: it does not repeat, or nobody understands how. */
static gboolean
parse (const char *text, Series *series)
{
  g_autofree char *upper = g_ascii_strup (text, -1);

  *series = (Series){ .words = g_strsplit_set (g_strstrip (upper), " \n", -1) };
  for (guint i = 0; series->words[i] != NULL; i++) {
    const char *word = series->words[i];

    if (g_str_has_prefix (word, "EXDATE="))
      series->exdates = word + strlen ("EXDATE=");
    else if (g_str_has_prefix (word, "RDATE="))
      series->rdates = word + strlen ("RDATE=");
    else if (g_str_has_prefix (word, "EXRULE="))
      series->has_exrule = parse_rule (word + strlen ("EXRULE="), &series->exrule);
    else if (i == 0)
      series->has_rule = parse_rule (word, &series->rule);
  }
  return series->has_rule || series->rdates != NULL;
}

const char *
satchel_series_get_rule (const SatchelSlot *slot, const SatchelRecord *record)
{
  const SatchelValue *value = slot->recurrence != NULL ? satchel_record_get (record, slot->recurrence) : NULL;
  g_auto (Series) series = { 0 };

  return value != NULL && parse (satchel_value_get_string (value), &series) ? satchel_value_get_string (value)
                                                                            : NULL;
}

gboolean
satchel_series_names_days (const char *text)
{
  g_auto (Series) series = { 0 };
  const Rule *rule = &series.rule;

  if (!parse (text, &series))
    return TRUE;
  return series.has_rule &&
         (rule->by_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
          rule->by_month_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
          rule->by_year_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
          rule->by_month[0] != ICAL_RECURRENCE_ARRAY_MAX || rule->by_week_no[0] != ICAL_RECURRENCE_ARRAY_MAX);
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

/* ---- single days ---- */

/* "20261005", "20261005T090000", with Z: in UTC. *minutes is -1 for a day alone. */
static gboolean
read_time (const char *text, GTimeZone *own, gint64 *day, int *minutes)
{
  int year, month, day_of_month, hour, minute, second, n = 0;

  *minutes = -1;
  if (sscanf (text, "%4d%2d%2d%n", &year, &month, &day_of_month, &n) != 3 || n != 8 ||
      !satchel_day_from_date (year, month, day_of_month, day))
    return FALSE;
  if (text[n] == '\0')
    return TRUE;
  if (sscanf (text + n, "T%2d%2d%2d", &hour, &minute, &second) != 3 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59)
    return FALSE;
  *minutes = hour * 60 + minute;
  if (g_str_has_suffix (text, "Z")) {
    g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
    gint64 ms = satchel_day_to_ms (*day, *minutes, utc);

    *day = satchel_day_of (ms, own);
    *minutes = satchel_day_minutes_of (ms, own);
  }
  return TRUE;
}

static void
append_time (GString *text, gint64 day, int minutes, gboolean utc)
{
  int year, month, day_of_month;

  satchel_day_get_date (day, &year, &month, &day_of_month);
  g_string_append_printf (text, "%04d%02d%02d", year, month, day_of_month);
  if (minutes >= 0)
    g_string_append_printf (text, "T%02d%02d00%s", minutes / 60, minutes % 60, utc ? "Z" : "");
}

static void
append_shifted (GString *text, const char *time, gint64 days, int minutes)
{
  g_autoptr (GTimeZone) none = g_time_zone_new_utc (); /* the clock alone: as far in each zone */
  gboolean utc = g_str_has_suffix (time, "Z");
  g_autofree char *plain = g_strndup (time, strlen (time) - utc);
  gint64 day, ms;
  int at;

  if (!read_time (plain, none, &day, &at)) {
    g_string_append (text, time);
    return;
  }
  ms = satchel_day_to_ms (day + days, at >= 0 ? at + minutes : 0, none);
  append_time (text, satchel_day_of (ms, none), at >= 0 ? satchel_day_minutes_of (ms, none) : -1, utc);
}

char *
satchel_series_shift (const char *rule, gint64 days, int minutes)
{
  g_auto (GStrv) words = g_strsplit (rule, " ", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++) {
    const char *equals = strchr (words[i], '=');
    const gboolean dates = g_str_has_prefix (words[i], "EXDATE=") || g_str_has_prefix (words[i], "RDATE=");
    g_auto (GStrv) times = dates ? g_strsplit (equals + 1, ",", -1) : NULL;

    if (i > 0)
      g_string_append_c (text, ' ');
    g_string_append_len (text, words[i], dates ? equals + 1 - words[i] : -1);
    for (guint j = 0; dates && times[j] != NULL; j++) {
      if (j > 0)
        g_string_append_c (text, ',');
      append_shifted (text, times[j], days, minutes);
    }
  }
  return g_string_free (text, FALSE);
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Dates stand sorted, each once. */
char *
satchel_series_leave_out (const char *rule, gint64 day, int minutes)
{
  g_auto (GStrv) words = g_strsplit (rule, " ", -1);
  g_autoptr (GPtrArray) dates = g_ptr_array_new_with_free_func (g_free);
  GString *text = g_string_new (NULL), *date = g_string_new (NULL);

  append_time (date, day, minutes, FALSE);
  g_ptr_array_add (dates, g_string_free (date, FALSE));
  for (guint i = 0; words[i] != NULL; i++) {
    g_auto (GStrv) times = NULL;

    if (!g_str_has_prefix (words[i], "EXDATE=")) {
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[i]);
      continue;
    }
    times = g_strsplit (words[i] + strlen ("EXDATE="), ",", -1);
    for (guint j = 0; times[j] != NULL; j++)
      if (!g_str_equal (times[j], dates->pdata[0]))
        g_ptr_array_add (dates, g_strdup (times[j]));
  }
  g_ptr_array_sort (dates, compare_words);
  for (guint i = 0; i < dates->len; i++)
    g_string_append_printf (text, "%s%s", i == 0 ? " EXDATE=" : ",", (const char *)dates->pdata[i]);
  return g_string_free (text, FALSE);
}

/* ---- the series ---- */

typedef struct {
  const SatchelSpan *first;
  gint64 start_day;  /* of the first, on the wall of its own zone */
  int start_minutes; /* 0 where it is all day */
  GTimeZone *own, *zone;
  gint64 first_day, last_day;
  GHashTable *without; /* days on that wall, on which it does not stand */
  GArray *spans;
} Listing;

/* It stands on a day once: a rule that repeats within a day says nothing. */
static void
add (Listing *listing, gint64 day, int minutes)
{
  SatchelSpan span = *listing->first;

  if (g_hash_table_contains (listing->without, &day))
    return;
  satchel_span_shift (&span, day - listing->start_day, minutes - listing->start_minutes, listing->own);
  if (!span.all_day)
    satchel_span_set_times (&span, span.start_ms, span.end_ms, listing->zone);
  if (span.first_day <= listing->last_day && span.last_day >= listing->first_day)
    g_array_append_val (listing->spans, span);
}

static void
leave_out (Listing *listing, gint64 day)
{
  g_hash_table_add (listing->without, g_memdup2 (&day, sizeof day));
}

/* Each day of the rule behind the first: added, or (@without) left out. */
static void
iterate (Listing *listing, Rule *rule, gboolean without)
{
  struct icaltimetype start = make_time (listing->start_day, listing->start_minutes, 0);
  icalrecur_iterator *iterator;

  /* A day more: that of the wall where it was written may be another one here. */
  rule->until = find_until (rule, listing->own, listing->last_day + 1);
  iterator = icalrecur_iterator_new (*rule, start);
  for (guint i = 0; iterator != NULL && i < MOST_STEPS && listing->spans->len < SATCHEL_SERIES_MOST; i++) {
    struct icaltimetype next = icalrecur_iterator_next (iterator);
    gint64 day = icaltime_is_null_time (next) ? G_MININT64 : get_day (&next);

    if (day == G_MININT64)
      break;
    if (without)
      leave_out (listing, day);
    else if (day > listing->start_day)
      add (listing, day, listing->start_minutes);
  }
  if (iterator != NULL)
    icalrecur_iterator_free (iterator);
}

static void
take_dates (Listing *listing, const char *dates, gboolean without)
{
  g_auto (GStrv) times = g_strsplit (dates != NULL ? dates : "", ",", SATCHEL_SERIES_MOST);

  for (guint i = 0; times[i] != NULL; i++) {
    gint64 day;
    int minutes;

    if (!read_time (times[i], listing->own, &day, &minutes))
      continue;
    if (without)
      leave_out (listing, day);
    else if (listing->spans->len < SATCHEL_SERIES_MOST)
      add (listing, day, minutes < 0 || listing->first->all_day ? listing->start_minutes : minutes);
  }
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const SatchelSpan *first = a, *second = b;

  if (first->first_day != second->first_day)
    return first->first_day < second->first_day ? -1 : 1;
  return first->start_ms < second->start_ms ? -1 : first->start_ms > second->start_ms;
}

static gint64
find_day (const SatchelSpan *span, GTimeZone *own)
{
  return span->all_day ? span->first_day : satchel_day_of (span->start_ms, own);
}

GArray *
satchel_series_list (const char *text, const SatchelSpan *first, const GArray *replaced, GTimeZone *own,
                     GTimeZone *zone, gint64 first_day, gint64 last_day)
{
  g_autoptr (GHashTable) without = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Listing listing = { .first = first,
                      .start_day = find_day (first, own),
                      .start_minutes = first->all_day ? 0 : satchel_day_minutes_of (first->start_ms, own),
                      .own = own,
                      .zone = zone,
                      .first_day = first_day,
                      .last_day = last_day,
                      .without = without,
                      .spans = g_array_new (FALSE, FALSE, sizeof (SatchelSpan)) };
  g_auto (Series) series = { 0 };
  gboolean understood = parse (text, &series);

  take_dates (&listing, series.exdates, TRUE);
  for (guint i = 0; replaced != NULL && i < replaced->len; i++)
    leave_out (&listing, satchel_day_of (g_array_index (replaced, gint64, i), own));
  if (understood && series.has_exrule)
    iterate (&listing, &series.exrule, TRUE);
  add (&listing, listing.start_day, listing.start_minutes);
  if (understood && series.has_rule && listing.start_day <= last_day + 1)
    iterate (&listing, &series.rule, FALSE);
  take_dates (&listing, series.rdates, FALSE);
  g_array_sort (listing.spans, compare_spans);
  return listing.spans;
}
