/* What a message is made of, without reading one: names, addresses, ids. Does without Camel, as all do who
 * need no more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/mail/message-private.h"

#define MOST_NAME_CHARS    200
#define MOST_ADDRESS_BYTES 320 /* RFC 5321: 64 before the @, 255 behind it */

/* ---- memory ---- */

SatchelMailAddress *
satchel_mail_address_new (const char *name, const char *address)
{
  SatchelMailAddress *result = g_new (SatchelMailAddress, 1);

  result->name = g_strdup (name);
  result->address = g_strdup (address);
  return result;
}

void
satchel_mail_address_free (SatchelMailAddress *address)
{
  if (address == NULL)
    return;
  g_free (address->name);
  g_free (address->address);
  g_free (address);
}

void
satchel_mail_attachment_free (SatchelMailAttachment *attachment)
{
  g_free (attachment->name);
  g_free (attachment->media_type);
  g_bytes_unref (attachment->bytes);
  g_free (attachment);
}

/* ---- ids ---- */

/* What stands between @start and @end, without blanks; NULL when that cannot be an id. */
char *
satchel_message_take_id (const char *start, const char *end)
{
  g_autoptr (GString) id = g_string_new (NULL);

  for (const char *at = start; at < end; at++) {
    if (g_ascii_isspace (*at))
      continue;
    if (g_ascii_iscntrl (*at) || id->len == SATCHEL_MAX_MESSAGE_ID_BYTES)
      return NULL;
    g_string_append_c (id, *at);
  }
  if (id->len == 0 || !g_utf8_validate_len (id->str, id->len, NULL))
    return NULL;
  return g_strdup (id->str);
}

char *
satchel_message_id_normalise (const char *text)
{
  const char *open = text != NULL ? strchr (text, '<') : NULL;
  const char *close = open != NULL ? strchr (open, '>') : NULL;

  if (text == NULL)
    return NULL;
  if (close != NULL)
    return satchel_message_take_id (open + 1, close);
  /* Bare, as broken programs write it: the first word. */
  for (; g_ascii_isspace (*text) || *text == '<'; text++)
    ;
  return satchel_message_take_id (text, text + strcspn (text, " \t\r\n>"));
}

/* ---- texts ---- */

char *
satchel_message_clean_line (const char *text, guint most)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
  g_autoptr (GString) line = NULL;
  guint n = 0;
  gboolean space = FALSE;

  if (valid == NULL)
    return NULL;
  line = g_string_new (NULL);
  for (const char *at = valid; *at != '\0' && n < most; at = g_utf8_next_char (at)) {
    const gunichar character = g_utf8_get_char (at);

    if (g_unichar_isspace (character)) {
      space = TRUE;
      continue;
    }
    if (g_unichar_iscntrl (character))
      continue;
    if (space && line->len > 0) {
      g_string_append_c (line, ' ');
      if (++n == most)
        break;
    }
    space = FALSE;
    g_string_append_unichar (line, character);
    n++;
  }
  g_strchomp (line->str);
  return *line->str != '\0' ? g_strdup (line->str) : NULL;
}

/* "Ana@EXAMPLE.com" → "Ana@example.com"; NULL when it is no address that could be written to. */
char *
satchel_message_clean_address (const char *text)
{
  g_autofree char *address = satchel_message_clean_line (text, MOST_ADDRESS_BYTES + 1);
  char *at = address != NULL ? strrchr (address, '@') : NULL;
  g_autofree char *domain = NULL;

  if (at == NULL || at == address || at[1] == '\0' || strlen (address) > MOST_ADDRESS_BYTES ||
      strpbrk (address, " <>,;") != NULL)
    return NULL;
  domain = g_utf8_strdown (at + 1, -1);
  *at = '\0';
  return g_strdup_printf ("%s@%s", address, domain);
}

SatchelMailAddress *
satchel_mail_address_read (const char *text)
{
  const char *open = text != NULL ? strrchr (text, '<') : NULL;
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  g_autofree char *bare = NULL, *before = NULL, *name = NULL, *address = NULL;

  if (close == NULL) {
    address = satchel_message_clean_address (text);
    return address != NULL ? satchel_mail_address_new (NULL, address) : NULL;
  }
  bare = g_strndup (open + 1, (gsize)(close - open - 1));
  before = g_strndup (text, (gsize)(open - text));
  g_strdelimit (before, "\"", ' ');
  address = satchel_message_clean_address (bare);
  name = satchel_message_clean_line (before, MOST_NAME_CHARS);
  return address != NULL ? satchel_mail_address_new (name, address) : NULL;
}
