/* Whole numbers from text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/integer.h"

static void
test_read (void)
{
  static const struct {
    const char *text;
    gint64 number;
  } all[] = {
    { "0", 0 },
    { "-0", 0 },
    { "200", 200 },
    { "007", 7 },
    { "-12", -12 },
    { "9223372036854775807", G_MAXINT64 },
    { "-9223372036854775808", G_MININT64 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    gint64 number = 1;
    g_assert_true (satchel_integer_parse (all[i].text, G_MININT64, G_MAXINT64, &number));
    g_assert_cmpint (number, ==, all[i].number);
  }
}

static void
test_refused (void)
{
  static const char *const all[] = { "",    "-",    "+1",  " 1",  "1 ",  "1.0", "1e3", "0x10", "--1",
                                     "1-1", "１２", "٣", "200\n", "9223372036854775808", "-9223372036854775809",
                                     "99999999999999999999999999" };
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    gint64 number = 42;
    g_assert_false (satchel_integer_parse (all[i], G_MININT64, G_MAXINT64, &number));
    g_assert_cmpint (number, ==, 42);
  }
}

static void
test_bounds (void)
{
  gint64 number = 0;
  g_assert_true (satchel_integer_parse ("1", 1, 4000, &number));
  g_assert_true (satchel_integer_parse ("4000", 1, 4000, &number));
  g_assert_false (satchel_integer_parse ("0", 1, 4000, &number));
  g_assert_false (satchel_integer_parse ("4001", 1, 4000, &number));
  g_assert_false (satchel_integer_parse ("-1", 0, 4000, &number));
  g_assert_cmpint (number, ==, 4000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/integer/read", test_read);
  g_test_add_func ("/protocol/integer/refused", test_refused);
  g_test_add_func ("/protocol/integer/bounds", test_bounds);
  return g_test_run ();
}
