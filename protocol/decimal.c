/* Exact decimals in 64 bits with 128-bit intermediates. Every result keeps to 18 digits, so that it has a
 * text form which parses again and can be negated.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/decimal.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#define MAX_DIGITS 18

typedef __int128 Wide;

static const gint64 powers[MAX_DIGITS + 1] = {
  1,
  10,
  100,
  1000,
  10000,
  100000,
  1000000,
  10000000,
  100000000,
  1000000000,
  10000000000,
  100000000000,
  1000000000000,
  10000000000000,
  100000000000000,
  1000000000000000,
  10000000000000000,
  100000000000000000,
  1000000000000000000,
};

static gboolean
set_too_large (GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
               "the number has more than %d digits, or more than %d after the point", MAX_DIGITS,
               SATCHEL_MAX_DECIMAL_SCALE);
  return FALSE;
}

static gboolean
has_room (Wide coefficient)
{
  return coefficient > -(Wide)powers[MAX_DIGITS] && coefficient < (Wide)powers[MAX_DIGITS];
}

/* Gives up trailing zeros where that makes the result fit. */
static gboolean
finish (Wide coefficient, guint scale, SatchelDecimal *result, GError **error)
{
  while (!has_room (coefficient) && scale > 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    scale--;
  }
  if (!has_room (coefficient))
    return set_too_large (error);

  result->coefficient = coefficient;
  result->scale = scale;
  return TRUE;
}

static Wide
divide_rounded (Wide numerator, Wide denominator, SatchelRounding rounding)
{
  Wide quotient = numerator / denominator;
  Wide rest = numerator % denominator;
  Wide twice = 2 * (rest < 0 ? -rest : rest);
  Wide whole = denominator < 0 ? -denominator : denominator;
  int sign = (numerator < 0) == (denominator < 0) ? 1 : -1;
  gboolean away;

  switch (rounding) {
  case SATCHEL_ROUND_HALF_UP:
    away = twice >= whole;
    break;
  case SATCHEL_ROUND_HALF_EVEN:
    away = twice > whole || (twice == whole && quotient % 2 != 0);
    break;
  case SATCHEL_ROUND_DOWN:
    away = FALSE;
    break;
  default:
    g_assert_not_reached ();
  }
  return away ? quotient + sign : quotient;
}

/* The coefficient of @value at a larger or equal scale: 18 + 9 digits at most. */
static Wide
widen (SatchelDecimal value, guint scale)
{
  g_assert (value.scale <= scale && scale <= SATCHEL_MAX_DECIMAL_SCALE);
  return (Wide)value.coefficient * powers[scale - value.scale];
}

gboolean
satchel_decimal_parse (const char *text, SatchelDecimal *result, GError **error)
{
  const char *at = text;
  gboolean negative = *at == '-';
  guint n_whole = 0, n_fraction = 0;
  gint64 coefficient = 0;
  gboolean too_large = FALSE;

  if (*at == '-' || *at == '+')
    at++;
  for (; g_ascii_isdigit (*at); at++, n_whole++) {
    too_large |= coefficient >= powers[MAX_DIGITS - 1];
    coefficient = too_large ? 0 : coefficient * 10 + (*at - '0');
  }
  if (*at == '.') {
    for (at++; g_ascii_isdigit (*at); at++, n_fraction++) {
      too_large |= coefficient >= powers[MAX_DIGITS - 1];
      coefficient = too_large ? 0 : coefficient * 10 + (*at - '0');
    }
    if (n_fraction == 0)
      n_whole = 0; /* "1." is no number */
  }

  if (n_whole == 0 || *at != '\0') {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "it is not a decimal number");
    return FALSE;
  }
  if (too_large || n_fraction > SATCHEL_MAX_DECIMAL_SCALE)
    return set_too_large (error);

  result->coefficient = negative ? -coefficient : coefficient;
  result->scale = n_fraction;
  return TRUE;
}

