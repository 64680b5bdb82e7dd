/* One SoupSession; an exchange is one message, sent again once when a kept connection turned out to be dead.
 * Time-outs are timers of our own, because libsoup's covers neither an endless answer nor a slow handshake.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/http.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

#include "client/sync/coding.h"
#include "client/sync/why-cut.h"
#include "protocol/error.h"
#include "protocol/integer.h"
#include "protocol/limits.h"
#include "protocol/wire/coding.h"
#include "protocol/wire/message.h"

#define CONNECT_TIMEOUT_MS 15000 /* name, connection and handshake */
#define PIECE_BYTES        (64 * 1024)
#define MAX_REFUSAL_BYTES  (64 * 1024) /* of an answer that is an error */
#define SECONDS_IN_MS      1000
#define MICROSECONDS_IN_MS 1000

typedef struct {
  SatchelTransport transport; /* first */
  SoupSession *session;
  char *base; /* without a slash at the end */
} HttpTransport;

struct _SatchelWireExchange {
  HttpTransport *http; /* NULL once cancelled: the transport may be gone */
  SoupSession *session;
  SatchelExchangeHandler handler;
  gpointer user_data;

  char *uri, *authorization;
  GBytes *body;
  gboolean packed; /* body is encoded */

  SoupMessage *message;
  gboolean fresh, retried; /* a connection was made for this message; it was sent before */
  guint64 counted_in, counted_out;
  GCancellable *cancellable;
  GSource *timer;
  gboolean timed_out;

  GInputStream *stream;
  SatchelDecoder *decoder;
  GByteArray *collected; /* NULL while data goes to the handler */
  gsize most_bytes;      /* in collected */
  gboolean too_large, any_bytes;
  char piece[PIECE_BYTES];
};

static void send (SatchelWireExchange *exchange);
static void read_more (SatchelWireExchange *exchange);

static void
exchange_free (SatchelWireExchange *exchange)
{
  g_source_destroy (exchange->timer);
  g_source_unref (exchange->timer);
  g_free (exchange->uri);
  g_free (exchange->authorization);
  g_clear_pointer (&exchange->body, g_bytes_unref);
  if (exchange->message != NULL)
    g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->cancellable);
  g_clear_pointer (&exchange->decoder, satchel_decoder_free);
  g_clear_pointer (&exchange->collected, g_byte_array_unref);
  g_object_unref (exchange->session);
  g_free (exchange);
}

/* ---- counting and time ---- */

static void
count_bytes (SatchelWireExchange *exchange)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (exchange->message);
  guint64 in, out;

  if (exchange->http == NULL || metrics == NULL)
    return;
  in = soup_message_metrics_get_response_header_bytes_received (metrics) +
       soup_message_metrics_get_response_body_bytes_received (metrics);
  out = soup_message_metrics_get_request_header_bytes_sent (metrics) +
        soup_message_metrics_get_request_body_bytes_sent (metrics);
  exchange->http->transport.bytes_in += in - exchange->counted_in;
  exchange->http->transport.bytes_out += out - exchange->counted_out;
  exchange->counted_in = in;
  exchange->counted_out = out;
}

static gboolean
timed_out_cb (gpointer data)
{
  SatchelWireExchange *exchange = data;

  exchange->timed_out = TRUE;
  g_cancellable_cancel (exchange->cancellable);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (SatchelWireExchange *exchange, gint64 ms)
{
  g_source_set_ready_time (exchange->timer, g_get_monotonic_time () + ms * MICROSECONDS_IN_MS);
}

/* Something moved on the connection. */
static void
note_sign_of_life (SatchelWireExchange *exchange)
{
  gint64 silence_ms = exchange->handler.silence_ms;

  set_deadline (exchange, silence_ms > 0 ? silence_ms : SATCHEL_REQUEST_TIMEOUT_MS);
}

static void
starting_cb (SoupMessage *message, gpointer exchange)
{
  /* libsoup has just added it; in HTTP/1.1 it says nothing. */
  soup_message_headers_remove (soup_message_get_request_headers (message), "Connection");
  note_sign_of_life (exchange);
}

static void
wrote_data_cb (SoupMessage *message, guint size, gpointer exchange)
{
  note_sign_of_life (exchange);
}

static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, gpointer data)
{
  ((SatchelWireExchange *)data)->fresh = TRUE;
}

/* ---- the end of an exchange ---- */

/* What cut an exchange, in words for a person. */
static GError *
explain (SatchelWireExchange *exchange, const GError *error)
{
  const char *base = exchange->http->base, *why;

  if (error->domain == SATCHEL_ERROR)
    return g_error_copy (error);
  if (exchange->timed_out)
    return g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, _ ("%s does not answer"), base);
  why = satchel_why_cut (error, soup_message_get_tls_peer_certificate_errors (exchange->message));
  if (error->domain == G_TLS_ERROR && error->code != G_TLS_ERROR_EOF)
    return g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, _ ("no trusted connection to %s: %s"), base,
                        why);
  return g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, _ ("no connection to %s: %s"), base, why);
}

/* The handler may start the next exchange or free the transport: nothing of this exchange is touched after
 * it. */
