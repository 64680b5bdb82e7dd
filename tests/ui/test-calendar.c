/* What stands in a calendar, and putting things there. The clock of the tests, the zone of this process:
 * Bucharest.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "tests/ui/desk.h"
#include "ui/calendar/booking.h"
#include "ui/calendar/calendar.h"
#include "ui/calendar/days.h"
#include "ui/calendar/series.h"

typedef struct {
  TestDesk base;
  SatchelCalendar *calendar;
  guint n_changed;
} TestCalendar;

static void
changed_cb (SatchelCalendar *calendar, gpointer data)
{
  g_assert_null (satchel_calendar_get_problem (calendar));
  ((TestCalendar *)data)->n_changed++;
}

static void
setup (TestCalendar *test)
{
  *test = (TestCalendar){ 0 };
  test_desk_setup (&test->base);
  test->calendar = satchel_calendar_new (test->base.desk);
  g_signal_connect (test->calendar, "changed", G_CALLBACK (changed_cb), test);
}

static void
teardown (TestCalendar *test)
{
  g_assert_finalize_object (test->calendar);
  test_desk_teardown (&test->base);
}

static gint64
day (int year, int month, int day_of_month)
{
  gint64 days;

  g_assert_true (satchel_day_from_date (year, month, day_of_month, &days));
  return days;
}

static gboolean
has_changed (gpointer data)
{
  return ((TestCalendar *)data)->n_changed > 0;
}

/* All that stands there, by title. */
static char *
list (TestCalendar *test, gint64 first, gint64 last)
{
  const SatchelEventsQuery query = { .first_day = first, .last_day = last };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = satchel_events_read (test->base.other, &query, NULL, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", ((SatchelEvent *)events->pdata[i])->title);
  return g_string_free (text, FALSE);
}

static void
assert_list (TestCalendar *test, gint64 first, gint64 last, const char *expected)
{
  g_autofree char *text = list (test, first, last);

  g_assert_cmpstr (text, ==, expected);
}

static void
make (TestCalendar *test, const char *title, const char *start, const char *end)
{
  g_free (test_desk_create (&test->base, "appointment", "subject", title, "start", start, "end", end, NULL));
}

static void
test_range (void)
{
  TestCalendar test;
  g_autofree char *whole = NULL, *task = NULL, *call = NULL, *none = NULL, *others = NULL;
  gint64 on = day (2026, 11, 26);

  setup (&test);
  make (&test, "morning", "2026-11-26T07:00:00Z", "2026-11-26T08:00:00Z");
  make (&test, "before", "2026-11-25T20:00:00Z", "2026-11-25T22:00:00Z"); /* ends at midnight here */
  make (&test, "night", "2026-11-25T21:00:00Z", "2026-11-25T23:00:00Z");
  make (&test, "behind", "2026-11-26T22:00:00Z", "2026-11-26T22:30:00Z");
  make (&test, "weeks", "2026-11-01T10:00:00Z", "2026-12-24T10:00:00Z");
  /* A whole day in a zone far away is that day here as well. */
  whole =
      test_desk_create (&test.base, "appointment", "subject", "holiday", "start", "2026-11-26T11:00:00Z",
                        "end", "2026-11-27T11:00:00Z", "all_day", "yes", "zone", "Pacific/Pago_Pago", NULL);
  task = test_desk_create (&test.base, "task", "subject", "task", "due", "2026-11-26", NULL);
  call = test_desk_create (&test.base, "phone_call", "subject", "call", "due", "2026-11-26T12:00:00Z", NULL);
  none = test_desk_create (&test.base, "task", "subject", "without a day", NULL);
  others = test_desk_create (&test.base, "task", "subject", "cancelled", "due", "2026-11-26", "status",
                             "cancelled", NULL);
  assert_list (&test, on, on, "weeks, night, holiday, task, morning, call");
  assert_list (&test, on - 1, on - 1, "weeks, before, night");
  assert_list (&test, on + 1, on + 1, "weeks, behind");
  teardown (&test);
}

/* What others write is seen; what is hidden is not read; a question that is overtaken says nothing. */
static void
test_follow (void)
{
  TestCalendar test;
  gint64 on = day (2026, 11, 26);

  setup (&test);
  for (guint i = 0; i < 20; i++)
    satchel_calendar_show (test.calendar, on - 10 - i, on);
  test_desk_until (has_changed, &test);
  g_assert_cmpuint (satchel_calendar_get_events (test.calendar)->len, ==, 0);
  test.n_changed = 0;
  make (&test, "morning", "2026-11-26T07:00:00Z", "2026-11-26T08:00:00Z");
  test_desk_until (has_changed, &test);
  g_assert_cmpuint (satchel_calendar_get_events (test.calendar)->len, ==, 1);
  test.n_changed = 0;
  satchel_calendar_set_hidden (test.calendar, "appointment", TRUE);
  test_desk_until (has_changed, &test);
  g_assert_cmpuint (satchel_calendar_get_events (test.calendar)->len, ==, 0);
  g_assert_null (satchel_calendar_get_problem (test.calendar));
  teardown (&test);
}

static char *
get_text (TestCalendar *test, const char *entity, const char *id, const char *field)
{
  const SatchelEntity *definition =
      satchel_registry_find (satchel_session_get_registry (test->base.other), entity);
  const SatchelField *which = satchel_entity_find_field (definition, field);
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      satchel_replica_read (satchel_session_get_replica (test->base.other), definition, id, &record, &error));
  return record != NULL ? satchel_value_to_text (which, satchel_record_get (record, which)) : NULL;
}

