/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/report/number.h"

#include <locale.h>
#include <string.h>

char *
satchel_number_group (const char *digits)
{
  const struct lconv *locale = localeconv ();
  const char *start = *digits == '-' ? digits + 1 : digits, *point = strchr (start, '.');
  gsize n_whole = point != NULL ? (gsize)(point - start) : strlen (start);
  GString *text = g_string_new (*digits == '-' ? "\u2212" : NULL);

  for (gsize i = 0; i < n_whole; i++) {
    if (i > 0 && (n_whole - i) % 3 == 0)
      g_string_append (text, locale->thousands_sep);
    g_string_append_c (text, start[i]);
  }
  if (point != NULL)
    g_string_append_printf (text, "%s%s", locale->decimal_point, point + 1);
  return g_string_free (text, FALSE);
}

char *
satchel_number_display (SatchelDecimal value, guint digits)
{
  SatchelDecimal rounded;
  g_autofree char *text = NULL;
  GString *with_point;
  guint64 magnitude;

  /* What has no room for its zeros is shown as it is. */
  if (!satchel_decimal_round (value, digits, SATCHEL_ROUND_HALF_UP, &rounded, NULL))
    rounded = value;
  magnitude = rounded.coefficient < 0 ? -(guint64)rounded.coefficient : (guint64)rounded.coefficient;
  with_point = g_string_new (rounded.coefficient < 0 ? "-" : NULL);
  g_string_append_printf (with_point, "%0*" G_GUINT64_FORMAT, (int)rounded.scale + 1, magnitude);
  if (rounded.scale > 0)
    g_string_insert_c (with_point, (gssize)(with_point->len - rounded.scale), '.');
  text = g_string_free (with_point, FALSE);
  return satchel_number_group (text);
}
