/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/essence.h"

#include <string.h>

/* Calendars and address books write these anew with every change, their own and ours; or they are of the
 * wrapping. The uid is what an item is found by: libebook puts it here and there. */
static gboolean
is_volatile (const char *line)
{
  static const char *const names[] = { "REV",     "LAST-MODIFIED", "DTSTAMP",  "CREATED", "PRODID",
                                       "VERSION", "METHOD",        "CALSCALE", "UID" };
  const gsize length = strcspn (line, ":;");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strlen (names[i]) == length && g_ascii_strncasecmp (line, names[i], length) == 0)
      return TRUE;
  }
  return length == 0;
}

/* Where the next of @stops outside of quotes is, or the end. */
static char *
find_outside_quotes (char *text, const char *stops)
{
  gboolean quoted = FALSE;

  for (; *text != '\0' && (quoted || strchr (stops, *text) == NULL); text++)
    quoted ^= *text == '"';
  return text;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Parameters have no order, and libebook gives them another one each time; the numbers that EDS makes of
 * phone numbers are its own. */
static void
add_line (GChecksum *sum, char *line)
{
  g_autoptr (GPtrArray) parameters = g_ptr_array_new ();
  char *end = find_outside_quotes (line, ";:"), *value = end;

  while (*value == ';') {
    char *parameter = value + 1;

    value = find_outside_quotes (parameter, ";:");
    if (!g_str_has_prefix (parameter, "X-EVOLUTION-E164="))
      g_ptr_array_add (parameters, parameter);
  }
  g_ptr_array_sort (parameters, compare);
  g_checksum_update (sum, (const guchar *)line, end - line);
  for (guint i = 0; i < parameters->len; i++) {
    char *parameter = parameters->pdata[i];

    g_checksum_update (sum, (const guchar *)";", 1);
    g_checksum_update (sum, (const guchar *)parameter, find_outside_quotes (parameter, ";:") - parameter);
  }
  g_checksum_update (sum, (const guchar *)value, (gssize)strlen (value) + 1);
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
      add_line (sum, line);
    in_zone &= g_ascii_strcasecmp (line, "END:VTIMEZONE") != 0;
  }
  return g_strdup (g_checksum_get_string (sum));
}
