/* Appointments and tasks as iCalendar: each field, zones, series, what is left to stand, and the two laws on
 * random items: writing what was read changes nothing, reading what was written gives it back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/recurrence.h"
#include "client/exchange/zones.h"
#include "protocol/error.h"
#include "tests/lib/chance.h"

#define ID     "01900000-0000-7000-8000-0000000000c1"
#define SERIES "01900000-0000-7000-8000-0000000000c2"
#define ANA    "01900000-0000-7000-8000-0000000000a1"

static gboolean
find_party_cb (const char *address, const char **entity, char **id, gpointer data)
{
  if (!g_str_equal (address, "ana@example.com"))
    return FALSE;
  *entity = g_intern_static_string ("contact");
  *id = g_strdup (ANA);
  return TRUE;
}

static SatchelExchange *
make_exchange (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  SatchelExchange *x = satchel_exchange_new_pure (satchel_registry_builtin (), zone);

  x->find_party = find_party_cb;
  return x;
}

static SatchelRecord *
make_record (const char *entity, const char *id)
{
  return satchel_record_new (satchel_registry_find (satchel_registry_builtin (), entity), id);
}

static ICalComponent *
parse (const char *lines)
{
  g_autofree char *text =
      g_strdup_printf ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n%sEND:VCALENDAR\r\n", lines);
  ICalComponent *calendar = i_cal_component_new_from_string (text);

  g_assert_nonnull (calendar);
  return calendar;
}

static char *
to_text (ICalComponent *calendar)
{
  return i_cal_component_as_ical_string (calendar);
}

/* Without the VTIMEZONEs, whose order is the library's. */
static char *
events_to_text (ICalComponent *calendar)
{
  g_autoptr (GPtrArray) events = satchel_calendar_list (calendar, I_CAL_VEVENT_COMPONENT);
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < events->len; i++) {
    g_autofree char *text = to_text (events->pdata[i]);

    g_string_append (all, text);
  }
  return g_string_free (all, FALSE);
}

static gboolean
read_nth (const SatchelExchange *x, ICalComponent *calendar, guint n, SatchelRecord *into, GError **error)
{
  g_autoptr (GPtrArray) events = satchel_calendar_list (calendar, I_CAL_VEVENT_COMPONENT);

  g_assert_cmpuint (events->len, >, n);
  return satchel_event_read (x, calendar, events->pdata[n], into, error);
}

static void
assert_field (const SatchelRecord *record, const char *name, const char *expected)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autofree char *text = satchel_value_to_text (field, satchel_record_get (record, field));

  if (!g_str_equal (text, expected))
    g_error ("%s is “%s”, not “%s”", name, text, expected);
}

static void
assert_same (const SatchelRecord *a, const SatchelRecord *b, const char *const *fields)
{
  for (guint i = 0; fields[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (a->entity, fields[i]);
    g_autofree char *text = satchel_value_to_text (field, satchel_record_get (a, field));

    assert_field (b, field->name, text);
  }
}

static void
set_text (SatchelRecord *record, const char *name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_value_from_text (field, text, &value, &error));
  g_assert_no_error (error);
  satchel_record_set (record, field, value);
}

static void
assert_event_laws (const SatchelExchange *x, SatchelRecord *const *records, guint n, ICalComponent *base)
{
  g_autoptr (ICalComponent) written = satchel_event_write (x, (const SatchelRecord *const *)records, n, base),
                            parsed = NULL, second = NULL;
  g_autofree char *text = to_text (written), *once = NULL, *twice = NULL;
  g_autoptr (GError) error = NULL;

  parsed = i_cal_component_new_from_string (text);
  for (guint i = 0; i < n; i++) {
    g_autoptr (SatchelRecord) again = satchel_record_copy (records[i]);

    g_assert_true (read_nth (x, parsed, i, again, &error));
    g_assert_no_error (error);
    assert_same (records[i], again, satchel_event_fields ());
  }
  second = satchel_event_write (x, (const SatchelRecord *const *)records, n, parsed);
  once = events_to_text (parsed);
  twice = events_to_text (second);
  g_assert_cmpstr (once, ==, twice);
}