char *
satchel_decimal_to_text (SatchelDecimal value)
{
  gint64 whole, fraction;
  char digits[SATCHEL_MAX_DECIMAL_SCALE + 1];

  g_assert (value.scale <= SATCHEL_MAX_DECIMAL_SCALE);
  while (value.scale > 0 && value.coefficient % 10 == 0) {
    value.coefficient /= 10;
    value.scale--;
  }
  if (value.scale == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT, value.coefficient);

  whole = value.coefficient / powers[value.scale];
  fraction = ABS (value.coefficient % powers[value.scale]);
  digits[value.scale] = '\0';
  for (guint i = value.scale; i > 0; i--, fraction /= 10)
    digits[i - 1] = '0' + fraction % 10;
  return g_strdup_printf ("%s%" G_GINT64_FORMAT ".%s", value.coefficient < 0 && whole == 0 ? "-" : "", whole,
                          digits);
}

gboolean
satchel_decimal_rescale (SatchelDecimal value, guint scale, SatchelDecimal *result, GError **error)
{
  if (scale < value.scale && value.coefficient % powers[value.scale - scale] != 0) {
    g_autofree char *text = satchel_decimal_to_text (value);

    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "“%s” has more than %u digits after the point",
                 text, scale);
    return FALSE;
  }
  return satchel_decimal_round (value, scale, SATCHEL_ROUND_DOWN, result, error);
}

gboolean
satchel_decimal_round (SatchelDecimal value, guint scale, SatchelRounding rounding, SatchelDecimal *result,
                       GError **error)
{
  Wide coefficient;

  g_assert (value.scale <= SATCHEL_MAX_DECIMAL_SCALE && scale <= SATCHEL_MAX_DECIMAL_SCALE);
  if (scale < value.scale)
    coefficient = divide_rounded (value.coefficient, powers[value.scale - scale], rounding);
  else
    coefficient = widen (value, scale);
  if (!has_room (coefficient))
    return set_too_large (error);

  result->coefficient = coefficient;
  result->scale = scale;
  return TRUE;
}

int
satchel_decimal_compare (SatchelDecimal a, SatchelDecimal b)
{
  guint scale = MAX (a.scale, b.scale);
  Wide left = widen (a, scale), right = widen (b, scale);

  return (left > right) - (left < right);
}

gboolean
satchel_decimal_add (SatchelDecimal a, SatchelDecimal b, SatchelDecimal *result, GError **error)
{
  guint scale = MAX (a.scale, b.scale);

  return finish (widen (a, scale) + widen (b, scale), scale, result, error);
}

gboolean
satchel_decimal_subtract (SatchelDecimal a, SatchelDecimal b, SatchelDecimal *result, GError **error)
{
  guint scale = MAX (a.scale, b.scale);

  return finish (widen (a, scale) - widen (b, scale), scale, result, error);
}

gboolean
satchel_decimal_multiply (SatchelDecimal a, SatchelDecimal b, SatchelDecimal *result, GError **error)
{
  Wide product = (Wide)a.coefficient * b.coefficient;
  guint scale = a.scale + b.scale;

  if (scale > SATCHEL_MAX_DECIMAL_SCALE) {
    product = divide_rounded (product, powers[scale - SATCHEL_MAX_DECIMAL_SCALE], SATCHEL_ROUND_HALF_UP);
    scale = SATCHEL_MAX_DECIMAL_SCALE;
  }
  return finish (product, scale, result, error);
}

gboolean
satchel_decimal_multiply_rounded (SatchelDecimal a, SatchelDecimal b, guint scale, SatchelRounding rounding,
                                  SatchelDecimal *result, GError **error)
{
  Wide product = (Wide)a.coefficient * b.coefficient;
  guint exact = a.scale + b.scale;

  g_assert (scale <= SATCHEL_MAX_DECIMAL_SCALE);
  if (exact > scale)
    return finish (divide_rounded (product, powers[exact - scale], rounding), scale, result, error);
  return finish (product, exact, result, error) &&
         satchel_decimal_round (*result, scale, rounding, result, error);
}

gboolean
satchel_decimal_divide (SatchelDecimal a, SatchelDecimal b, guint scale, SatchelRounding rounding,
                        SatchelDecimal *result, GError **error)
{
  Wide numerator = a.coefficient, denominator = b.coefficient;

  g_assert (scale <= SATCHEL_MAX_DECIMAL_SCALE);
  if (b.coefficient == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "division by zero");
    return FALSE;
  }
  if (scale + b.scale >= a.scale)
    numerator *= powers[scale + b.scale - a.scale];
  else
    denominator *= powers[a.scale - b.scale - scale];
  return finish (divide_rounded (numerator, denominator, rounding), scale, result, error);
}
