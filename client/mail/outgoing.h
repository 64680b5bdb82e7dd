/* From an email record to the message as it is sent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <camel/camel.h>

#include "client/mail/message.h"
#include "client/session.h"

G_BEGIN_DECLS

#define SATCHEL_MAX_OUTGOING_BYTES (40 * 1024 * 1024) /* with attachments, encoded: servers take no more */

typedef struct {
  char *message_id; /* without angle brackets */
  CamelMimeMessage *mime;
  CamelInternetAddress *from, *recipients; /* of the envelope: with those of Bcc */
  GBytes *bytes;                           /* with Bcc, as its sender keeps it; no server is given that header */
} SatchelOutgoing;

void satchel_outgoing_free (SatchelOutgoing *outgoing); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelOutgoing, satchel_outgoing_free)

/* Who sends: the address as it is known to the server, the name before it (may be NULL), where answers go (may be NULL). */
typedef struct {
  const char *person, *address, *reply_to;
} SatchelOutgoingFrom;

/* Of subject, to, cc, bcc, body_text and body_html of @email, with its place in the thread (in_reply_to, references); @attachments: SatchelMailAttachment*, may be NULL. @message_id NULL: a new one. RULE: nobody
 * to send it to, a bad address, no text; TOO_LARGE. Nothing in a value can add a header or an addressee. */
SatchelOutgoing *satchel_outgoing_compose (SatchelSession *session, const SatchelRecord *email, const SatchelOutgoingFrom *from,
                                           const GPtrArray *attachments, const char *message_id, GError **error);

/* "mailto:" with what that can carry: to, cc, subject, text. TOO_LARGE for a text that no program takes that way. Owned. */
char *satchel_outgoing_to_uri (SatchelSession *session, const SatchelRecord *email, GError **error);

G_END_DECLS
