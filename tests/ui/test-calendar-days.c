/* Days, the clock on the wall, lanes, and spans.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/chance.h"
#include "ui/calendar/days.h"
#include "ui/calendar/lanes.h"
#include "ui/calendar/slot.h"

static gint64
day (int year, int month, int day_of_month)
{
  gint64 days;

  g_assert_true (satchel_day_from_date (year, month, day_of_month, &days));
  return days;
}

static gint64
instant (const char *text)
{
  gint64 ms;

  g_assert_true (satchel_instant_parse (text, &ms, NULL));
  return ms;
}

static void
assert_at (gint64 on, int minutes, GTimeZone *zone, const char *expected)
{
  g_autofree char *text = satchel_instant_to_text (satchel_day_to_ms (on, minutes, zone));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_dates (void)
{
  gint64 days;
  g_autofree char *text = satchel_day_format (day (2026, 11, 22), "%F");

  g_assert_cmpint (day (1970, 1, 1), ==, 0);
  g_assert_cmpstr (text, ==, "2026-11-22");
  g_assert_cmpint (satchel_day_get_weekday (0), ==, 4);
  g_assert_cmpint (satchel_day_get_weekday (-1), ==, 3);
  g_assert_cmpint (satchel_day_get_weekday (-4), ==, 7);
  g_assert_cmpint (satchel_day_get_weekday (day (2026, 11, 22)), ==, 7);
  g_assert_cmpint (satchel_day_first_of_week (day (2026, 11, 22), 1), ==, day (2026, 11, 16));
  g_assert_cmpint (satchel_day_first_of_week (day (2026, 11, 22), 7), ==, day (2026, 11, 22));
  g_assert_cmpint (satchel_day_first_of_week (day (2026, 11, 22), 6), ==, day (2026, 11, 21));
  g_assert_cmpint (satchel_day_first_of_month (day (2024, 2, 29)), ==, day (2024, 2, 1));
  g_assert_cmpint (satchel_day_count_month (day (2024, 2, 29)), ==, 29);
  g_assert_cmpint (satchel_day_add_months (day (2024, 1, 31), 1), ==, day (2024, 2, 29));
  g_assert_cmpint (satchel_day_add_months (day (2024, 1, 31), -2), ==, day (2023, 11, 30));
  g_assert_cmpint (satchel_day_add_months (day (1, 1, 5), -1), ==, day (1, 1, 5));
  g_assert_cmpint (satchel_day_add_months (day (9999, 12, 5), 1), <=, day (9999, 12, 31));
  g_assert_false (satchel_day_from_date (2026, 2, 29, &days));
  g_assert_false (satchel_day_from_date (0, 1, 1, &days));
  g_assert_false (satchel_day_from_date (2026, 13, 1, &days));
}

/* Bucharest: on 29 March 2026 03:00 becomes 04:00, on 25 October 04:00 becomes 03:00. */
static void
test_clock_changes (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  gint64 spring = day (2026, 3, 29), autumn = day (2026, 10, 25);

  g_assert_nonnull (zone);
  assert_at (spring, 0, zone, "2026-03-28T22:00:00Z");
  assert_at (spring, 2 * 60 + 59, zone, "2026-03-29T00:59:00Z");
  assert_at (spring, 3 * 60 + 30, zone, "2026-03-29T01:00:00Z"); /* there is no such time */
  assert_at (spring, 4 * 60, zone, "2026-03-29T01:00:00Z");
  assert_at (spring, SATCHEL_DAY_MINUTES, zone, "2026-03-29T21:00:00Z");
  assert_at (autumn, 3 * 60 + 30, zone, "2026-10-25T00:30:00Z"); /* twice: the first */
  assert_at (autumn, 4 * 60, zone, "2026-10-25T02:00:00Z");
  assert_at (autumn, -60, zone, "2026-10-24T20:00:00Z");
  g_assert_cmpint (satchel_day_minutes_of (instant ("2026-10-25T01:30:00Z"), zone), ==, 3 * 60 + 30);
  g_assert_cmpint (satchel_day_of (instant ("2026-03-28T22:00:00Z"), zone), ==, spring);
  g_assert_cmpint (satchel_day_of (instant ("2026-03-28T21:59:59Z"), zone), ==, spring - 1);
}

/* Every quarter of an hour of some years, in zones of all sorts: to the instant and back. */
static void
test_all_times (void)
{
  const char *const names[] = {
    "UTC",          "Europe/Bucharest", "America/Sao_Paulo", "Australia/Lord_Howe",
    "Asia/Kolkata", "Africa/Cairo",     "America/Havana"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (names[i]);

    for (gint64 on = day (2018, 1, 1); zone != NULL && on < day (2019, 1, 1); on++)
      for (int minutes = 0; minutes < SATCHEL_DAY_MINUTES; minutes += 15) {
        gint64 ms = satchel_day_to_ms (on, minutes, zone);

        g_assert_cmpint (satchel_day_of (ms, zone), ==, on);
        /* But where the clock skips. */
        g_assert_cmpint (satchel_day_minutes_of (ms, zone), >=, minutes);
        g_assert_cmpint (satchel_day_minutes_of (ms, zone), <=, minutes + 60);
      }
  }
}

