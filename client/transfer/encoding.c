/* Which encoding a file is in, from its mark or, failing that, from what its bytes can be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/encoding.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"

static char *
refuse (GError **error, const char *why)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the file is no readable text: %s"), why);
  return NULL;
}

static char *
convert (const char *bytes, gsize size, const char *charset, GError **error)
{
  gsize length = 0;
  g_autofree char *text = g_convert (bytes, (gssize)size, "UTF-8", charset, NULL, &length, NULL);

  if (text == NULL)
    return refuse (error, "it contains bytes that its encoding does not have");
  if (memchr (text, 0, length) != NULL)
    return refuse (error, "it contains zero bytes");
  return g_steal_pointer (&text);
}

/* Text in western scripts has a zero in every other byte; which one it is tells the byte order. */
static const char *
guess_utf16 (const char *bytes, gsize size)
{
  gsize zeros[2] = { 0, 0 }, looked_at = MIN (size, 4096) & ~(gsize)1;

  for (gsize i = 0; i < looked_at; i++)
    zeros[i & 1] += bytes[i] == 0;
  if (size % 2 == 0 && zeros[0] == 0 && zeros[1] * 4 >= looked_at)
    return "UTF-16LE";
  if (size % 2 == 0 && zeros[1] == 0 && zeros[0] * 4 >= looked_at)
    return "UTF-16BE";
  return NULL;
}

char *
satchel_text_decode (const char *bytes, gsize size, SatchelEncoding *encoding, GError **error)
{
  SatchelEncoding ignored;
  const char *utf16 = NULL;

  if (encoding == NULL)
    encoding = &ignored;
  *encoding = SATCHEL_ENCODING_UTF8;
  if (size >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0) {
    if (!g_utf8_validate (bytes + 3, (gssize)(size - 3), NULL))
      return refuse (error, "it is marked as UTF-8 and is not");
    return g_strndup (bytes + 3, size - 3);
  }
  if (size >= 2 && memcmp (bytes, "\xff\xfe", 2) == 0)
    utf16 = "UTF-16LE";
  else if (size >= 2 && memcmp (bytes, "\xfe\xff", 2) == 0)
    utf16 = "UTF-16BE";
  if (utf16 != NULL) {
    *encoding = SATCHEL_ENCODING_UTF16;
    return convert (bytes + 2, size - 2, utf16, error);
  }
  if (g_utf8_validate (bytes, (gssize)size, NULL))
    return g_strndup (bytes, size);
  if (memchr (bytes, 0, size) != NULL) {
    utf16 = guess_utf16 (bytes, size);
    if (utf16 == NULL)
      return refuse (error, "it contains zero bytes");
    *encoding = SATCHEL_ENCODING_UTF16;
    return convert (bytes, size, utf16, error);
  }
  *encoding = SATCHEL_ENCODING_WINDOWS_1252;
  return convert (bytes, size, "WINDOWS-1252", error);
}