/* ---- fields ---- */

static const char FULL[] =
    "BEGIN:VEVENT\r\nUID:u-1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Talk\\, long\r\nDESCRIPTION:a\\nb\r\n"
    "LOCATION:Cluj\r\nDTSTART;TZID=Europe/Berlin:20261005T090000\r\nDURATION:PT90M\r\n"
    "RRULE:FREQ=WEEKLY;COUNT=9;BYDAY=MO\r\nEXDATE;TZID=Europe/Berlin:20261012T090000\r\n"
    "EXDATE:20261019T070000Z\r\nRDATE;TZID=America/New_York:20261014T090000\r\n"
    "ORGANIZER;CN=Ana Pop:mailto:ana@example.com\r\n"
    "ATTENDEE;CN=Ion;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED;X-OWN=1:mailto:ion@example.com\r\n"
    "ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:room@example.com\r\n"
    "TRANSP:TRANSPARENT\r\nCLASS:CONFIDENTIAL\r\nPRIORITY:2\r\nCATEGORIES:Golf,VIP\r\n"
    "ATTACH:https://example.com/"
    "a.pdf\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA\r\nX-KEEP;X-A=b:me\r\nGEO:1.0;2.0\r\n"
    "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT1H\r\nX-KEEP:too\r\nEND:VALARM\r\nEND:"
    "VEVENT\r\n";

static const struct {
  const char *field, *text;
} EXPECTED[] = {
  { "subject", "Talk, long" },
  { "description", "a\nb" },
  { "location", "Cluj" },
  { "start", "2026-10-05T07:00:00Z" },
  { "end", "2026-10-05T08:30:00Z" },
  { "zone", "Europe/Berlin" },
  { "all_day", "no" },
  { "recurrence",
    "FREQ=WEEKLY;COUNT=9;BYDAY=MO EXDATE=20261012T090000,20261019T090000 RDATE=20261014T150000" },
  { "reminder_minutes", "60" },
  { "show_as", "free" },
  { "private", "yes" },
  { "priority", "high" },
  { "status", "open" },
  { "links", "https://example.com/a.pdf" },
  { "calendar_id", "u-1" },
  { "original_start", "" },
};

