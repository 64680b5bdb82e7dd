/* The arithmetic of prices.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/pricing.h"

static const SatchelDecimal HUNDREDTH = { 1, 2 };

static gboolean
multiply (SatchelDecimal a, SatchelDecimal b, guint digits, SatchelDecimal *result, GError **error)
{
  return satchel_decimal_multiply_rounded (a, b, digits, SATCHEL_ROUND_HALF_UP, result, error);
}

/* @percent of @amount. The percentage becomes a factor exactly: it has at most seven digits after the point.
 */
static gboolean
take_percent (SatchelDecimal amount, SatchelDecimal percent, guint digits, SatchelDecimal *result,
              GError **error)
{
  SatchelDecimal factor;
  return satchel_decimal_multiply (percent, HUNDREDTH, &factor, error) &&
         multiply (amount, factor, digits, result, error);
}

static gboolean
enter (SatchelDecimal amount, guint digits, SatchelDecimal *result, GError **error)
{
  return satchel_decimal_round (amount, digits, SATCHEL_ROUND_HALF_UP, result, error);
}

gboolean
satchel_pricing_line (const SatchelPricingLine *line, SatchelPricedLine *priced, GError **error)
{
  guint digits = line->digits;
  SatchelDecimal volume, rest, percent, amount, discount;
  return multiply (line->quantity, line->unit_price, digits, &priced->base, error) &&
         take_percent (priced->base, line->volume_percent, digits, &volume, error) &&
         satchel_decimal_subtract (priced->base, volume, &rest, error) &&
         take_percent (rest, line->discount_percent, digits, &percent, error) &&
         enter (line->discount_amount, digits, &amount, error) &&
         satchel_decimal_add (volume, percent, &discount, error) &&
         satchel_decimal_add (discount, amount, &priced->discount, error) &&
         satchel_decimal_subtract (priced->base, priced->discount, &priced->amount, error) &&
         take_percent (priced->amount, line->tax_percent, digits, &priced->tax, error) &&
         satchel_decimal_add (priced->amount, priced->tax, &priced->total, error);
}

gboolean
satchel_pricing_head (const SatchelPricingHead *head, SatchelPricedHead *priced, GError **error)
{
  guint digits = head->digits;
  SatchelDecimal percent, amount, freight, rest, taxed;
  return satchel_decimal_subtract (head->lines_base, head->lines_discount, &priced->subtotal, error) &&
         take_percent (priced->subtotal, head->discount_percent, digits, &percent, error) &&
         enter (head->discount_amount, digits, &amount, error) &&
         enter (head->freight, digits, &freight, error) &&
         satchel_decimal_add (percent, amount, &priced->discount, error) &&
         satchel_decimal_subtract (priced->subtotal, priced->discount, &rest, error) &&
         satchel_decimal_add (rest, head->lines_tax, &taxed, error) &&
         satchel_decimal_add (taxed, freight, &priced->total, error) &&
         satchel_pricing_convert (priced->total, head->rate, &priced->base_total, error);
}

gboolean
satchel_pricing_convert (SatchelDecimal amount, SatchelDecimal rate, SatchelDecimal *result, GError **error)
{
  return multiply (amount, rate, SATCHEL_PRICING_DIGITS, result, error);
}
