/* Strict JSON strings and integers, in place. The loop over plain characters decides how fast a first sync
 * is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/scan.h"

#include <string.h>

#define EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* Skips characters that stand for themselves, eight at a time: no quote, no backslash, no control character.
 */
static char *
skip_plain (char *at, const char *end)
{
  while (end - at >= 8) {
    guint64 word, quote, backslash, stop;

    memcpy (&word, at, 8);
    word = GUINT64_FROM_LE (word);
    /* The high bit of a byte is set where it is zero, or below the bound (and was below 0x80). */
    quote = word ^ EACH ('"');
    backslash = word ^ EACH ('\\');
    stop = ((quote - EACH (1)) & ~quote) | ((backslash - EACH (1)) & ~backslash) |
           ((word - EACH (0x20)) & ~word);
    stop &= EACH (0x80);
    if (stop != 0) /* borrows only ever mark bytes above the first one that counts */
      return at + __builtin_ctzll (stop) / 8;
    at += 8;
  }
  while (at < end && *at != '"' && *at != '\\' && (guchar)*at >= 0x20)
    at++;
  return at;
}

static gboolean
take_hex (char **at, const char *end, gunichar *unit)
{
  if (end - *at < 4)
    return FALSE;
  *unit = 0;
  for (guint i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value ((*at)[i]);

    if (digit < 0)
      return FALSE;
    *unit = *unit << 4 | digit;
  }
  *at += 4;
  return TRUE;
}

/* *at stands behind "\u"; the character, which is never longer than its escape, goes to *out. */
static gboolean
take_unicode (char **at, const char *end, char **out)
{
  gunichar character, low;

  if (!take_hex (at, end, &character) || character == 0 || (character >= 0xdc00 && character <= 0xdfff))
    return FALSE;
  if (character >= 0xd800 && character <= 0xdbff) {
    if (end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u')
      return FALSE;
    *at += 2;
    if (!take_hex (at, end, &low) || low < 0xdc00 || low > 0xdfff)
      return FALSE;
    character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
  }
  *out += g_unichar_to_utf8 (character, *out);
  return TRUE;
}

static gboolean
take_escape (char **at, const char *end, char **out)
{
  static const char names[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
  const char *name;
  char c;

  (*at)++;
  if (*at == end)
    return FALSE;
  c = *(*at)++;
  if (c == 'u')
    return take_unicode (at, end, out);
  name = c != '\0' ? strchr (names, c) : NULL;
  if (name == NULL)
    return FALSE;
  *(*out)++ = characters[name - names];
  return TRUE;
}

gboolean
satchel_scan_string (char **at, const char *end, const char **text, gsize *length)
{
  char *start = *at + 1;
  char *in, *out;

  if (*at == end || **at != '"')
    return FALSE;
  in = out = skip_plain (start, end);
  while (in < end && *in == '\\') {
    char *plain;

    if (!take_escape (&in, end, &out))
      return FALSE;
    plain = in;
    in = skip_plain (in, end);
    memmove (out, plain, in - plain);
    out += in - plain;
  }
  if (in == end || *in != '"')
    return FALSE;

  *out = '\0'; /* at the closing quote, or before it */
  *text = start;
  *length = out - start;
  *at = in + 1;
  return TRUE;
}

gboolean
satchel_scan_integer (char **at, const char *end, gint64 *number)
{
  char *in = *at;
  gboolean negative = in < end && *in == '-';
  guint64 sum = 0;
  char *digits;

  in += negative;
  digits = in;
  for (; in < end && g_ascii_isdigit (*in); in++) {
    if (in - digits >= 19) /* 10^19 - 1 fits in 64 bits without a sign, and 20 digits are too many anyway */
      return FALSE;
    sum = sum * 10 + (*in - '0');
  }
  if (in == digits || (*digits == '0' && in - digits > 1) || sum > (guint64)G_MAXINT64 + negative)
    return FALSE;

  *number = negative ? (gint64)(0 - sum) : (gint64)sum;
  *at = in;
  return TRUE;
}
