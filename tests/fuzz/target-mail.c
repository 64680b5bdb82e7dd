/* Mail, which anybody can send.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/mail/html.h"
#include "client/mail/message.h"
#include "tests/fuzz/fuzz.h"

/* What stands in a record must be text that every device can show. */
static void
check_text (const char *text)
{
  if (text == NULL)
    return;
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    const gunichar character = g_utf8_get_char (at);

    g_assert_true (character == '\n' || character == '\t' || !g_unichar_iscntrl (character));
  }
}

static void
check_addresses (const GPtrArray *list)
{
  g_assert_cmpuint (list->len, <=, SATCHEL_MAX_MESSAGE_ADDRESSES);
  for (guint i = 0; i < list->len; i++) {
    const SatchelMailAddress *address = list->pdata[i];

    check_text (address->name);
    check_text (address->address);
    g_assert_nonnull (strchr (address->address, '@'));
  }
}

static void
check_attachments (const GPtrArray *attachments)
{
  for (guint i = 0; i < attachments->len; i++) {
    const SatchelMailAttachment *attachment = attachments->pdata[i];

    check_text (attachment->name);
    check_text (attachment->media_type);
    g_assert_true (*attachment->name != '\0' && *attachment->name != '.' &&
                   strchr (attachment->name, '/') == NULL);
  }
}

/* An id that was read is one, and stays it. */
static void
check_id (const char *id)
{
  g_autofree char *again = satchel_message_id_normalise (id);
  g_autofree char *bracketed = g_strdup_printf ("<%s>", id);
  g_autofree char *bare = satchel_message_id_normalise (bracketed);

  check_text (id);
  g_assert_cmpuint (strlen (id), <=, 998);
  if (strpbrk (id, "<>") == NULL) {
    g_assert_cmpstr (again, ==, id);
    g_assert_cmpstr (bare, ==, id);
  }
}

void
fuzz_mail (const guint8 *bytes, gsize size)
{
  g_autoptr (GBytes) source = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  /* Camel warns of what it finds odd, and rightly. */
  const GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_autoptr (SatchelMessage) message = satchel_message_read (source, &error);
  g_autofree char *text = fuzz_dup_text (bytes, size);
  g_autofree char *words = text != NULL ? satchel_html_to_text (text) : NULL;

  g_log_set_always_fatal (fatal);
  fuzz_check_error (message == NULL, error);
  if (words != NULL)
    g_assert_true (g_utf8_validate (words, -1, NULL));
  if (message == NULL)
    return;
  check_id (message->message_id);
  for (guint i = 0; message->references[i] != NULL; i++)
    check_id (message->references[i]);
  check_addresses (message->from);
  check_addresses (message->to);
  check_addresses (message->cc);
  check_addresses (message->bcc);
  check_text (message->subject);
  check_text (message->text);
  check_text (message->html);
  check_attachments (message->attachments);
}
