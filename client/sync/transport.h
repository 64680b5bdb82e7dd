/* How requests reach a server: libsoup (http.h) or the simulator's network. Everything happens in the main context of
 * the thread that starts an exchange; callbacks never run inside start() or cancel().
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SatchelTransport SatchelTransport;
typedef struct _SatchelWireExchange SatchelWireExchange;

typedef struct {
  /* Pieces of a decoded success answer as they arrive; NULL: they are collected for done. */
  void (*data) (const char *bytes, gsize size, gpointer user_data);
  /* Exactly once unless cancelled. @body: the collected answer, or NULL when data was given. @error: NULL on success; else
   * SATCHEL_ERROR with the server's code, or UNREACHABLE for anything that cut the exchange. @retry_after_ms: -1, or what the
   * server asked for. The exchange is gone afterwards. */
  void (*done) (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer user_data);
  /* Silence after which the exchange counts as cut; 0: SATCHEL_REQUEST_TIMEOUT_MS. */
  gint64 silence_ms;
} SatchelExchangeHandler;

struct _SatchelTransport {
  /* @path "/v1/push"; @body NULL: GET. @token NULL: none. */
  SatchelWireExchange *(*start) (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
                                 const SatchelExchangeHandler *handler, gpointer user_data);
  /* Neither data nor done is called any more; may be called from data. */
  void (*cancel) (SatchelTransport *transport, SatchelWireExchange *exchange);
  void (*free) (SatchelTransport *transport);
  /* Payload bytes, headers included where the transport knows them; they only grow. */
  guint64 bytes_in, bytes_out;
};

G_END_DECLS