static void
finish (SatchelWireExchange *exchange, const GError *error, gint64 retry_after_ms)
{
  const SatchelExchangeHandler handler = exchange->handler;
  gpointer user_data = exchange->user_data;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GBytes) body = NULL;

  if (exchange->http == NULL) {
    exchange_free (exchange);
    return;
  }
  count_bytes (exchange);
  if (error != NULL)
    reason = explain (exchange, error);
  else if (exchange->collected != NULL)
    body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->collected));
  exchange_free (exchange);
  handler.done (body, reason, retry_after_ms, user_data);
}

static gint64
get_retry_after_ms (SoupMessage *message)
{
  const char *text =
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  gint64 seconds;

  if (text == NULL || !satchel_integer_parse (text, 0, G_MAXINT32, &seconds))
    return -1;
  return seconds * SECONDS_IN_MS;
}

static void
finish_answer (SatchelWireExchange *exchange)
{
  g_autoptr (GError) error = NULL;
  guint status = soup_message_get_status (exchange->message);
  gint64 retry_after_ms = -1;

  /* libsoup takes a head that was cut between two lines for a whole one; the protocol has no empty answers.
   */
  if (status == SOUP_STATUS_OK && !exchange->any_bytes)
    g_set_error (&error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, _ ("%s gave an empty answer"),
                 exchange->http->base);
  if (error != NULL || !satchel_decoder_finish (exchange->decoder, &error)) {
    finish (exchange, error, -1);
    return;
  }
  if (status == SOUP_STATUS_OK) {
    finish (exchange, NULL, -1);
    return;
  }
  g_byte_array_append (exchange->collected, (const guint8 *)"", 1); /* an empty one has no data at all */
  error = satchel_error_from_text ((const char *)exchange->collected->data, exchange->collected->len - 1,
                                   status, &retry_after_ms);
  if (retry_after_ms < 0)
    retry_after_ms = get_retry_after_ms (exchange->message);
  finish (exchange, error, retry_after_ms);
}

/* ---- reading ---- */

static gboolean
decoded_cb (const char *bytes, gsize size, gpointer data)
{
  SatchelWireExchange *exchange = data;

  exchange->any_bytes = TRUE;
  if (exchange->collected == NULL) {
    exchange->handler.data (bytes, size, exchange->user_data);
    return exchange->http != NULL; /* it may have cancelled */
  }
  if (exchange->collected->len + size > exchange->most_bytes) {
    exchange->too_large = TRUE;
    return FALSE;
  }
  g_byte_array_append (exchange->collected, (const guint8 *)bytes, size);
  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelWireExchange *exchange = data;
  g_autoptr (GError) error = NULL;
  gssize size = g_input_stream_read_finish (exchange->stream, result, &error);

  count_bytes (exchange);
  if (exchange->http == NULL || size < 0) {
    finish (exchange, error, -1);
    return;
  }
  if (size == 0) {
    finish_answer (exchange);
    return;
  }
  note_sign_of_life (exchange);
  if (!satchel_decoder_feed (exchange->decoder, exchange->piece, size, decoded_cb, exchange, &error)) {
    finish (exchange, error, -1);
    return;
  }
  if (exchange->too_large) {
    g_set_error (&error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, _ ("the answer is larger than %zu bytes"),
                 exchange->most_bytes);
    finish (exchange, error, -1);
    return;
  }
  if (exchange->http == NULL)
    finish (exchange, NULL, -1);
  else
    read_more (exchange);
}

static void
read_more (SatchelWireExchange *exchange)
{
  g_input_stream_read_async (exchange->stream, exchange->piece, sizeof exchange->piece, G_PRIORITY_DEFAULT,
                             exchange->cancellable, read_cb, exchange);
}

/* ---- sending ---- */

/* A kept connection that the other side had closed: nothing came back, and no new connection was tried. Every
 * request of the protocol may be repeated. */
static gboolean
is_stale_connection (SatchelWireExchange *exchange)
{
  return exchange->http != NULL && !exchange->fresh && !exchange->retried && !exchange->timed_out &&
         exchange->counted_in == 0;
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelWireExchange *exchange = data;
  g_autoptr (GError) error = NULL;
  gboolean success;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  count_bytes (exchange);
  if (exchange->stream == NULL && is_stale_connection (exchange)) {
    exchange->retried = TRUE;
    send (exchange);
    return;
  }
  if (exchange->http == NULL || exchange->stream == NULL) {
    finish (exchange, error, -1);
    return;
  }
  exchange->decoder =
      satchel_decoder_new (soup_message_headers_get_one (
                               soup_message_get_response_headers (exchange->message), "Content-Encoding"),
                           &error);
  if (exchange->decoder == NULL) {
    finish (exchange, error, -1);
    return;
  }
  success = soup_message_get_status (exchange->message) == SOUP_STATUS_OK;
  if (!success || exchange->handler.data == NULL)
    exchange->collected = g_byte_array_new ();
  exchange->most_bytes = success ? SATCHEL_MAX_DECODED_BYTES : MAX_REFUSAL_BYTES;
  note_sign_of_life (exchange);
  read_more (exchange);
}

