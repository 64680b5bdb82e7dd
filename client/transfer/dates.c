/* A date format, token by token.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/dates.h"

#include <stdio.h>
#include <string.h>

#include "protocol/value.h"

#define PIVOT_YEAR 70

typedef struct {
  char letter; /* d, m, y; or the literal character itself with digits 0 */
  guint digits;
} Token;

/* The next token of *format, which moves on; FALSE at its end. */
static gboolean
next_token (const char **format, Token *token)
{
  const char *at = *format;

  if (*at == '\0')
    return FALSE;
  *token = (Token){ *at, 0 };
  if (strchr ("dmy", *at) != NULL)
    while (at[token->digits] == *at)
      token->digits++;
  *format += MAX (token->digits, 1);
  return TRUE;
}

gboolean
satchel_date_format_is_valid (const char *format)
{
  guint days = 0, months = 0, years = 0;
  gboolean open = FALSE; /* what stands before takes one digit or two: another one may not follow */
  Token token;

  while (next_token (&format, &token)) {
    if (open && (token.digits > 0 || g_ascii_isdigit (token.letter)))
      return FALSE;
    open = token.digits == 1;
    if (token.digits == 0)
      continue;
    if (token.letter == 'y' ? token.digits != 2 && token.digits != 4 : token.digits > 2)
      return FALSE;
    days += token.letter == 'd';
    months += token.letter == 'm';
    years += token.letter == 'y';
  }
  return days == 1 && months == 1 && years == 1;
}

char *
satchel_date_from_format (const char *format, const char *text)
{
  guint day = 0, month = 0, year = 0;
  g_autofree char *iso = NULL;
  gint64 days;
  Token token;

  while (next_token (&format, &token)) {
    guint number = 0, most = token.digits == 1 ? 2 : token.digits, n = 0;

    if (token.digits == 0) {
      if (*text++ != token.letter)
        return NULL;
      continue;
    }
    for (; n < most && g_ascii_isdigit (*text); n++)
      number = number * 10 + (guint)g_ascii_digit_value (*text++);
    if (n < token.digits)
      return NULL;
    if (token.letter == 'd')
      day = number;
    else if (token.letter == 'm')
      month = number;
    else if (token.digits == 4)
      year = number;
    else
      year = number + (number < PIVOT_YEAR ? 2000 : 1900);
  }
  if (*text != '\0')
    return NULL;
  iso = g_strdup_printf ("%04u-%02u-%02u", year, month, day);
  return satchel_date_parse (iso, &days) ? g_steal_pointer (&iso) : NULL;
}

/* A year that two digits would not bring back is written in full. */
static void
append_year (GString *text, guint digits, guint year)
{
  if (digits == 2 && year >= 1900 + PIVOT_YEAR && year < 2000 + PIVOT_YEAR)
    g_string_append_printf (text, "%02u", year % 100);
  else
    g_string_append_printf (text, "%04u", year);
}

char *
satchel_date_to_format (const char *format, const char *iso)
{
  GString *text = g_string_new (NULL);
  guint day = 0, month = 0, year = 0;
  Token token;

  g_return_val_if_fail (sscanf (iso, "%4u-%2u-%2u", &year, &month, &day) == 3, NULL);
  while (next_token (&format, &token)) {
    if (token.digits == 0)
      g_string_append_c (text, token.letter);
    else if (token.letter == 'y')
      append_year (text, token.digits, year);
    else
      g_string_append_printf (text, "%0*u", (int)token.digits, token.letter == 'd' ? day : month);
  }
  return g_string_free (text, FALSE);
}