static void
test_fields (void)
{
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (ICalComponent) base = parse (FULL), written = NULL;
  g_autoptr (SatchelRecord) record = make_record ("appointment", ID);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelParty *parties;
  guint n;

  g_assert_true (read_nth (x, base, 0, record, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (EXPECTED); i++)
    assert_field (record, EXPECTED[i].field, EXPECTED[i].text);
  parties = satchel_value_get_parties (satchel_record_get_by_name (record, "organizer"), &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (parties[0].id, ==, ANA);
  g_assert_cmpstr (parties[0].role, ==, "organizer");
  parties = satchel_value_get_parties (satchel_record_get_by_name (record, "attendees"), &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (parties[0].role, ==, "optional_declined");
  g_assert_cmpstr (parties[0].name, ==, "Ion");
  g_assert_cmpstr (parties[1].role, ==, "resource_accepted");
  written = satchel_event_write (x, (const SatchelRecord *const *)&record, 1, base);
  satchel_zones_describe (base);
  before = to_text (base);
  after = to_text (written);
  g_assert_cmpstr (before, ==, after);
  assert_event_laws (x, &record, 1, NULL);
}

static void
test_kept (void)
{
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (ICalComponent) base = parse (FULL), written = NULL;
  g_autoptr (SatchelRecord) record = make_record ("appointment", ID);
  g_autofree char *text = NULL;
  const SatchelParty changed[] = { { "optional_accepted", NULL, NULL, "ion@example.com", "Ion" },
                                   { "required", "contact", ANA, "ana@example.com", NULL } };

  g_assert_true (read_nth (x, base, 0, record, NULL));
  set_text (record, "reminder_minutes", "15");
  set_text (record, "subject", "Other");
  set_text (record, "tags", "VIP, New");
  set_text (record, "start", "2026-10-05T08:00:00Z");
  g_autoptr (SatchelValue) people = satchel_value_new_parties (changed, 2);
  satchel_record_set_by_name (record, "attendees", people);
  written = satchel_event_write (x, (const SatchelRecord *const *)&record, 1, base);
  text = to_text (written);
  g_assert_nonnull (strstr (text, "X-KEEP;X-A=b:me"));
  g_assert_nonnull (strstr (text, "X-KEEP:too"));
  g_assert_nonnull (strstr (text, "TRIGGER:-PT15M"));
  g_assert_nonnull (strstr (text, "TRIGGER:-PT5M"));
  g_assert_nonnull (strstr (text, "GEO:"));
  g_assert_nonnull (strstr (text, "X-OWN=1"));
  g_assert_nonnull (strstr (text, "VALUE=BINARY"));
  g_assert_null (strstr (text, "room@example.com"));
  g_assert_nonnull (strstr (text, "DTSTART;TZID=Europe/Berlin:20261005T100000"));
  assert_event_laws (x, &record, 1, base);
}

/* ---- zones ---- */

static const char VTIMEZONE[] =
    "BEGIN:VTIMEZONE\r\nTZID:%s\r\nBEGIN:STANDARD\r\nDTSTART:16011028T030000\r\n"
    "RRULE:FREQ=%s;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0%d00\r\nTZOFFSETTO:+0%d00\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nRRULE:FREQ=%s;BYDAY=-1SU;BYMONTH=3\r\n"
    "TZOFFSETFROM:+0%d00\r\nTZOFFSETTO:+0%d00\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

static void
test_zones (void)
{
  static const struct {
    const char *start, *zone, *expected, *instant;
  } CASES[] = {
    { "DTSTART;TZID=W. Europe Standard Time:20260705T090000", "W. Europe Standard Time", "Europe/Berlin",
      "2026-07-05T07:00:00Z" },
    { "DTSTART;TZID=/a.example/2026/Europe/Paris:20260705T090000", NULL, "Europe/Paris",
      "2026-07-05T07:00:00Z" },
    { "DTSTART:20260705T090000Z", NULL, "UTC", "2026-07-05T09:00:00Z" },
    { "DTSTART:20260705T090000", NULL, "Europe/Bucharest", "2026-07-05T06:00:00Z" },
    { "DTSTART;VALUE=DATE:20260705", NULL, "Europe/Bucharest", "2026-07-04T21:00:00Z" },
    { "DTSTART;TZID=Nowhere:20260705T090000", NULL, NULL, "Nowhere" },
    { "DTSTART:20261399T090000", NULL, NULL, "" },
    { "SUMMARY:no start", NULL, NULL, "no start" },
  };
  g_autoptr (SatchelExchange) x = make_exchange ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *zone = CASES[i].zone != NULL
                                ? g_strdup_printf (VTIMEZONE, CASES[i].zone, "YEARLY", 2, 1, "YEARLY", 1, 2)
                                : g_strdup ("");
    g_autofree char *text =
        g_strdup_printf ("BEGIN:VEVENT\r\nUID:1\r\n%s\r\nEND:VEVENT\r\n%s", CASES[i].start, zone);
    g_autoptr (ICalComponent) calendar = parse (text);
    g_autoptr (SatchelRecord) record = make_record ("appointment", ID);
    g_autoptr (GError) error = NULL;

    if (CASES[i].expected == NULL) {
      g_assert_false (read_nth (x, calendar, 0, record, &error));
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, CASES[i].instant));
      continue;
    }
    g_assert_true (read_nth (x, calendar, 0, record, &error));
    g_assert_no_error (error);
    assert_field (record, "zone", CASES[i].expected);
    assert_field (record, "start", CASES[i].instant);
    assert_event_laws (x, &record, 1, calendar);
    assert_event_laws (x, &record, 1, NULL);
  }
}

