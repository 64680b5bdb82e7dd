/* A client that speaks bytes, so that a test can misbehave exactly as it means to.
 *
 * Blocking, with a time-out of 10 s that fails the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _RawClient RawClient;

typedef enum { RAW_PLAIN, RAW_TLS } RawSecurity;

RawClient *raw_client_new (guint16 port, RawSecurity security);
void       raw_client_free (RawClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawClient, raw_client_free)

int  raw_client_get_fd (RawClient *client);
void raw_client_send (RawClient *client, const char *bytes, gssize size);
/* As much as the socket takes without waiting. */
gsize raw_client_send_some (RawClient *client, const char *bytes, gsize size);
/* A whole request with a Content-Length. @headers: lines that end in CR LF, or "". */
void raw_client_request (RawClient *client, const char *method, const char *path, const char *headers, const char *body,
                         gsize size);

typedef struct {
  guint status;
  char *head;
  GByteArray *body; /* as sent; of a chunked answer nothing: use read_chunk */
} RawAnswer;
void raw_answer_clear (RawAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawAnswer, raw_answer_clear)

/* FALSE when the server closed without an answer. */
gboolean raw_client_read (RawClient *client, RawAnswer *answer);
/* The value of a header, owned, or NULL. */
char *raw_answer_get_header (const RawAnswer *answer, const char *name);
/* "error" of a refusal, owned. */
char *raw_answer_get_error (const RawAnswer *answer);
/* The content of the next chunk, owned; NULL at the end. */
char *raw_client_read_chunk (RawClient *client);
/* Waits for the server's end of the connection; FALSE when bytes come instead. */
gboolean raw_client_read_end (RawClient *client);

/* Bytes of all heads and bodies, both ways. */
gsize raw_client_get_sent (RawClient *client);
gsize raw_client_get_received (RawClient *client);

G_END_DECLS
