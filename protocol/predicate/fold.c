/* Case folding for contains, starts with and ends with: one simple lower-case mapping a character, so that
 * SQLite (through satchel_fold), PostgreSQL (lower() in the C.utf8 collation) and memory give the same
 * answer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/predicate.h"

/* GLib lowers letters only; Unicode and PostgreSQL lower Roman numerals and circled letters as well. */
static gunichar
lower (gunichar character)
{
  if (character >= 0x2160 && character <= 0x216f)
    return character + 0x10;
  if (character >= 0x24b6 && character <= 0x24cf)
    return character + 0x1a;
  return g_unichar_tolower (character);
}

char *
satchel_fold (const char *text)
{
  gsize length = strlen (text);
  GString *folded = g_string_sized_new (length + 1);

  for (const char *at = text; *at != '\0';) {
    if ((guchar)*at < 0x80) {
      g_string_append_c (folded, g_ascii_tolower (*at));
      at++;
      continue;
    }
    g_string_append_unichar (folded, lower (g_utf8_get_char (at)));
    at = g_utf8_next_char (at);
  }
  return g_string_free (folded, FALSE);
}
