/* Prices: golden figures, rounding, and numbers without room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/rules/pricing.h"
#include "tests/lib/chance.h"

static SatchelDecimal
number (const char *text)
{
  SatchelDecimal result;
  g_assert_true (satchel_decimal_parse (text, &result, NULL));
  return result;
}

static void
assert_number (SatchelDecimal got, const char *expected)
{
  g_autofree char *text = satchel_decimal_to_text (got);
  g_assert_cmpstr (text, ==, expected);
}

/* quantity, unit price, volume %, discount %, discount, tax %, digits → base, discount, amount, tax, total */
static const struct {
  const char *quantity, *price, *volume, *percent, *amount, *tax;
  guint digits;
  const char *expected[5];
} lines[] = {
  { "1", "100", "0", "0", "0", "0", 2, { "100", "0", "100", "0", "100" } },
  { "3", "19.99", "0", "0", "0", "19", 2, { "59.97", "0", "59.97", "11.39", "71.36" } },
  { "2", "412000", "5", "2.5", "1000", "19", 2, { "824000", "61770", "762230", "144823.7", "907053.7" } },
  { "0", "99.99", "10", "10", "0", "19", 2, { "0", "0", "0", "0", "0" } },
  { "0", "99.99", "0", "0", "5", "0", 2, { "0", "5", "-5", "0", "-5" } },
  /* a return is the same with the other sign */
  { "-3", "19.99", "0", "10", "0", "19", 2, { "-59.97", "-6", "-53.97", "-10.25", "-64.22" } },
  { "3", "19.99", "0", "10", "0", "19", 2, { "59.97", "6", "53.97", "10.25", "64.22" } },
  /* halves go away from zero, each product once */
  { "1", "0.005", "0", "0", "0", "0", 2, { "0.01", "0", "0.01", "0", "0.01" } },
  { "-1", "0.005", "0", "0", "0", "0", 2, { "-0.01", "0", "-0.01", "0", "-0.01" } },
  { "1", "0.0049", "0", "0", "0", "0", 2, { "0", "0", "0", "0", "0" } },
  { "1", "1.25", "50", "50", "0", "10", 2, { "1.25", "0.94", "0.31", "0.03", "0.34" } },
  /* quantities of four digits, prices of four */
  { "0.3333", "0.3333", "0", "0", "0", "0", 4, { "0.1111", "0", "0.1111", "0", "0.1111" } },
  { "1234.5678",
    "9.9999",
    "0",
    "0",
    "0",
    "8.125",
    2,
    { "12345.55", "0", "12345.55", "1003.08", "13348.63" } },
  /* yen and dinars */
  { "3", "33.5", "0", "0", "0.5", "10", 0, { "101", "1", "100", "10", "110" } },
  { "7", "1.2345", "0", "33.33", "0", "5", 3, { "8.642", "2.88", "5.762", "0.288", "6.05" } },
  /* a million millions */
  { "1",
    "1000000000000",
    "0",
    "12.5",
    "0",
    "19",
    2,
    { "1000000000000", "125000000000", "875000000000", "166250000000", "1041250000000" } },
  { "9999.9999",
    "1000000000",
    "0",
    "0",
    "0",
    "0",
    4,
    { "9999999900000", "0", "9999999900000", "0", "9999999900000" } },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    const SatchelPricingLine line = { number (lines[i].quantity),
                                      number (lines[i].price),
                                      number (lines[i].volume),
                                      number (lines[i].percent),
                                      number (lines[i].amount),
                                      number (lines[i].tax),
                                      lines[i].digits };
    SatchelPricedLine priced;
    g_autoptr (GError) error = NULL;
    g_test_message ("line %u", i);
    g_assert_true (satchel_pricing_line (&line, &priced, &error));
    g_assert_no_error (error);
    assert_number (priced.base, lines[i].expected[0]);
    assert_number (priced.discount, lines[i].expected[1]);
    assert_number (priced.amount, lines[i].expected[2]);
    assert_number (priced.tax, lines[i].expected[3]);
    assert_number (priced.total, lines[i].expected[4]);
  }
}

/* base, discounts of the lines, tax, discount %, discount, freight, rate, digits → subtotal, discount, total,
 * own */
