/* Exact decimals: parsing, text, rounding, arithmetic, and the edges of 18 digits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/decimal.h"

#include "protocol/error.h"
#include "tests/lib/chance.h"

static SatchelDecimal
parse (const char *text)
{
  SatchelDecimal value;
  g_autoptr (GError) error = NULL;
  gboolean good = satchel_decimal_parse (text, &value, &error);

  g_assert_no_error (error);
  g_assert_true (good);
  return value;
}

static void
assert_text (SatchelDecimal value, const char *expected)
{
  g_autofree char *text = satchel_decimal_to_text (value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_parse (void)
{
  static const struct {
    const char *text;
    gint64 coefficient;
    guint scale;
    const char *canonical;
  } cases[] = {
    { "0", 0, 0, "0" },
    { "-0", 0, 0, "0" },
    { "-0.00", 0, 2, "0" },
    { "+7", 7, 0, "7" },
    { "1200", 1200, 0, "1200" },
    { "1100.04", 110004, 2, "1100.04" },
    { "1100.40", 110040, 2, "1100.4" },
    { "-0.5", -5, 1, "-0.5" },
    { "-1.05", -105, 2, "-1.05" },
    { "000000000000000000000012", 12, 0, "12" },
    { "0.000000001", 1, 9, "0.000000001" },
    { "999999999999999999", G_GINT64_CONSTANT (999999999999999999), 0, "999999999999999999" },
    { "-999999999.999999999", G_GINT64_CONSTANT (-999999999999999999), 9, "-999999999.999999999" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SatchelDecimal value = parse (cases[i].text);

    g_assert_cmpint (value.coefficient, ==, cases[i].coefficient);
    g_assert_cmpuint (value.scale, ==, cases[i].scale);
    assert_text (value, cases[i].canonical);
  }
}

static void
test_parse_refused (void)
{
  static const struct {
    const char *text;
    SatchelErrorCode code;
  } cases[] = {
    { "", SATCHEL_ERROR_INVALID },
    { "-", SATCHEL_ERROR_INVALID },
    { ".", SATCHEL_ERROR_INVALID },
    { ".5", SATCHEL_ERROR_INVALID },
    { "1.", SATCHEL_ERROR_INVALID },
    { "1,5", SATCHEL_ERROR_INVALID },
    { "1,234.50", SATCHEL_ERROR_INVALID },
    { "1e5", SATCHEL_ERROR_INVALID },
    { "0x10", SATCHEL_ERROR_INVALID },
    { " 1", SATCHEL_ERROR_INVALID },
    { "1 ", SATCHEL_ERROR_INVALID },
    { "--1", SATCHEL_ERROR_INVALID },
    { "1.2.3", SATCHEL_ERROR_INVALID },
    { "NaN", SATCHEL_ERROR_INVALID },
    { "\xd9\xa3", SATCHEL_ERROR_INVALID }, /* ARABIC-INDIC DIGIT THREE */
    { "1000000000000000000", SATCHEL_ERROR_TOO_LARGE },
    { "99999999999999999999999999999999999999", SATCHEL_ERROR_TOO_LARGE },
    { "9999999999.999999999", SATCHEL_ERROR_TOO_LARGE },
    { "0.0000000001", SATCHEL_ERROR_TOO_LARGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SatchelDecimal value;
    g_autoptr (GError) error = NULL;

    g_assert_false (satchel_decimal_parse (cases[i].text, &value, &error));
    g_assert_error (error, SATCHEL_ERROR, (int)cases[i].code);
  }
}

