/* Exact decimal numbers: money, quantities, percentages, rates. Never a binary float.
 *
 * A decimal is coefficient × 10^-scale in 64 bits, scale 0…SATCHEL_MAX_DECIMAL_SCALE; intermediate results use 128
 * bits. A field fixes the scale at which its values are kept, so that a database compares and sums them as integers.
 * The text form is minimal: "1200", "1100.04", "-0.5"; no exponent, no grouping, no trailing zeros.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gint64 coefficient;
  guint scale;
} SatchelDecimal;

typedef enum {
  SATCHEL_ROUND_HALF_UP,   /* away from zero at one half: what invoices use */
  SATCHEL_ROUND_HALF_EVEN, /* banker's */
  SATCHEL_ROUND_DOWN,      /* towards zero */
} SatchelRounding;

/* Parses "[-+]digits[.digits]". Errors: SATCHEL_ERROR_INVALID (form), SATCHEL_ERROR_TOO_LARGE (more than 18 digits
 * or more decimals than SATCHEL_MAX_DECIMAL_SCALE). */
gboolean satchel_decimal_parse (const char *text, SatchelDecimal *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char    *satchel_decimal_to_text (SatchelDecimal value);

/* Changes the scale exactly; INVALID when digits would be lost, TOO_LARGE on overflow. */
gboolean satchel_decimal_rescale (SatchelDecimal value, guint scale, SatchelDecimal *result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_decimal_round (SatchelDecimal value, guint scale, SatchelRounding rounding, SatchelDecimal *result,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

int satchel_decimal_compare (SatchelDecimal a, SatchelDecimal b); /* by value: 1.0 equals 1.00 */

/* Exact; TOO_LARGE when the result does not fit. A product's scale beyond the maximum is rounded half up. */
gboolean satchel_decimal_add (SatchelDecimal a, SatchelDecimal b, SatchelDecimal *result,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_decimal_subtract (SatchelDecimal a, SatchelDecimal b, SatchelDecimal *result,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_decimal_multiply (SatchelDecimal a, SatchelDecimal b, SatchelDecimal *result,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The product at @scale digits, rounded once from the exact one. */
gboolean satchel_decimal_multiply_rounded (SatchelDecimal a, SatchelDecimal b, guint scale, SatchelRounding rounding,
                                           SatchelDecimal *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Divides to @scale digits with @rounding; RULE when @b is zero. */
gboolean satchel_decimal_divide (SatchelDecimal a, SatchelDecimal b, guint scale, SatchelRounding rounding,
                                 SatchelDecimal *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