static void
test_spans (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  SatchelSpan span;

  /* Until midnight: not on the next day. */
  satchel_span_set_times (&span, instant ("2026-11-22T20:00:00Z"), instant ("2026-11-22T22:00:00Z"), zone);
  g_assert_cmpint (span.first_day, ==, day (2026, 11, 22));
  g_assert_cmpint (span.last_day, ==, day (2026, 11, 22));
  satchel_span_set_times (&span, instant ("2026-11-22T20:00:00Z"), instant ("2026-11-22T22:30:00Z"), zone);
  g_assert_cmpint (span.last_day, ==, day (2026, 11, 23));
  /* An end before its start, and none. */
  satchel_span_set_times (&span, instant ("2026-11-22T20:00:00Z"), instant ("2026-11-21T20:00:00Z"), zone);
  g_assert_cmpint (span.end_ms, ==, span.start_ms);
  g_assert_cmpint (span.last_day, ==, day (2026, 11, 22));
  /* From the day before the clock changes to the day when it does: the hours on the wall stay. */
  satchel_span_set_times (&span, instant ("2026-03-28T07:00:00Z"), instant ("2026-03-28T09:00:00Z"), zone);
  satchel_span_shift (&span, 1, 30, zone);
  g_assert_cmpint (span.start_ms, ==, instant ("2026-03-29T06:30:00Z"));
  g_assert_cmpint (span.end_ms, ==, instant ("2026-03-29T08:30:00Z"));
  satchel_span_set_days (&span, 12, 10);
  satchel_span_shift (&span, -2, 30, zone);
  g_assert_cmpint (span.first_day, ==, 8);
  g_assert_cmpint (span.last_day, ==, 10);
}

static void
test_spread (void)
{
  SatchelLane lanes[] = {
    { .from = 540, .until = 600 }, /* beside the long one */
    { .from = 540, .until = 720 }, /* longer: first */
    { .from = 600, .until = 660 }, /* below the first */
    { .from = 720, .until = 780 }, /* alone: touches, does not overlap */
    { .from = 630, .until = 700 },
  };

  satchel_lanes_spread (lanes, G_N_ELEMENTS (lanes));
  g_assert_cmpuint (lanes[1].lane, ==, 0);
  g_assert_cmpuint (lanes[0].lane, ==, 1);
  g_assert_cmpuint (lanes[2].lane, ==, 1);
  g_assert_cmpuint (lanes[4].lane, ==, 2);
  g_assert_cmpuint (lanes[0].n_lanes, ==, 3);
  g_assert_cmpuint (lanes[0].span, ==, 2);
  g_assert_cmpuint (lanes[2].span, ==, 1);
  g_assert_cmpuint (lanes[3].lane, ==, 0);
  g_assert_cmpuint (lanes[3].n_lanes, ==, 1);
  satchel_lanes_spread (lanes, 0);
}

/* Whatever there is: nothing covers anything. */
static void
test_spread_random (void)
{
  for (guint round = 0; round < 300; round++) {
    guint n = (guint)g_test_rand_int_range (1, 40);
    g_autofree SatchelLane *lanes = g_new0 (SatchelLane, n);

    for (guint i = 0; i < n; i++) {
      lanes[i].from = g_test_rand_int_range (0, 90);
      lanes[i].until = lanes[i].from + g_test_rand_int_range (0, 30);
    }
    satchel_lanes_spread (lanes, n);
    for (guint i = 0; i < n; i++) {
      g_assert_cmpuint (lanes[i].span, >=, 1);
      g_assert_cmpuint (lanes[i].lane + lanes[i].span, <=, lanes[i].n_lanes);
      for (guint j = 0; j < i; j++) {
        gboolean meet = lanes[i].from < MAX (lanes[j].until, lanes[j].from + 1) &&
                        lanes[j].from < MAX (lanes[i].until, lanes[i].from + 1);

        if (meet) {
          g_assert_cmpuint (lanes[i].n_lanes, ==, lanes[j].n_lanes);
          g_assert_true (lanes[i].lane + lanes[i].span <= lanes[j].lane ||
                         lanes[j].lane + lanes[j].span <= lanes[i].lane);
        }
      }
    }
  }
}

static void
test_stack (void)
{
  SatchelLane bars[] = {
    { .from = 0, .until = 1 }, { .from = 0, .until = 7 }, { .from = 1, .until = 3 }, { .from = 3, .until = 4 }
  };

  g_assert_cmpuint (satchel_lanes_stack (bars, G_N_ELEMENTS (bars)), ==, 2);
  g_assert_cmpuint (bars[1].lane, ==, 0);
  g_assert_cmpuint (bars[0].lane, ==, 1);
  g_assert_cmpuint (bars[2].lane, ==, 1);
  g_assert_cmpuint (bars[3].lane, ==, 1);
  g_assert_cmpuint (satchel_lanes_stack (bars, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/calendar/dates", test_dates);
  g_test_add_func ("/ui/calendar/clock-changes", test_clock_changes);
  g_test_add_func ("/ui/calendar/all-times", test_all_times);
  g_test_add_func ("/ui/calendar/spans", test_spans);
  g_test_add_func ("/ui/calendar/spread", test_spread);
  g_test_add_func ("/ui/calendar/spread-random", test_spread_random);
  g_test_add_func ("/ui/calendar/stack", test_stack);
  return g_test_run ();
}