static void
assert_text (TestCalendar *test, const char *entity, const char *id, const char *field, const char *expected)
{
  g_autofree char *text = get_text (test, entity, id, field);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_booking (void)
{
  TestCalendar test;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL, *task = NULL;
  gint64 on = day (2026, 11, 26);
  SatchelSpan span;

  setup (&test);
  satchel_span_set_times (&span, satchel_day_to_ms (on, 14 * 60, zone), satchel_day_to_ms (on, 15 * 60, zone),
                          zone);
  id = satchel_booking_create (deeds, test.base.other, "appointment", "Ana", &span, &error);
  g_assert_no_error (error);
  assert_text (&test, "appointment", id, "start", "2026-11-26T12:00:00Z");
  assert_text (&test, "appointment", id, "end", "2026-11-26T13:00:00Z");
  /* To a whole day: of the zone in which it was made. */
  satchel_span_set_days (&span, on + 1, on + 1);
  g_assert_true (satchel_booking_move (deeds, test.base.other, "appointment", id, &span, &error));
  assert_text (&test, "appointment", id, "all_day", "yes");
  assert_text (&test, "appointment", id, "start", "2026-11-26T22:00:00Z");
  assert_list (&test, on + 1, on + 1, "Ana");
  g_assert_true (satchel_deeds_take_back (deeds, test.base.other, &error));
  assert_list (&test, on, on + 1, "");
  /* A day cannot be given an hour. */
  satchel_span_set_days (&span, on, on);
  task = satchel_booking_create (deeds, test.base.other, "task", "Write", &span, &error);
  g_assert_no_error (error);
  assert_text (&test, "task", task, "due", "2026-11-26");
  satchel_span_set_times (&span, satchel_day_to_ms (on, 600, zone), satchel_day_to_ms (on, 660, zone), zone);
  g_assert_false (satchel_booking_move (deeds, test.base.other, "task", task, &span, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  g_assert_false (satchel_booking_move (deeds, test.base.other, "account", task, &span, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (satchel_booking_create (deeds, test.base.other, "task", "  ", &span, &error));
  g_assert_nonnull (error);
  teardown (&test);
}

/* Days of November and December 2026 on which something stands by the rule: "25 28 32" is up to December 2.
 */
static void
assert_series (const char *rule, const char *zone_name, const char *expected)
{
  g_autoptr (GTimeZone) own = g_time_zone_new_identifier (zone_name);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) spans = NULL;
  gint64 first = day (2026, 11, 1), start_ms = satchel_day_to_ms (day (2026, 10, 20), 17 * 60, own);
  SatchelSpan span;

  satchel_span_set_times (&span, start_ms, start_ms + 3600000, zone);
  spans = satchel_series_list (rule, &span, NULL, own, zone, first, day (2026, 12, 5));
  for (guint i = 0; i < spans->len; i++) {
    const SatchelSpan *one = &g_array_index (spans, SatchelSpan, i);

    g_string_append_printf (text, "%s%d", i > 0 ? " " : "", (int)(one->first_day - first + 1));
    g_assert_cmpint (satchel_day_minutes_of (one->start_ms, own), ==, 17 * 60);
    g_assert_cmpint (one->end_ms - one->start_ms, ==, 3600000);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_rules (void)
{
  const char *here = "Europe/Bucharest";

  assert_series ("FREQ=WEEKLY", here, "3 10 17 24 31");
  assert_series ("RRULE:freq=weekly;byday=mo,we ", here, "2 4 9 11 16 18 23 25 30 32");
  assert_series ("FREQ=WEEKLY;INTERVAL=2", here, "3 17 31");
  assert_series ("FREQ=WEEKLY;COUNT=4", here, "3 10"); /* October 20 and 27 are two of them */
  assert_series ("FREQ=MONTHLY;BYDAY=-1FR", here, "27");
  assert_series ("FREQ=MONTHLY;BYMONTHDAY=31", here, "");
  assert_series ("FREQ=YEARLY", here, "");
  /* The last one may begin when the rule ends: in UTC, on the clock, on the day. */
  assert_series ("FREQ=WEEKLY;UNTIL=20261110T150000Z", here, "3 10");
  assert_series ("FREQ=WEEKLY;UNTIL=20261110T145900Z", here, "3");
  assert_series ("FREQ=WEEKLY;UNTIL=20261110T165900", here, "3");
  assert_series ("FREQ=WEEKLY;UNTIL=20261110", here, "3 10");
  /* Single days, as the clock of the record shows them. */
  assert_series ("FREQ=WEEKLY EXDATE=20261110T170000,20261124", here, "3 17 31");
  assert_series ("FREQ=WEEKLY EXDATE=20261110T150000Z RDATE=20261112T170000", here, "3 12 17 24 31");
  assert_series ("RDATE=20261112", here, "12");
  assert_series ("FREQ=DAILY;UNTIL=20261110 EXRULE=FREQ=DAILY;INTERVAL=2", here, "2 4 6 8 10");
  assert_series ("FREQ=WEEKLY EXDATE=,x,2026,20261399,99999999T999999", here, "3 10 17 24 31");
  /* Summer ended there on November 1, here a week before; far away it is the next day already. */
  assert_series ("FREQ=WEEKLY", "America/New_York", "4 11 18 25 32");
  assert_series ("FREQ=WEEKLY;BYDAY=TU", "Pacific/Kiritimati", "3 10 17 24 31");
}

/* Rules that anybody may have written take no time to speak of, and never more than so many days. */
static void
test_hostile_rules (void)
{
  const char *const rules[] = { "",
                                "FREQ=",
                                "FREQ=NEVER",
                                "FREQ=SECONDLY",
                                "FREQ=SECONDLY;COUNT=2147483647",
                                "FREQ=MINUTELY;INTERVAL=1",
                                "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=1,2,3;BYSECOND=1,2,3",
                                "FREQ=DAILY;COUNT=2147483647",
                                "FREQ=DAILY;COUNT=-1",
                                "FREQ=DAILY;INTERVAL=0",
                                "FREQ=DAILY;INTERVAL=-5",
                                "FREQ=DAILY;INTERVAL=99999999999999999999",
                                "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
                                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
                                "FREQ=YEARLY;BYWEEKNO=99;BYDAY=99MO",
                                "FREQ=YEARLY;BYYEARDAY=366;INTERVAL=3",
                                "FREQ=MONTHLY;BYSETPOS=400;BYDAY=MO",
                                "FREQ=WEEKLY;BYDAY=XX,,;;=;",
                                "FREQ=WEEKLY;UNTIL=99999999T999999Z",
                                "FREQ=WEEKLY;UNTIL=00000000",
                                "FREQ=WEEKLY;UNTIL=x;COUNT=x",
                                "RSCALE=CHINESE;FREQ=YEARLY",
                                "FREQ=DAILY;FREQ=SECONDLY",
                                "\xc8\x98;FREQ=DAILY\n\n" };
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GString) long_rule = g_string_new ("FREQ=DAILY;BYMONTHDAY=1");
  gint64 first = day (1, 1, 1), start_ms = satchel_day_to_ms (first, 600, zone), at = g_get_monotonic_time ();
  SatchelSpan span;

  for (guint i = 0; i < 300; i++)
    g_string_append (long_rule, ",31");
  satchel_span_set_times (&span, start_ms, start_ms + 3600000, zone);
  for (guint i = 0; i <= G_N_ELEMENTS (rules); i++) {
    const char *rule = i < G_N_ELEMENTS (rules) ? rules[i] : long_rule->str;
    g_autoptr (GArray) spans = satchel_series_list (rule, &span, NULL, zone, zone, first, day (9999, 12, 31));
    g_autoptr (GArray) none = satchel_series_list (rule, &span, NULL, zone, zone, first - 40, first - 1);

    g_assert_cmpuint (spans->len, >=, 1); /* the first is always there */
    g_assert_cmpuint (spans->len, <=, SATCHEL_SERIES_MOST);
    g_assert_cmpint (g_array_index (spans, SatchelSpan, 0).first_day, ==, first);
    g_assert_cmpuint (none->len, ==, 0);
  }
  g_assert_cmpint (g_get_monotonic_time () - at, <, 20 * G_USEC_PER_SEC);
}

/* One record, and what is done to one of them is done to all. */
static void
test_series (void)
{
  TestCalendar test;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  g_autoptr (GError) error = NULL;
  g_autofree char *weekly = NULL, *fixed = NULL, *whole = NULL;
  gint64 on = day (2026, 11, 26);
  SatchelSpan from, to;

  setup (&test);
  weekly = test_desk_create (&test.base, "appointment", "subject", "weekly", "start", "2026-09-03T07:00:00Z",
                             "end", "2026-09-03T08:00:00Z", "recurrence", "FREQ=WEEKLY", NULL);
  fixed = test_desk_create (&test.base, "appointment", "subject", "fixed", "start", "2026-09-03T05:00:00Z",
                            "end", "2026-09-03T06:00:00Z", "recurrence", "FREQ=WEEKLY;BYDAY=TH", NULL);
  whole =
      test_desk_create (&test.base, "appointment", "subject", "whole", "start", "2026-09-03T21:00:00Z", "end",
                        "2026-09-04T21:00:00Z", "all_day", "yes", "recurrence", "FREQ=WEEKLY", NULL);
  make (&test, "once", "2026-09-03T07:00:00Z", "2026-09-03T08:00:00Z");
  assert_list (&test, on, on, "fixed, weekly");
  assert_list (&test, on + 1, on + 1, "whole");
  assert_list (&test, on + 2, on + 2, "");
  assert_list (&test, on, on + 8, "fixed, weekly, whole, fixed, weekly, whole");
  /* It is 10:00 on the wall, in summer time and out of it. One of November moves to the next day at 11:30. */
  satchel_span_set_times (&from, satchel_day_to_ms (on, 600, zone), satchel_day_to_ms (on, 660, zone), zone);
  to = from;
  satchel_span_shift (&to, 1, 90, zone);
  g_assert_true (
      satchel_booking_move_series (deeds, test.base.other, "appointment", weekly, &from, &to, &error));
  assert_text (&test, "appointment", weekly, "start", "2026-09-04T08:30:00Z");
  assert_text (&test, "appointment", weekly, "end", "2026-09-04T09:30:00Z");
  assert_list (&test, on + 1, on + 1, "whole, weekly");
  /* Where the rule names the days only the hours can be others. */
  satchel_span_set_times (&from, satchel_day_to_ms (on, 480, zone), satchel_day_to_ms (on, 540, zone), zone);
  to = from;
  satchel_span_shift (&to, 1, 0, zone);
  g_assert_false (
      satchel_booking_move_series (deeds, test.base.other, "appointment", fixed, &from, &to, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  satchel_span_set_times (&to, from.start_ms, from.end_ms + 1800000, zone);
  g_assert_true (
      satchel_booking_move_series (deeds, test.base.other, "appointment", fixed, &from, &to, &error));
  assert_text (&test, "appointment", fixed, "start", "2026-09-03T05:00:00Z");
  assert_text (&test, "appointment", fixed, "end", "2026-09-03T06:30:00Z");
  g_assert_true (satchel_deeds_take_back (deeds, test.base.other, &error));
  assert_text (&test, "appointment", weekly, "start", "2026-09-03T07:00:00Z");
  teardown (&test);
}

static void
assert_shift (const char *rule, gint64 days, int minutes, const char *expected)
{
  g_autofree char *shifted = satchel_series_shift (rule, days, minutes);

  g_assert_cmpstr (shifted, ==, expected);
}

static void
test_shift (void)
{
  assert_shift ("FREQ=WEEKLY", 3, 30, "FREQ=WEEKLY");
  assert_shift ("FREQ=WEEKLY EXDATE=20261231T233000,20270228 RDATE=20260101T000000Z", 1, 45,
                "FREQ=WEEKLY EXDATE=20270102T001500,20270301 RDATE=20260102T004500Z");
  assert_shift ("FREQ=WEEKLY EXDATE=x", -1, -45, "FREQ=WEEKLY EXDATE=x");
}

/* One of a series goes its own way: the series leaves its place, wherever it stands, and if it was cancelled.
 */
static void
test_detach (void)
{
  TestCalendar test;
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new (), all = satchel_deeds_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  g_autoptr (GError) error = NULL;
  g_autofree char *weekly = NULL, *alone = NULL, *cancelled = NULL, *none = NULL;
  gint64 on = day (2026, 11, 26);
  SatchelSpan from, to;
  gboolean moved;

  setup (&test);
  weekly = test_desk_create (&test.base, "appointment", "subject", "weekly", "start", "2026-09-03T07:00:00Z",
                             "end", "2026-09-03T08:00:00Z", "location", "Cluj", "recurrence",
                             "FREQ=WEEKLY EXDATE=20261210T090000", NULL);
  satchel_span_set_times (&from, satchel_day_to_ms (on, 600, zone), satchel_day_to_ms (on, 660, zone), zone);
  to = from;
  satchel_span_shift (&to, 1, 90, zone);
  alone = satchel_booking_detach (deeds, test.base.other, "appointment", weekly, &from, &to, &error);
  g_assert_no_error (error);
  assert_text (&test, "appointment", alone, "start", "2026-11-27T09:30:00Z");
  assert_text (&test, "appointment", alone, "end", "2026-11-27T10:30:00Z");
  assert_text (&test, "appointment", alone, "original_start", "2026-11-26T08:00:00Z");
  assert_text (&test, "appointment", alone, "location", "Cluj");
  assert_list (&test, on, on, "");
  assert_list (&test, on + 1, on + 1, "weekly");
  assert_list (&test, on + 7, on + 7, "weekly");
  assert_list (&test, on + 14, on + 14, "");
  cancelled = test_desk_create (&test.base, "appointment", "subject", "cancelled", "start",
                                "2026-12-03T08:00:00Z", "series", weekly, "original_start",
                                "2026-12-03T08:00:00Z", "status", "cancelled", NULL);
  assert_list (&test, on + 7, on + 7, "");
  /* What is no series has none to be taken from. */
  none = satchel_booking_detach (deeds, test.base.other, "appointment", alone, &to, &to, &error);
  g_assert_null (none);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  /* All of it moves: what was taken out of it, and what stands in its place, stays so. */
  satchel_span_shift (&from, 21, 0, zone);
  to = from;
  satchel_span_shift (&to, 1, 30, zone);
  moved = satchel_booking_move_series (all, test.base.other, "appointment", weekly, &from, &to, &error);
  g_assert_no_error (error);
  g_assert_true (moved);
  assert_text (&test, "appointment", weekly, "recurrence",
               "FREQ=WEEKLY EXDATE=20261204T103000,20261211T093000");
  assert_text (&test, "appointment", alone, "original_start", "2026-11-27T08:30:00Z");
  assert_text (&test, "appointment", alone, "start", "2026-11-27T09:30:00Z");
  assert_list (&test, on, on + 1, "weekly");
  assert_list (&test, on + 7, on + 15, "");
  assert_list (&test, on + 22, on + 22, "weekly");
  g_assert_true (satchel_deeds_take_back (all, test.base.other, &error));
  g_assert_true (satchel_deeds_take_back (deeds, test.base.other, &error));
  assert_list (&test, on, on + 1, "weekly");
  teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  g_setenv ("TZ", "Europe/Bucharest", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/calendar/range", test_range);
  g_test_add_func ("/ui/calendar/follow", test_follow);
  g_test_add_func ("/ui/calendar/booking", test_booking);
  g_test_add_func ("/ui/calendar/rules", test_rules);
  g_test_add_func ("/ui/calendar/hostile-rules", test_hostile_rules);
  g_test_add_func ("/ui/calendar/series", test_series);
  g_test_add_func ("/ui/calendar/shift", test_shift);
  g_test_add_func ("/ui/calendar/detach", test_detach);
  return g_test_run ();
}
