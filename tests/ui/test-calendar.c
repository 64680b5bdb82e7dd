/* What stands in a calendar, and putting things there. The clock of the tests, the zone of this process:
 * Bucharest.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "tests/ui/desk.h"
#include "ui/calendar/booking.h"
#include "ui/calendar/calendar.h"
#include "ui/calendar/days.h"

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

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  g_setenv ("TZ", "Europe/Bucharest", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/calendar/range", test_range);
  g_test_add_func ("/ui/calendar/follow", test_follow);
  g_test_add_func ("/ui/calendar/booking", test_booking);
  return g_test_run ();
}
