/* Bytes of any charset, and of none, as text that is safe to keep.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/message-private.h"

#include <errno.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Senders say Latin-1 and mean what Windows makes of it; nothing is lost by that, for the rest is equal. */
static const char *
find_charset (const char *said)
{
  static const char *const latin[] = { "iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii", NULL };
  g_autofree char *name = NULL;

  if (said == NULL || *said == '\0')
    return "windows-1252";
  name = g_ascii_strdown (said, -1);
  return g_strv_contains (latin, name) ? "windows-1252" : camel_iconv_charset_name (name);
}

/* What cannot be converted is replaced byte by byte. */
static char *
convert (const char *text, gsize length, const char *charset)
{
  GIConv iconv = g_iconv_open ("UTF-8", charset);
  g_autoptr (GString) result = NULL;
  char buffer[4096];
  gsize left = length;
  char *in = (char *)text;

  if (iconv == (GIConv)-1)
    return g_utf8_make_valid (text, (gssize)length);
  result = g_string_sized_new (length + length / 4);
  while (left > 0) {
    char *out = buffer;
    gsize room = sizeof buffer;
    const gsize status = g_iconv (iconv, &in, &left, &out, &room);
    const int problem = status == (gsize)-1 ? errno : 0;

    g_string_append_len (result, buffer, (gssize)(sizeof buffer - room));
    if (problem == EILSEQ || problem == EINVAL) {
      g_string_append (result, REPLACEMENT);
      in++;
      left--;
    } else if (problem != 0 && problem != E2BIG) {
      break;
    }
  }
  g_iconv_close (iconv);
  return g_utf8_make_valid (result->str, (gssize)result->len);
}

/* In place: line ends, and what steers a terminal or a printer. */
static void
clean (char *text)
{
  char *to = text;

  for (const char *from = text, *next; *from != '\0'; from = next) {
    const gunichar character = g_utf8_get_char (from);

    next = g_utf8_next_char (from);
    if (character == '\r') {
      if (*next != '\n')
        *to++ = '\n';
    } else if (character == '\n' || character == '\t' || !g_unichar_iscntrl (character)) {
      memmove (to, from, (gsize)(next - from));
      to += next - from;
    }
  }
  *to = '\0';
}

static gboolean
is_utf7 (const char *charset)
{
  return g_ascii_strcasecmp (charset, "utf-7") == 0 || g_ascii_strcasecmp (charset, "unicode-1-1-utf-7") == 0;
}

char *
satchel_message_decode_text (const char *text, gsize length, const char *charset)
{
  const char *name = find_charset (charset);
  char *result;

  /* Seven bits that are not escapes say the same in nearly every charset; text that is UTF-8 is hardly ever
   * anything else. */
  if (g_utf8_validate_len (text, length, NULL) && !is_utf7 (name) && memchr (text, '\x1b', length) == NULL &&
      memchr (text, '~', length) == NULL)
    result = g_strndup (text, length);
  else if (charset != NULL && g_ascii_strcasecmp (name, "utf-8") == 0)
    result = g_utf8_make_valid (text, (gssize)length);
  else
    result = convert (text, length, name);
  clean (result);
  return result;
}