static void
send (SatchelWireExchange *exchange)
{
  SoupMessageHeaders *headers;

  if (exchange->message != NULL)
    g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_clear_object (&exchange->message);
  exchange->message =
      soup_message_new (exchange->body != NULL ? SOUP_METHOD_POST : SOUP_METHOD_GET, exchange->uri);
  exchange->fresh = FALSE;
  exchange->counted_in = exchange->counted_out = 0;
  /* Every request of the protocol may be repeated, so it may use a kept connection; a redirect could carry
   * the token elsewhere. */
  soup_message_add_flags (exchange->message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT |
                                                 SOUP_MESSAGE_COLLECT_METRICS |
                                                 SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  headers = soup_message_get_request_headers (exchange->message);
  soup_message_headers_replace (headers, "Accept-Encoding", SATCHEL_CODING);
  if (exchange->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", exchange->authorization);
  if (exchange->body != NULL)
    soup_message_set_request_body_from_bytes (exchange->message, NULL, exchange->body);
  if (exchange->packed)
    soup_message_headers_replace (headers, "Content-Encoding", SATCHEL_CODING);
  g_signal_connect (exchange->message, "starting", G_CALLBACK (starting_cb), exchange);
  g_signal_connect (exchange->message, "wrote-body-data", G_CALLBACK (wrote_data_cb), exchange);
  g_signal_connect (exchange->message, "network-event", G_CALLBACK (network_event_cb), exchange);
  set_deadline (exchange, CONNECT_TIMEOUT_MS);
  soup_session_send_async (exchange->session, exchange->message, G_PRIORITY_DEFAULT, exchange->cancellable,
                           sent_cb, exchange);
}

static SatchelWireExchange *
http_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
            const SatchelExchangeHandler *handler, gpointer user_data)
{
  HttpTransport *http = (HttpTransport *)transport;
  SatchelWireExchange *exchange = g_new0 (SatchelWireExchange, 1);

  exchange->http = http;
  exchange->session = g_object_ref (http->session);
  exchange->handler = *handler;
  exchange->user_data = user_data;
  exchange->uri = g_strconcat (http->base, path, NULL);
  if (token != NULL)
    exchange->authorization = g_strconcat ("Bearer ", token, NULL);
  if (body != NULL && g_bytes_get_size (body) > SATCHEL_CODING_WORTH_BYTES) {
    exchange->body = satchel_coding_encode (body);
    exchange->packed = TRUE;
  } else if (body != NULL) {
    exchange->body = g_bytes_ref (body);
  }
  exchange->cancellable = g_cancellable_new ();
  exchange->timer = g_timeout_source_new (CONNECT_TIMEOUT_MS);
  g_source_set_callback (exchange->timer, timed_out_cb, exchange, NULL);
  g_source_attach (exchange->timer, g_main_context_get_thread_default ());
  send (exchange);
  return exchange;
}

/* libsoup lets go of the exchange at its next turn; until then it belongs to nobody. */
static void
http_cancel (SatchelTransport *transport, SatchelWireExchange *exchange)
{
  count_bytes (exchange);
  exchange->http = NULL;
  g_cancellable_cancel (exchange->cancellable);
}

static void
http_free (SatchelTransport *transport)
{
  HttpTransport *http = (HttpTransport *)transport;

  g_object_unref (http->session);
  g_free (http->base);
  g_free (http);
}

/* ---- the address ---- */

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static char *
check_address (const char *url, gboolean *loopback, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *base = NULL;
  gboolean secure;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      strpbrk (url, " \t\r\n") != NULL || g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL ||
      g_uri_get_userinfo (uri) != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("“%s” is not the address of a server: https://HOST[:PORT][/ORGANISATION]"), url);
    return NULL;
  }
  *loopback = is_loopback (g_uri_get_host (uri));
  secure = g_str_equal (g_uri_get_scheme (uri), "https");
  if (!secure && !(*loopback && g_str_equal (g_uri_get_scheme (uri), "http"))) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("“%s”: only https:// keeps a password secret; http:// is for this computer alone"), url);
    return NULL;
  }
  base = g_uri_to_string (uri);
  while (g_str_has_suffix (base, "/"))
    base[strlen (base) - 1] = '\0';
  return g_steal_pointer (&base);
}

SatchelTransport *
satchel_http_transport_new (const char *url, GError **error)
{
  gboolean loopback;
  g_autofree char *base = check_address (url, &loopback, error);
  HttpTransport *http;

  if (base == NULL)
    return NULL;
  http = g_new0 (HttpTransport, 1);
  http->transport.start = http_start;
  http->transport.cancel = http_cancel;
  http->transport.free = http_free;
  http->base = g_steal_pointer (&base);
  http->session = soup_session_new ();
  soup_session_set_timeout (http->session, 0);
  soup_session_remove_feature_by_type (http->session, SOUP_TYPE_CONTENT_DECODER);
  if (loopback) /* a proxy would read the token, and loopback needs none */
    soup_session_set_proxy_resolver (http->session, NULL);
  return &http->transport;
}
