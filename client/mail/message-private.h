/* What the files that read a message share. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <camel/camel.h>

#include "client/mail/message.h"

G_BEGIN_DECLS

/* @text, of @length bytes in @charset (NULL: not said), as UTF-8 without control characters but tab and newline, lines ending with \n. What no
 * character is becomes U+FFFD. Owned. */
char *satchel_message_decode_text (const char *text, gsize length, const char *charset);
/* The same of something short that is UTF-8 by what it says, on one line, blanks of any kind and number being one; at most @most characters. NULL when
 * nothing is left, or for NULL. Owned. */
char *satchel_message_clean_line (const char *text, guint most);

/* An id between @start and @end, without the blanks that folding left; NULL when that cannot be one. Owned. */
char *satchel_message_take_id (const char *start, const char *end);
/* An address as it is compared and kept; NULL: it is none. Owned. */
char *satchel_message_clean_address (const char *text);

/* Text, HTML, attachments and flags of the parts. TOO_LARGE, INVALID. */
gboolean satchel_message_read_parts (SatchelMessage *message, CamelMimeMessage *mime, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void satchel_mail_attachment_free (SatchelMailAttachment *attachment);

G_END_DECLS