/* Who knows the zones of the database gets them by name alone, and reads the same of it. */
static void
test_known_zones (void)
{
  static const char TEXT[] =
      "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Rome:20260705T090000\r\nEND:VEVENT\r\n";
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (ICalComponent) calendar = parse (TEXT);
  g_autoptr (SatchelRecord) record = make_record ("appointment", ID);

  g_assert_true (read_nth (x, calendar, 0, record, NULL));
  for (guint known = 0; known < 2; known++) {
    g_autoptr (ICalComponent) written = NULL;
    g_autoptr (GPtrArray) zones = NULL;

    x->zones_are_known = known == 1;
    written = satchel_event_write (x, (const SatchelRecord *const *)&record, 1, NULL);
    zones = satchel_calendar_list (written, I_CAL_VTIMEZONE_COMPONENT);
    g_assert_cmpuint (zones->len, ==, known == 0 ? 1 : 0);
    assert_event_laws (x, &record, 1, NULL);
  }
}

/* A zone whose clock changes every second would be counted for hours. */
static void
test_hostile_zone (void)
{
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autofree char *zone = g_strdup_printf (VTIMEZONE, "Mad", "SECONDLY", 2, 1, "SECONDLY", 1, 2);
  g_autofree char *text =
      g_strdup_printf ("%sBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Mad:20260705T090000\r\nEND:VEVENT\r\n", zone);
  g_autoptr (ICalComponent) calendar = parse (text);
  g_autoptr (SatchelRecord) record = make_record ("appointment", ID);
  g_autoptr (GError) error = NULL;
  gint64 before = g_get_monotonic_time ();

  g_assert_false (read_nth (x, calendar, 0, record, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 60 * G_USEC_PER_SEC); /* whatever else runs */
}

/* ---- series ---- */

static void
test_series (void)
{
  static const char TEXT[] =
      "BEGIN:VEVENT\r\nUID:s\r\nRECURRENCE-ID;TZID=Europe/Berlin:20261012T090000\r\nSUMMARY:Moved\r\n"
      "DTSTART;TZID=Europe/Berlin:20261012T110000\r\nDTEND;TZID=Europe/"
      "Berlin:20261012T120000\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Weekly\r\nDTSTART;TZID=Europe/Berlin:20261005T090000\r\n"
      "DTEND;TZID=Europe/Berlin:20261005T100000\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n";
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (ICalComponent) calendar = parse (TEXT), master = NULL, fewer = NULL;
  g_autoptr (GPtrArray) left = NULL;
  SatchelRecord *records[] = { make_record ("appointment", SERIES), make_record ("appointment", ID) };
  g_autoptr (SatchelValue) series = satchel_value_new_lookup ("appointment", SERIES);

  master = satchel_calendar_get_master (calendar, I_CAL_VEVENT_COMPONENT);
  g_assert_cmpstr (i_cal_component_get_summary (master), ==, "Weekly");
  g_assert_true (read_nth (x, calendar, 0, records[0], NULL));
  satchel_record_set_by_name (records[1], "series", series);
  g_assert_true (read_nth (x, calendar, 1, records[1], NULL));
  assert_field (records[1], "original_start", "2026-10-12T07:00:00Z");
  assert_field (records[1], "start", "2026-10-12T09:00:00Z");
  assert_event_laws (x, records, 2, calendar);
  assert_event_laws (x, records, 2, NULL);
  /* What stands in for nothing any more goes. */
  fewer = satchel_event_write (x, (const SatchelRecord *const *)records, 1, calendar);
  left = satchel_calendar_list (fewer, I_CAL_VEVENT_COMPONENT);
  g_assert_cmpuint (left->len, ==, 1);
  satchel_record_free (records[0]);
  satchel_record_free (records[1]);
}

static void
test_recurrence (void)
{
  static const struct {
    const char *text, *expected; /* NULL: refused */
  } CASES[] = {
    { "FREQ=DAILY", "FREQ=DAILY" },
    { "rrule:freq=daily  EXDATE=20261002,20261001,20261001", "FREQ=DAILY EXDATE=20261001,20261002" },
    { "RDATE=20261001T100000Z", "RDATE=20261001T100000Z" },
    { "FREQ=DAILY FREQ=WEEKLY", NULL },
    { "FREQ=DAILY EXDATE=x", NULL },
    { "every day", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_auto (SatchelRecurrence) recurrence = { 0 };
    gboolean understood = satchel_recurrence_parse (CASES[i].text, &recurrence);
    g_autofree char *text = understood ? satchel_recurrence_to_text (&recurrence) : NULL;

    g_assert_cmpstr (text, ==, CASES[i].expected);
  }
}

/* ---- tasks ---- */

static void
test_todo (void)
{
  static const char TEXT[] = "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:Call\r\nDTSTART;VALUE=DATE:20261001\r\nDUE;"
                             "TZID=Europe/Berlin:20261005T170000\r\n"
                             "PRIORITY:9\r\nPERCENT-COMPLETE:40\r\nSTATUS:IN-PROCESS\r\nCATEGORIES:a\r\nX-"
                             "KEEP:me\r\nRRULE:FREQ=DAILY\r\nEND:VTODO\r\n";
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (ICalComponent) calendar = parse (TEXT),
                            todo = i_cal_component_get_first_component (calendar, I_CAL_VTODO_COMPONENT);
  g_autoptr (ICalComponent) written = NULL, second = NULL, part = NULL;
  g_autoptr (SatchelRecord) record = make_record ("task", ID), again = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_todo_read (x, calendar, todo, record, &error));
  g_assert_no_error (error);
  assert_field (record, "start_date", "2026-10-01");
  assert_field (record, "due", "2026-10-05");
  assert_field (record, "priority", "low");
  assert_field (record, "percent", "40");
  assert_field (record, "status", "open");
  g_assert_cmpuint (x->left->len, ==, 2);
  set_text (record, "due", "2026-10-07");
  set_text (record, "status", "completed");
  set_text (record, "completed_at", "2026-10-06T10:00:00Z");
  written = satchel_todo_write (x, record, calendar);
  text = to_text (written);
  g_assert_nonnull (strstr (text, "DUE;TZID=Europe/Berlin:20261007T170000"));
  g_assert_nonnull (strstr (text, "STATUS:COMPLETED"));
  g_assert_nonnull (strstr (text, "COMPLETED:20261006T100000Z"));
  g_assert_nonnull (strstr (text, "X-KEEP:me"));
  again = satchel_record_copy (record);
  second = i_cal_component_new_from_string (text);
  part = i_cal_component_get_first_component (second, I_CAL_VTODO_COMPONENT);
  g_assert_true (satchel_todo_read (x, second, part, again, &error));
  g_assert_no_error (error);
  assert_same (record, again, satchel_todo_fields ());
}

static void
assert_todo (const SatchelExchange *x, const char *text, const SatchelRecord *record)
{
  g_autoptr (ICalComponent) calendar = i_cal_component_new_from_string (text);
  g_autoptr (ICalComponent) todo = i_cal_component_get_first_component (calendar, I_CAL_VTODO_COMPONENT);
  g_autoptr (SatchelRecord) read = satchel_record_copy (record);
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_todo_read (x, calendar, todo, read, &error));
  g_assert_no_error (error);
  assert_same (record, read, satchel_todo_fields ());
}

