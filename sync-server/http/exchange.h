/* One request and its answer.
 *
 * Lives in the thread of the main context, but for the reference count: jobs in other threads keep a reference and come back to
 * answer. When the client has gone meanwhile, answering does nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/connection.h"
#include "sync-server/http/spool.h"

G_BEGIN_DECLS

SatchelExchange *satchel_exchange_ref (SatchelExchange *exchange);
void             satchel_exchange_unref (SatchelExchange *exchange); /* any thread */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelExchange, satchel_exchange_unref)

/* ---- the request: borrowed ---- */
const char   *satchel_exchange_get_method (SatchelExchange *exchange);
const char   *satchel_exchange_get_path (SatchelExchange *exchange);
const char   *satchel_exchange_get_header (SatchelExchange *exchange, const char *name); /* or NULL */
goffset       satchel_exchange_get_announced (SatchelExchange *exchange); /* length of the body; -1: chunked */
GBytes       *satchel_exchange_get_body (SatchelExchange *exchange);      /* as sent; once it is complete */
const guint8 *satchel_exchange_get_peer (SatchelExchange *exchange);      /* 16 bytes */

/* Whatever the handler wants to keep with the exchange. */
void     satchel_exchange_set_data (SatchelExchange *exchange, gpointer data, GDestroyNotify free_func);
gpointer satchel_exchange_get_data (SatchelExchange *exchange);

/* ---- the answer: one of these ---- */
void satchel_exchange_hold (SatchelExchange *exchange);   /* not now; one of the others follows */
void satchel_exchange_resume (SatchelExchange *exchange); /* after a hold in admit: read the body */
/* Takes @body, which is finished. @type: a media type or NULL. */
void satchel_exchange_answer (SatchelExchange *exchange, guint status, const char *type, SatchelSpool *body);
/* An answer by the table of error.c; the connection is kept. @retry_after_ms: -1 for none. */
void satchel_exchange_fail (SatchelExchange *exchange, const GError *error, gint64 retry_after_ms);
/* The same before the body is read; the connection is closed. @status 0: by the table. */
void satchel_exchange_refuse (SatchelExchange *exchange, guint status, const GError *error, gint64 retry_after_ms);
/* The connection becomes a stream; NULL when the client has gone. */
SatchelConnection *satchel_exchange_stream (SatchelExchange *exchange, SatchelStreamClosedFunc closed, gpointer data);

/* ---- for the connection ---- */
const char *satchel_status_get_phrase (guint status); /* of the answer's first line */
/* Names the exchange among its message's data. */
#define SATCHEL_EXCHANGE_KEY "satchel-exchange"
SatchelExchange *satchel_exchange_new (SatchelConnection *connection, SoupServerMessage *message);
/* libsoup lets go of the connection; drops the connection's reference. */
void satchel_exchange_abandon (SatchelExchange *exchange);
void satchel_exchange_expired (SatchelExchange *exchange);
/* @size bytes of the answer are out; appends the next piece of it to @output, none at its end. FALSE, when it cannot be
 * read back. @output: NULL for none. */
gboolean satchel_exchange_go_on (SatchelExchange *exchange, gsize size, GByteArray *output) G_GNUC_WARN_UNUSED_RESULT;
/* The body is complete. */
void satchel_exchange_complete (SatchelExchange *exchange);

G_END_DECLS
