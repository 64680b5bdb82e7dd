/* Strict heads, see the header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/head.h"

#include <string.h>

#define MOST_LENGTH_DIGITS 18 /* of a Content-Length: fits 64 bits */

typedef struct {
  const char *text; /* not NUL-terminated, without CR and LF */
  gsize length;
} Line;

typedef struct {
  gboolean host, length, coding;
} Seen;

gsize
satchel_head_count_blank (const guint8 *bytes, gsize length)
{
  gsize blank = 0;

  while (blank < length && (bytes[blank] == '\r' || bytes[blank] == '\n'))
    blank++;
  return blank;
}

/* RFC 9110, 5.6.2 */
static gboolean
is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || strchr ("!#$%&'*+-.^_`|~", text[i]) == NULL))
      return FALSE;
  return length > 0;
}

/* METHOD SP /target SP HTTP/1.x */
static gboolean
is_request_line (Line line)
{
  const char *end = line.text + line.length;
  const char *first = memchr (line.text, ' ', line.length);
  const char *second = first != NULL ? memchr (first + 1, ' ', end - first - 1) : NULL;

  if (second == NULL || first[1] != '/' || !is_token (line.text, first - line.text))
    return FALSE;
  for (const char *at = first + 1; at < second; at++)
    if (!g_ascii_isgraph (*at))
      return FALSE;
  return end - second == strlen (" HTTP/1.1") && memcmp (second, " HTTP/1.", strlen (" HTTP/1.")) == 0 &&
         (end[-1] == '0' || end[-1] == '1');
}

static gboolean
is_named (Line name, const char *expected)
{
  return name.length == strlen (expected) && g_ascii_strncasecmp (name.text, expected, name.length) == 0;
}

/* FALSE when it was there before. */
static gboolean
is_first (gboolean *seen)
{
  gboolean first = !*seen;

  *seen = TRUE;
  return first;
}

static gboolean
is_length (Line value)
{
  for (gsize i = 0; i < value.length; i++)
    if (!g_ascii_isdigit (value.text[i]))
      return FALSE;
  return value.length > 0 && value.length <= MOST_LENGTH_DIGITS;
}

static gboolean
is_field (Line line, Seen *seen)
{
  const char *colon = memchr (line.text, ':', line.length);
  if (colon == NULL || !is_token (line.text, colon - line.text))
    return FALSE;

  Line name = { line.text, colon - line.text };
  Line value = { colon + 1, line.length - name.length - 1 };
  while (value.length > 0 && (value.text[0] == ' ' || value.text[0] == '\t'))
    value = (Line){ value.text + 1, value.length - 1 };
  while (value.length > 0 && strchr (" \t", value.text[value.length - 1]) != NULL)
    value.length--;

  if (is_named (name, "Host"))
    return is_first (&seen->host);
  if (is_named (name, "Content-Length"))
    return is_first (&seen->length) && is_length (value);
  if (is_named (name, "Transfer-Encoding"))
    return is_first (&seen->coding) && is_named (value, "chunked");
  return TRUE;
}

/* The line at *at, which moves behind it. FALSE for a CR that ends nothing. */
static gboolean
next_line (const char **at, const char *end, Line *line)
{
  const char *feed = memchr (*at, '\n', end - *at);

  *line = (Line){ *at, feed - *at };
  if (line->length > 0 && line->text[line->length - 1] == '\r')
    line->length--;
  *at = feed + 1;
  return memchr (line->text, '\r', line->length) == NULL;
}

static gboolean
is_well_formed (const char *bytes, gsize size)
{
  const char *at = bytes, *end = bytes + size;
  Seen seen = { 0 };
  Line line;

  if (!next_line (&at, end, &line) || !is_request_line (line))
    return FALSE;
  while (at < end) {
    if (!next_line (&at, end, &line))
      return FALSE;
    if (line.length > 0 && !is_field (line, &seen))
      return FALSE;
  }
  return !(seen.length && seen.coding);
}

SatchelHead
satchel_head_find (const guint8 *bytes, gsize length, gsize *size)
{
  for (gsize i = 0; i < length; i++) {
    if (bytes[i] == 0x7f || (bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t'))
      return SATCHEL_HEAD_MALFORMED;
    if (bytes[i] != '\n')
      continue;
    gsize next = i + 1;
    if (next < length && bytes[next] == '\r')
      next++;
    if (next < length && bytes[next] == '\n') {
      *size = next + 1;
      return is_well_formed ((const char *)bytes, *size) ? SATCHEL_HEAD_COMPLETE : SATCHEL_HEAD_MALFORMED;
    }
  }
  return SATCHEL_HEAD_PARTIAL;
}
