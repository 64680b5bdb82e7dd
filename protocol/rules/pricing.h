/* What a line costs, and what a quote, order or invoice costs. Exact: decimals at the digits of the currency, products in
 * 128 bits, never a binary float. Pure numbers; rules/amounts.h ties them to records.
 *
 *   base     = quantity × unit price
 *   discount = base × volume % + (base − that) × discount % + discount amount
 *   amount   = base − discount                                  tax = amount × tax %
 *   total    = amount + tax
 *
 *   subtotal = Σ base − Σ discount of the lines
 *   discount = subtotal × discount % + discount amount          of the whole
 *   total    = subtotal − discount + Σ tax of the lines + freight
 *   base total = total × rate
 *
 * Rounding: every product above is rounded once, half away from zero, to the digits of the currency; amounts that were entered
 * likewise. Sums are exact. So the total is what an addition of the printed figures gives. The tax is that of the lines:
 * a discount of the whole is given on what is to be paid and does not alter it. A negative quantity is a return.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/decimal.h"

G_BEGIN_DECLS

#define SATCHEL_PRICING_DIGITS      2 /* of a currency that is not known */
#define SATCHEL_PRICING_MOST_DIGITS 4 /* at which fields keep amounts */

typedef struct {
  SatchelDecimal quantity, unit_price;
  SatchelDecimal volume_percent, discount_percent, discount_amount;
  SatchelDecimal tax_percent;
  guint digits; /* of the currency */
} SatchelPricingLine;

typedef struct {
  SatchelDecimal base, discount, amount, tax, total;
} SatchelPricedLine;

typedef struct {
  SatchelDecimal lines_base, lines_discount, lines_tax;
  SatchelDecimal discount_percent, discount_amount, freight;
  SatchelDecimal rate; /* one unit of the currency in the organisation's own */
  guint digits;
} SatchelPricingHead;

typedef struct {
  SatchelDecimal subtotal, discount, total, base_total; /* base_total at SATCHEL_PRICING_DIGITS */
} SatchelPricedHead;

/* Zeros are zeros of any scale. TOO_LARGE when an amount has no room. */
gboolean satchel_pricing_line (const SatchelPricingLine *line, SatchelPricedLine *priced,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_pricing_head (const SatchelPricingHead *head, SatchelPricedHead *priced,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @amount at @rate, rounded to SATCHEL_PRICING_DIGITS. */
gboolean satchel_pricing_convert (SatchelDecimal amount, SatchelDecimal rate, SatchelDecimal *result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
