/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/integer.h"

gboolean
satchel_integer_parse (const char *text, gint64 least, gint64 most, gint64 *number)
{
  const gboolean negative = *text == '-';
  const char *at = text + negative;
  gint64 sum = 0; /* at or below 0: there is one number more below than above */

  if (*at == '\0')
    return FALSE;
  for (; *at != '\0'; at++) {
    if (!g_ascii_isdigit (*at) || __builtin_mul_overflow (sum, 10, &sum) ||
        __builtin_sub_overflow (sum, *at - '0', &sum))
      return FALSE;
  }
  if (!negative && __builtin_sub_overflow (0, sum, &sum))
    return FALSE;
  if (sum < least || sum > most)
    return FALSE;
  *number = sum;
  return TRUE;
}
