/* Dates and instants, as text and as numbers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/value.h"

static void
test_date (void)
{
  static const struct {
    const char *text;
    gint64 days;
  } cases[] = {
    { "1970-01-01", 0 },     { "1969-12-31", -1 },      { "2000-02-29", 11016 },
    { "2026-11-22", 20779 }, { "0001-01-01", -719162 }, { "9999-12-31", 2932896 },
  };
  static const char *const bad[] = {
    "",           "2026-1-1",    "2026-13-01",  "2026-02-29", "1900-02-29", "2026-00-10", "2026-04-31",
    "0000-01-01", "2026-01-01 ", " 2026-01-01", "26-01-01",   "+026-01-01", "2026/01/01", "2026-01-01T00:00Z",
  };
  gint64 days;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = satchel_date_from_days (cases[i].days);

    g_assert_true (satchel_date_parse (cases[i].text, &days));
    g_assert_cmpint (days, ==, cases[i].days);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (satchel_date_parse (bad[i], &days));
}

static void
test_instant (void)
{
  static const struct {
    const char *text;
    const char *canonical;
    gint64 ms;
  } cases[] = {
    { "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0 },
    { "2001-09-09T01:46:40Z", "2001-09-09T01:46:40Z", G_GINT64_CONSTANT (1000000000000) },
    { "2001-09-09t03:46:40.250+02:00", "2001-09-09T01:46:40.250Z", G_GINT64_CONSTANT (1000000000250) },
    { "2001-09-08 20:16:40.2504-0530", "2001-09-09T01:46:40.250Z", G_GINT64_CONSTANT (1000000000250) },
    { "2001-09-09 01:46", "2001-09-09T01:46:00Z", G_GINT64_CONSTANT (999999960000) },
    { "2001-09-09", "2001-09-09T00:00:00Z", G_GINT64_CONSTANT (999993600000) },
    { "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", -1 },
    { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", SATCHEL_INSTANT_FIRST_MS },
    { "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", SATCHEL_INSTANT_LAST_MS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = satchel_instant_to_text (cases[i].ms);
    gint64 ms;

    g_assert_true (satchel_instant_parse (cases[i].text, &ms, NULL));
    g_assert_cmpint (ms, ==, cases[i].ms);
    g_assert_cmpstr (text, ==, cases[i].canonical);
  }
}

static void
test_instant_refused (void)
{
  static const char *const bad[] = {
    "",
    "now",
    "2026-01-01T",
    "2026-01-01T1:00",
    "2026-01-01T24:00",
    "2026-01-01T10:60",
    "2026-01-01T10:00:60Z",
    "2026-01-01T10:00:00.Z",
    "2026-01-01T10:00:00+2",
    "2026-01-01T10:00:00+24:00",
    "2026-01-01T10:00:00Zx",
    "2026-01-01Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    gint64 ms = 42;

    g_assert_false (satchel_instant_parse (bad[i], &ms, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    g_assert_cmpint (ms, ==, 42);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/time/date", test_date);
  g_test_add_func ("/protocol/time/instant", test_instant);
  g_test_add_func ("/protocol/time/instant-refused", test_instant_refused);
  return g_test_run ();
}