static const struct {
  const char *base, *discount, *tax, *percent, *amount, *freight, *rate;
  guint digits;
  const char *expected[4];
} heads[] = {
  { "0", "0", "0", "0", "0", "0", "1", 2, { "0", "0", "0", "0" } },
  { "1000", "100", "171", "0", "0", "25.5", "1", 2, { "900", "0", "1096.5", "1096.5" } },
  { "1000", "100", "171", "3", "10", "0", "4.9763", 2, { "900", "37", "1034", "5145.49" } },
  { "100", "0", "0", "33.33", "0", "0", "0.0062", 0, { "100", "33", "67", "0.42" } },
  { "-50", "0", "-9.5", "10", "0", "0", "1", 2, { "-50", "-5", "-54.5", "-54.5" } },
  { "1000000000000",
    "0",
    "190000000000",
    "1",
    "0",
    "0.005",
    "1",
    2,
    { "1000000000000", "10000000000", "1180000000000.01", "1180000000000.01" } },
};

static void
test_heads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++) {
    const SatchelPricingHead head = { number (heads[i].base),   number (heads[i].discount),
                                      number (heads[i].tax),    number (heads[i].percent),
                                      number (heads[i].amount), number (heads[i].freight),
                                      number (heads[i].rate),   heads[i].digits };
    SatchelPricedHead priced;
    g_test_message ("head %u", i);
    g_assert_true (satchel_pricing_head (&head, &priced, NULL));
    assert_number (priced.subtotal, heads[i].expected[0]);
    assert_number (priced.discount, heads[i].expected[1]);
    assert_number (priced.total, heads[i].expected[2]);
    assert_number (priced.base_total, heads[i].expected[3]);
  }
}

/* What has no room is an error, never another number. */
static void
test_overflow (void)
{
  SatchelPricingLine line = {
    number ("1000000"), number ("1000000000000000"), number ("0"), number ("0"), number ("0"), number ("0"), 2
  };
  SatchelPricedLine priced;
  g_autoptr (GError) error = NULL;
  g_assert_false (satchel_pricing_line (&line, &priced, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);

  /* The largest that a number can be, times one, is itself. */
  line.quantity = number ("1.0000");
  line.unit_price = number ("9999999999999999.99");
  g_assert_true (satchel_pricing_line (&line, &priced, NULL));
  assert_number (priced.total, "9999999999999999.99");

  SatchelDecimal result;
  g_clear_error (&error);
  g_assert_false (
      satchel_pricing_convert (number ("9999999999999999.99"), number ("1.000000001"), &result, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
}

/* Random lines: the parts add up exactly, nothing has more digits than the currency, and the other sign gives
 * the other figures. */
static void
test_parts (void)
{
  for (guint i = 0; i < 20000; i++) {
    const guint digits = (guint)g_test_rand_int_range (0, 5);
    SatchelPricingLine line = { { g_test_rand_int_range (-1000000, 1000000), 4 },
                                { g_test_rand_int_range (0, 1000000000), 4 },
                                { g_test_rand_int_range (0, 10001), 2 },
                                { g_test_rand_int_range (0, 10001), 2 },
                                { 0, 0 },
                                { g_test_rand_int_range (0, 100001), 3 },
                                digits };
    SatchelPricedLine priced, other;
    SatchelDecimal sum, rounded;
    g_assert_true (satchel_pricing_line (&line, &priced, NULL));
    g_assert_true (satchel_decimal_add (priced.amount, priced.discount, &sum, NULL));
    g_assert_cmpint (satchel_decimal_compare (sum, priced.base), ==, 0);
    g_assert_true (satchel_decimal_add (priced.amount, priced.tax, &sum, NULL));
    g_assert_cmpint (satchel_decimal_compare (sum, priced.total), ==, 0);
    g_assert_true (satchel_decimal_round (priced.total, digits, SATCHEL_ROUND_DOWN, &rounded, NULL));
    g_assert_cmpint (satchel_decimal_compare (rounded, priced.total), ==, 0);
    line.quantity.coefficient = -line.quantity.coefficient;
    g_assert_true (satchel_pricing_line (&line, &other, NULL));
    other.total.coefficient = -other.total.coefficient;
    g_assert_cmpint (satchel_decimal_compare (other.total, priced.total), ==, 0);
  }
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/pricing/lines", test_lines);
  g_test_add_func ("/protocol/pricing/heads", test_heads);
  g_test_add_func ("/protocol/pricing/overflow", test_overflow);
  g_test_add_func ("/protocol/pricing/parts", test_parts);
  return g_test_run ();
}
