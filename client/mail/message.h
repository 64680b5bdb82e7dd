/* A mail message as a pure value: bytes as they are stored or sent (RFC 5322, MIME), read by Camel.
 *
 * What it says is a stranger's: all texts are made valid UTF-8 without control characters, every count and length is bounded. Reading
 * needs no session, no network and no account, never decrypts, fetches nothing that the message refers to, and may be done in any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_MAX_MESSAGE_BYTES       (64 * 1024 * 1024)
#define SATCHEL_MAX_MESSAGE_PARTS       1000
#define SATCHEL_MAX_MESSAGE_DEPTH       30
#define SATCHEL_MAX_MESSAGE_ADDRESSES   200 /* of one header: as many as a party list holds */
#define SATCHEL_MAX_MESSAGE_REFERENCES  200 /* the first and the last of a longer thread */
#define SATCHEL_MAX_MESSAGE_ATTACHMENTS 200

typedef enum {
  SATCHEL_MESSAGE_SIGNED = 1 << 0,
  SATCHEL_MESSAGE_ENCRYPTED = 1 << 1,     /* wholly or a part of it: that part is neither text nor html, only an attachment */
  SATCHEL_MESSAGE_NO_ID = 1 << 2,         /* it has no usable Message-ID: message_id was made from what it says */
  SATCHEL_MESSAGE_TEXT_FROM_HTML = 1 << 3, /* it has no plain text: text was taken from the HTML */
} SatchelMessageFlags;

typedef struct {
  char *name;    /* as it was; NULL: none */
  char *address; /* "ana@example.com", the domain in lower case; never empty */
} SatchelMailAddress;

typedef struct {
  char *name;       /* of the file, without a path; one is made where it has none; unique within the message */
  char *media_type; /* "application/pdf" */
  GBytes *bytes;    /* decoded */
  gboolean is_inline; /* shown within the HTML, or in the place where it stands: a picture of a signature */
} SatchelMailAttachment;

typedef struct {
  char *message_id;      /* without angle brackets, blanks and comments; never NULL */
  char *in_reply_to;     /* likewise; NULL: none */
  GStrv references;      /* likewise, the first message of the thread first; never NULL */
  GPtrArray *from, *to, *cc, *bcc; /* SatchelMailAddress*, each address once; perhaps none */
  gint64 sent_ms;        /* Date; 0: none that can be read */
  gint64 received_ms;    /* of the topmost Received; 0: none, as of what was sent from here */
  char *subject;         /* decoded, one line; NULL: none */
  char *text;            /* whole, lines end with \n; NULL: none */
  char *html;            /* whole, as it was sent: never to be shown without a sanitiser; NULL: none */
  GPtrArray *attachments; /* SatchelMailAttachment* */
  SatchelMessageFlags flags;
  GBytes *source; /* the bytes that were read */
} SatchelMessage;

/* INVALID: these bytes are no message, and why; TOO_LARGE: over a limit above. */
SatchelMessage *satchel_message_read (GBytes *bytes, GError **error);
void            satchel_message_free (SatchelMessage *message); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMessage, satchel_message_free)

/* Within what a field holds. */
#define SATCHEL_MAX_MESSAGE_ID_BYTES 998

/* As message_id stands in SatchelMessage and in records: what people, headers and programs write, with or without angle brackets. NULL: it
 * is none. Owned. */
char *satchel_message_id_normalise (const char *text);

SatchelMailAddress *satchel_mail_address_new (const char *name, const char *address);
void                satchel_mail_address_free (SatchelMailAddress *address);
/* "ana@example.com", "Ana Pop <ana@example.com>"; NULL: no address in it. Owned. */
SatchelMailAddress *satchel_mail_address_read (const char *text);

G_END_DECLS