/* It has an end, so that nobody calls it overdue; that is not when it was done, and goes when it is opened
 * again. */
static void
test_cancelled_todo (void)
{
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (SatchelRecord) record = make_record ("task", ID);
  g_autoptr (ICalComponent) first = NULL, second = NULL, third = NULL, fourth = NULL;
  g_autoptr (ICalComponent) theirs =
      parse ("BEGIN:VTODO\r\nUID:t\r\nSUMMARY:Call\r\nSTATUS:CANCELLED\r\nEND:VTODO\r\n");
  g_autofree char *cancelled = NULL, *still = NULL, *open = NULL, *mended = NULL;

  set_text (record, "subject", "Call");
  set_text (record, "due", "2026-10-05");
  set_text (record, "priority", "normal");
  set_text (record, "status", "cancelled");
  set_text (record, "modified_at", "2026-10-06T10:00:00Z");
  first = satchel_todo_write (x, record, NULL);
  cancelled = to_text (first);
  g_assert_nonnull (strstr (cancelled, "STATUS:CANCELLED"));
  g_assert_nonnull (strstr (cancelled, "COMPLETED:20261006T100000Z"));
  assert_todo (x, cancelled, record);

  set_text (record, "modified_at", "2026-10-07T10:00:00Z");
  second = satchel_todo_write (x, record, first);
  still = to_text (second);
  g_assert_cmpstr (still, ==, cancelled);
  fourth = satchel_todo_write (x, record, theirs);
  mended = to_text (fourth);
  g_assert_nonnull (strstr (mended, "COMPLETED:20261007T100000Z"));

  set_text (record, "status", "open");
  third = satchel_todo_write (x, record, second);
  open = to_text (third);
  g_assert_nonnull (strstr (open, "STATUS:NEEDS-ACTION"));
  g_assert_null (strstr (open, "COMPLETED:"));
  assert_todo (x, open, record);
}

