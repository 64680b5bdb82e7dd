/* Checks of string formats.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/format.h"

#include <string.h>

#define MAX_EMAIL_BYTES 254
#define MAX_LABEL_BYTES 63

gboolean
satchel_text_is_clean (const char *text, SatchelLines lines)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gboolean layout = *at == '\n' || *at == '\t';

    if (layout ? lines == SATCHEL_LINES_ONE : g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  }
  return TRUE;
}

/* At least two labels of letters (of any script), digits and inner hyphens; a port or path may follow at
 * @end. */
static gboolean
is_domain (const char *text, const char *end)
{
  guint n_labels = 0;

  while (text < end) {
    const char *dot = memchr (text, '.', end - text);
    const char *stop = dot != NULL ? dot : end;

    if (stop == text || stop - text > MAX_LABEL_BYTES || *text == '-' || stop[-1] == '-')
      return FALSE;
    for (; text < stop; text = g_utf8_next_char (text)) {
      gunichar c = g_utf8_get_char (text);

      if (!g_unichar_isalnum (c) && !g_unichar_ismark (c) && c != '-' && c != '_')
        return FALSE;
    }
    n_labels++;
    text = stop + (dot != NULL);
    if (dot != NULL && text == end)
      return FALSE;
  }
  return n_labels >= 2;
}

static gboolean
is_email (const char *text)
{
  const char *at = strchr (text, '@');

  if (at == NULL || at == text || strlen (text) > MAX_EMAIL_BYTES || strpbrk (text, "<>()[],;:\\\"") != NULL)
    return FALSE;
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    if (g_unichar_isspace (g_utf8_get_char (c)))
      return FALSE;
  }
  return is_domain (at + 1, at + strlen (at));
}

/* Numbers as people write them: "+40 (0)264 123-456 ext. 12", "010-85868466", patterns such as "13*01395136".
 */
static gboolean
is_phone (const char *text)
{
  gboolean has_digit = FALSE;

  while (*text != '\0') {
    gsize word = 0;

    while (g_ascii_isalpha (text[word]))
      word++;
    if (word > 0) {
      if (!(word == 1 && g_ascii_strncasecmp (text, "x", 1) == 0) &&
          !(word == 3 && g_ascii_strncasecmp (text, "ext", 3) == 0))
        return FALSE;
      text += word;
    } else {
      if (!g_ascii_isdigit (*text) && strchr ("+ ()-./*#,;", *text) == NULL)
        return FALSE;
      has_digit |= g_ascii_isdigit (*text);
      text++;
    }
  }
  return has_digit;
}

static gboolean
is_url (const char *text)
{
  g_autoptr (GUri) uri = NULL;
  const char *host;
  gsize length;

  if (g_ascii_strncasecmp (text, "mailto:", 7) == 0)
    return is_email (text + 7);

  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    text += 7;
  else if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    text += 8;
  else { /* a bare domain, which no other scheme can be: "javascript:" has no dot before its colon */
    length = strcspn (text, ":/?#");
    if (!is_domain (text, text + length))
      return FALSE;
  }
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    if (g_unichar_isspace (g_utf8_get_char (c)) || strchr ("<>\"\\^`{|}", *c) != NULL)
      return FALSE;
  }

  g_autofree char *whole = g_strconcat ("http://", text, NULL);
  uri = g_uri_parse (whole, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  return host != NULL && host[0] != '\0' && g_uri_get_userinfo (uri) == NULL;
}

/* Only names of the zone database: GLib would also take offsets, rules and paths. */
static gboolean
is_timezone (const char *text)
{
  g_autoptr (GTimeZone) zone = NULL;

  if (g_str_equal (text, "UTC"))
    return TRUE;
  if (!g_ascii_isalpha (text[0]) || strchr (text, '/') == NULL || strstr (text, "..") != NULL)
    return FALSE;
  for (const char *at = text; *at != '\0'; at++) {
    if (!g_ascii_isalnum (*at) && strchr ("/_+-", *at) == NULL)
      return FALSE;
  }
  zone = g_time_zone_new_identifier (text);
  return zone != NULL;
}

gboolean
satchel_format_holds (SatchelFormat format, const char *text)
{
  switch (format) {
  case SATCHEL_FORMAT_EMAIL:
    return is_email (text);
  case SATCHEL_FORMAT_PHONE:
    return is_phone (text);
  case SATCHEL_FORMAT_URL:
    return is_url (text);
  case SATCHEL_FORMAT_TIMEZONE:
    return is_timezone (text);
  default:
    return TRUE;
  }
}

const char *
satchel_format_describe (SatchelFormat format)
{
  switch (format) {
  case SATCHEL_FORMAT_EMAIL:
    return "an e-mail address";
  case SATCHEL_FORMAT_PHONE:
    return "a phone number";
  case SATCHEL_FORMAT_URL:
    return "a web address";
  case SATCHEL_FORMAT_YEAR:
    return "a year";
  case SATCHEL_FORMAT_PERCENT:
    return "a percentage";
  case SATCHEL_FORMAT_TIMEZONE:
    return "a time zone such as Europe/Bucharest";
  default:
    return "a text";
  }
}
