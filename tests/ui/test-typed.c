/* Values as people type them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/typed.h"

#define NOW_MS G_GINT64_CONSTANT (1763802000000) /* 2025-11-22T09:00:00Z */

static void
assert_typed (const SatchelField *field, const char *typed, const char *expected)
{
  g_autoptr (SatchelValue) value = NULL;
  g_autofree char *problem = NULL, *text = NULL;
  gboolean read = satchel_typed_to_value (field, typed, NOW_MS, &value, &problem);

  text = read ? satchel_value_to_text (field, value) : NULL;
  g_assert_cmpstr (text, ==, expected);
  g_assert_true (read == (problem == NULL));
}

/* What is shown for a value is read as that value. */
static void
assert_round (const SatchelField *field, const char *text)
{
  g_autoptr (SatchelValue) value = NULL;
  g_autofree char *typed = NULL;

  g_assert_true (satchel_value_from_text (field, text, &value, NULL));
  typed = satchel_typed_from_value (field, value);
  assert_typed (field, typed, text);
}

static void
test_numbers (void)
{
  const SatchelField money = { .label = "Amount", .type = SATCHEL_TYPE_MONEY, .scale = 2 };
  const SatchelField whole = {
    .label = "Number", .type = SATCHEL_TYPE_INTEGER, .has_maximum = TRUE, .maximum = 100
  };

  assert_typed (&money, "1234.5", "1234.5");
  assert_typed (&money, "1,234.50", "1234.5");
  assert_typed (&money, "1.234,50", "1234.5");
  assert_typed (&money, "1 234,5", "1234.5");
  assert_typed (&money, "1'234'567.05", "1234567.05");
  assert_typed (&money, "1,234", "1234"); /* the locale's point is "." */
  assert_typed (&money, "12,5", "12.5");
  assert_typed (&money, "\u22125", "-5");
  assert_typed (&money, "٣٤", "34");
  assert_typed (&money, "", "");
  assert_typed (&money, "12x", NULL);
  assert_typed (&money, "--1", NULL);
  assert_typed (&money, "1.2.3", NULL);
  assert_typed (&money, "0.001", NULL);
  assert_typed (&money, "99999999999999999999", NULL);
  assert_typed (&whole, "42 %", "42");
  assert_typed (&whole, "1.5", NULL);
  assert_typed (&whole, "101", NULL);
  assert_round (&money, "-1234567.89");
}

static void
test_days (void)
{
  const SatchelField date = { .label = "Day", .type = SATCHEL_TYPE_DATE };

  assert_typed (&date, "2024-02-29", "2024-02-29");
  assert_typed (&date, "2023-02-29", NULL);
  assert_typed (&date, "12/31/2024", "2024-12-31"); /* the C locale's order */
  assert_typed (&date, "12/31/24", "2024-12-31");
  assert_typed (&date, "12/31", "2025-12-31");
  assert_typed (&date, "31/12/2024", NULL);
  assert_typed (&date, "2024年3月5日", "2024-03-05");
  assert_typed (&date, "today", "2025-11-22");
  assert_typed (&date, "Tomorrow", "2025-11-23");
  assert_typed (&date, "+7", "2025-11-29");
  assert_typed (&date, "+99999999999999999999", NULL);
  assert_typed (&date, "1/2/3/4", NULL);
  assert_typed (&date, "soon", NULL);
  assert_round (&date, "2025-03-04");
  assert_round (&date, "1925-03-04");
}

static void
test_instants (void)
{
  const SatchelField instant = { .label = "Time", .type = SATCHEL_TYPE_DATETIME };
  const SatchelField span = { .label = "Length", .type = SATCHEL_TYPE_DURATION };

  assert_typed (&instant, "2025-03-04 14:30", "2025-03-04T14:30:00Z");
  assert_typed (&instant, "3/4 2:30 pm", "2025-03-04T14:30:00Z");
  assert_typed (&instant, "tomorrow 9", "2025-11-23T09:00:00Z");
  assert_typed (&instant, "14:30", "2025-11-22T14:30:00Z");
  assert_typed (&instant, "2025-03-04", "2025-03-04T00:00:00Z");
  assert_typed (&instant, "2025-03-04 25:00", NULL);
  assert_typed (&instant, "nonsense", NULL);
  assert_round (&instant, "2025-03-04T14:30:00Z");
  assert_typed (&span, "90", "1h30m");
  assert_typed (&span, "1:30", "1h30m");
  assert_typed (&span, "1 h 30 min", "1h30m");
  assert_typed (&span, "2h", "2h");
  assert_typed (&span, "long", NULL);
}

static void
test_strings (void)
{
  const SatchelField mail = { .label = "Email", .type = SATCHEL_TYPE_STRING, .format = SATCHEL_FORMAT_EMAIL };
  const SatchelField short_one = { .label = "Code", .type = SATCHEL_TYPE_STRING, .max_chars = 3 };
  const SatchelField text = { .label = "Text", .type = SATCHEL_TYPE_TEXT };

  assert_typed (&mail, " ana@example.org ", "ana@example.org");
  assert_typed (&mail, "ana", NULL);
  assert_typed (&short_one, "äöü", "äöü");
  assert_typed (&short_one, "äöüß", NULL);
  assert_typed (&text, "a\n b ", "a\n b ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/typed/numbers", test_numbers);
  g_test_add_func ("/typed/days", test_days);
  g_test_add_func ("/typed/instants", test_instants);
  g_test_add_func ("/typed/strings", test_strings);
  return g_test_run ();
}