/* ---- random ---- */

static void
set_random (GRand *random, SatchelRecord *record, const char *name)
{
  static const char *const ZONES[] = { "Europe/Berlin", "America/New_York", "UTC", "Asia/Tokyo" };
  static const char *const RULES[] = { "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;BYDAY=MO,TU",
                                       "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20300101T000000Z" };
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  int number = g_rand_int_range (random, 1, 28);
  g_autofree char *text = NULL;

  if (g_str_equal (name, "zone"))
    text = g_strdup (ZONES[g_rand_int_range (random, 0, G_N_ELEMENTS (ZONES))]);
  else if (g_str_equal (name, "recurrence"))
    text = g_strdup (RULES[g_rand_int_range (random, 0, G_N_ELEMENTS (RULES))]);
  else if (field->type == SATCHEL_TYPE_STRING || field->type == SATCHEL_TYPE_TEXT)
    text = g_strdup_printf (g_str_equal (name, "links") ? "https://example.com/%d" : "Ü;,\\ \"%d", number);
  else if (field->type == SATCHEL_TYPE_INTEGER)
    text = g_strdup_printf ("%d", number);
  else if (field->type == SATCHEL_TYPE_BOOLEAN)
    text = g_strdup (number % 2 ? "yes" : "no");
  else if (field->type == SATCHEL_TYPE_CHOICE)
    text = g_strdup (field->choices[number % (int)field->n_choices].key);
  else if (field->type == SATCHEL_TYPE_MULTICHOICE)
    text = g_strdup_printf ("t%d, t%d", number, number + 1);
  if (text != NULL)
    set_text (record, name, text);
}

/* Whole days begin and end at midnight: that is what the field means. */
static void
set_times (GRand *random, SatchelRecord *record)
{
  const SatchelValue *zone = satchel_record_get_by_name (record, "zone");
  g_autoptr (GTimeZone) own =
      satchel_zones_find (zone != NULL ? satchel_value_get_string (zone) : "Europe/Bucharest");
  gboolean all_day = satchel_value_get_boolean (satchel_record_get_by_name (record, "all_day"));
  g_autofree char *day =
      g_strdup_printf ("202606%02d%s", g_rand_int_range (random, 1, 15), all_day ? "" : "T101500");
  g_autofree char *later =
      g_strdup_printf ("202606%02d%s", g_rand_int_range (random, 16, 28), all_day ? "" : "T111500");
  g_autoptr (ICalTime) first = i_cal_time_new_from_string (day), last = i_cal_time_new_from_string (later);
  g_autoptr (SatchelValue) start = satchel_value_new_integer (satchel_zones_instant (own, first));
  g_autoptr (SatchelValue) end = satchel_value_new_integer (satchel_zones_instant (own, last));

  satchel_record_set_by_name (record, "start", start);
  satchel_record_set_by_name (record, "end", end);
  set_text (record, "recurrence", "FREQ=DAILY;COUNT=30");
}