static void
test_round (void)
{
  static const struct {
    const char *text;
    guint scale;
    const char *half_up, *half_even, *down;
  } cases[] = {
    { "2.5", 0, "3", "2", "2" },        { "3.5", 0, "4", "4", "3" },
    { "-2.5", 0, "-3", "-2", "-2" },    { "2.4999", 0, "2", "2", "2" },
    { "2.5001", 0, "3", "3", "2" },     { "0.005", 2, "0.01", "0", "0" },
    { "-0.005", 2, "-0.01", "0", "0" }, { "0.015", 2, "0.02", "0.02", "0.01" },
    { "1.1", 4, "1.1", "1.1", "1.1" },  { "999999.995", 2, "1000000", "1000000", "999999.99" },
    { "-0.999", 0, "-1", "-1", "0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SatchelDecimal value = parse (cases[i].text), result;

    g_assert_true (satchel_decimal_round (value, cases[i].scale, SATCHEL_ROUND_HALF_UP, &result, NULL));
    g_assert_cmpuint (result.scale, ==, cases[i].scale);
    assert_text (result, cases[i].half_up);
    g_assert_true (satchel_decimal_round (value, cases[i].scale, SATCHEL_ROUND_HALF_EVEN, &result, NULL));
    assert_text (result, cases[i].half_even);
    g_assert_true (satchel_decimal_round (value, cases[i].scale, SATCHEL_ROUND_DOWN, &result, NULL));
    assert_text (result, cases[i].down);
  }
}

static void
test_rescale (void)
{
  g_autoptr (GError) lost = NULL, large = NULL;
  SatchelDecimal result;

  g_assert_true (satchel_decimal_rescale (parse ("12.50"), 1, &result, NULL));
  g_assert_cmpint (result.coefficient, ==, 125);
  g_assert_true (satchel_decimal_rescale (parse ("12.5"), 4, &result, NULL));
  g_assert_cmpint (result.coefficient, ==, 125000);
  g_assert_false (satchel_decimal_rescale (parse ("12.55"), 1, &result, &lost));
  g_assert_error (lost, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_false (satchel_decimal_rescale (parse ("999999999999999999"), 1, &result, &large));
  g_assert_error (large, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
}

static void
test_compare (void)
{
  g_assert_cmpint (satchel_decimal_compare (parse ("1.0"), parse ("1.000")), ==, 0);
  g_assert_cmpint (satchel_decimal_compare (parse ("-1"), parse ("0.000000001")), <, 0);
  g_assert_cmpint (satchel_decimal_compare (parse ("999999999999999999"), parse ("999999999.999999999")), >,
                   0);
  g_assert_cmpint (satchel_decimal_compare (parse ("-0.1"), parse ("-0.11")), >, 0);
}

typedef gboolean (*Operation) (SatchelDecimal a, SatchelDecimal b, SatchelDecimal *result, GError **error);

static void
test_arithmetic (void)
{
  static const struct {
    Operation operation;
    const char *a, *b, *result; /* NULL: TOO_LARGE */
  } cases[] = {
    { satchel_decimal_add, "0.1", "0.2", "0.3" },
    { satchel_decimal_add, "1.005", "-1", "0.005" },
    { satchel_decimal_add, "999999999999999998", "1", "999999999999999999" },
    { satchel_decimal_add, "999999999999999998", "1.00", "999999999999999999" },
    { satchel_decimal_add, "999999999999999999", "1", NULL },
    { satchel_decimal_add, "999999999999999999", "0.1", NULL },
    { satchel_decimal_subtract, "0.3", "0.1", "0.2" },
    { satchel_decimal_subtract, "-999999999999999999", "1", NULL },
    { satchel_decimal_multiply, "19.99", "3", "59.97" },
    { satchel_decimal_multiply, "-0.00001", "0.00001", "0" },
    { satchel_decimal_multiply, "0.00005", "0.00001", "0.000000001" }, /* 5e-10, half up at nine digits */
    { satchel_decimal_multiply, "999999999", "1000000000", "999999999000000000" },
    { satchel_decimal_multiply, "1000000000", "1000000000", NULL },
    { satchel_decimal_multiply, "-999999999999999999", "999999999999999999", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    SatchelDecimal result;
    gboolean good = cases[i].operation (parse (cases[i].a), parse (cases[i].b), &result, &error);

    if (cases[i].result == NULL) {
      g_assert_false (good);
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
    } else {
      g_assert_no_error (error);
      assert_text (result, cases[i].result);
    }
  }
}

static void
test_divide (void)
{
  static const struct {
    const char *a, *b;
    guint scale;
    SatchelRounding rounding;
    const char *result;
  } cases[] = {
    { "1", "3", 4, SATCHEL_ROUND_HALF_UP, "0.3333" },
    { "2", "3", 4, SATCHEL_ROUND_HALF_UP, "0.6667" },
    { "-2", "3", 4, SATCHEL_ROUND_HALF_UP, "-0.6667" },
    { "2", "-3", 4, SATCHEL_ROUND_DOWN, "-0.6666" },
    { "1", "8", 2, SATCHEL_ROUND_HALF_EVEN, "0.12" },
    { "3", "8", 2, SATCHEL_ROUND_HALF_EVEN, "0.38" },
    { "1.000000000", "3", 0, SATCHEL_ROUND_HALF_UP, "0" },
    { "0.000000001", "0.000000001", 9, SATCHEL_ROUND_HALF_UP, "1" },
    { "999999999999999999", "1", 0, SATCHEL_ROUND_HALF_UP, "999999999999999999" },
    { "999999999", "0.000000001", 0, SATCHEL_ROUND_HALF_UP, "999999999000000000" },
  };
  g_autoptr (GError) zero = NULL, large = NULL;
  SatchelDecimal result;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_true (satchel_decimal_divide (parse (cases[i].a), parse (cases[i].b), cases[i].scale,
                                           cases[i].rounding, &result, NULL));
    assert_text (result, cases[i].result);
  }
  g_assert_false (
      satchel_decimal_divide (parse ("1"), parse ("0.00"), 2, SATCHEL_ROUND_DOWN, &result, &zero));
  g_assert_error (zero, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_assert_false (satchel_decimal_divide (parse ("999999999999999999"), parse ("0.1"), 0, SATCHEL_ROUND_DOWN,
                                          &result, &large));
  g_assert_error (large, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
}

/* Whatever a database holds has a text. */
static void
test_extreme_text (void)
{
  assert_text ((SatchelDecimal){ G_MININT64, 0 }, "-9223372036854775808");
  assert_text ((SatchelDecimal){ G_MININT64, 9 }, "-9223372036.854775808");
  assert_text ((SatchelDecimal){ G_MAXINT64, 9 }, "9223372036.854775807");
}

static void
test_random_round_trip (void)
{
  for (guint i = 0; i < 5000; i++) {
    gint64 bits = (guint64)g_test_rand_int () << 32 | (guint32)g_test_rand_int ();
    SatchelDecimal value = { bits % G_GINT64_CONSTANT (1000000000000000000), g_test_rand_int_range (0, 10) };
    g_autofree char *text = satchel_decimal_to_text (value);

    g_assert_cmpint (satchel_decimal_compare (value, parse (text)), ==, 0);
  }
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/decimal/parse", test_parse);
  g_test_add_func ("/protocol/decimal/parse-refused", test_parse_refused);
  g_test_add_func ("/protocol/decimal/round", test_round);
  g_test_add_func ("/protocol/decimal/rescale", test_rescale);
  g_test_add_func ("/protocol/decimal/compare", test_compare);
  g_test_add_func ("/protocol/decimal/arithmetic", test_arithmetic);
  g_test_add_func ("/protocol/decimal/divide", test_divide);
  g_test_add_func ("/protocol/decimal/extreme-text", test_extreme_text);
  g_test_add_func ("/protocol/decimal/random-round-trip", test_random_round_trip);
  return g_test_run ();
}
