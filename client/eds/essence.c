/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/essence.h"

#include <string.h>

/* Calendars and address books write these anew with every change, their own and ours; or they are of the
 * wrapping. */
static gboolean
is_volatile (const char *line)
{
  static const char *const names[] = { "REV",    "LAST-MODIFIED", "DTSTAMP", "CREATED",
                                       "PRODID", "VERSION",       "METHOD",  "CALSCALE" };
  const gsize length = strcspn (line, ":;");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strlen (names[i]) == length && g_ascii_strncasecmp (line, names[i], length) == 0)
      return TRUE;
  }
  return length == 0;
}

/* A line that begins with a space goes on with the one before (RFC 5545, 3.1; RFC 2426, 2.6). */
static GString *
unfold (const char *text)
{
  GString *plain = g_string_sized_new (strlen (text));

  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\r')
      continue;
    if (*c == '\n' && (c[1] == ' ' || c[1] == '\t'))
      c++;
    else
      g_string_append_c (plain, *c);
  }
  return plain;
}

char *
satchel_essence (const char *text)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GString) plain = unfold (text);
  gboolean in_zone = FALSE;

  for (char *line = plain->str, *next; line != NULL; line = next) {
    char *end = strchr (line, '\n');

    next = end != NULL ? end + 1 : NULL;
    if (end != NULL)
      *end = '\0';
    in_zone |= g_ascii_strcasecmp (line, "BEGIN:VTIMEZONE") == 0;
    if (!in_zone && !is_volatile (line))
      g_checksum_update (sum, (const guchar *)line, (gssize)strlen (line) + 1);
    in_zone &= g_ascii_strcasecmp (line, "END:VTIMEZONE") != 0;
  }
  return g_strdup (g_checksum_get_string (sum));
}