static void
test_random (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (ICalComponent) base = parse (FULL);

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 300; round++) {
    g_autoptr (SatchelRecord) record = make_record ("appointment", ID);
    ICalComponent *next;

    g_assert_true (read_nth (x, base, 0, record, NULL));
    for (int n = g_rand_int_range (random, 0, 6); n >= 0; n--)
      set_random (random, record, satchel_event_fields ()[g_rand_int_range (random, 0, 19)]);
    set_times (random, record);
    if (g_str_equal (satchel_value_get_string (satchel_record_get_by_name (record, "status")), "completed"))
      set_text (record, "status", "open");
    assert_event_laws (x, &record, 1, base);
    next = satchel_event_write (x, (const SatchelRecord *const *)&record, 1, base);
    g_object_unref (base);
    base = next;
  }
}

/* However lines are written that the library takes for those that open a component, too many are refused. */
static void
test_bounds (void)
{
  static const struct {
    const char *line, *end; /* both many times */
    const char *tail;
    gboolean taken;
  } CASES[] = {
    { "BEGIN:VALARM\r\n", "END:VALARM\r\n", "END:VEVENT\nEND:VCALENDAR\n", FALSE },
    { "begin;VALARM\r\n", "END:VALARM\n", "END:VEVENT\nEND:VCALENDAR\n", FALSE },
    { "BEGIN :VALARM\n", "END:VALARM\n", "END:VEVENT\nEND:VCALENDAR\n", FALSE },
    { "BE\r\n GIN:VALARM\r\n", "END:VALARM\n", "END:VEVENT\nEND:VCALENDAR\n", FALSE },
    { "BEGIN:VALARM\r", "END:VALARM\r", "END:VEVENT\rEND:VCALENDAR\r", FALSE },
    { "BEGIN:VALARM\n\n END:VALARM\n", "END:VALARM\n", "END:VEVENT\nEND:VCALENDAR\n", FALSE },
    { "BEGIN:VALARM\nEND X:VALARM\n", "END:VALARM\n", "END:VEVENT\nEND:VCALENDAR\n", FALSE },
    { "BEGINNING:VALARM\n", "", "END:VEVENT\nEND:VCALENDAR\n", TRUE },
    { "X-A:\r\n BEGIN:VALARM\r\n", "", "END:VEVENT\nEND:VCALENDAR\n", TRUE },
    { "X-A:\rBEGIN:VALARM\n", "", "END:VEVENT\nEND:VCALENDAR\n", TRUE },
    { "BEGIN:VALARM\r\nEND:VALARM\r\n", "", "END:VEVENT\nEND:VCALENDAR\n", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n");
    g_autoptr (ICalComponent) known = NULL, calendar = NULL;

    for (guint n = 0; n < 20; n++)
      g_string_append (text, CASES[i].line);
    for (guint n = 0; n < 20; n++)
      g_string_append (text, CASES[i].end);
    g_string_append (text, CASES[i].tail);
    known = i_cal_component_new_from_string (text->str);
    calendar = satchel_calendar_parse (text->str);
    if (known == NULL || (calendar != NULL) != CASES[i].taken)
      g_error ("%u: %s", i, CASES[i].line);
  }
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/calendar-items/fields", test_fields);
  g_test_add_func ("/calendar-items/kept", test_kept);
  g_test_add_func ("/calendar-items/zones", test_zones);
  g_test_add_func ("/calendar-items/known-zones", test_known_zones);
  g_test_add_func ("/calendar-items/hostile-zone", test_hostile_zone);
  g_test_add_func ("/calendar-items/series", test_series);
  g_test_add_func ("/calendar-items/recurrence", test_recurrence);
  g_test_add_func ("/calendar-items/todo", test_todo);
  g_test_add_func ("/calendar-items/cancelled-todo", test_cancelled_todo);
  g_test_add_func ("/calendar-items/bounds", test_bounds);
  g_test_add_func ("/calendar-items/random", test_random);
  return g_test_run ();
}
