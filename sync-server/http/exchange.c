/* A request in libsoup's hands. Its message is dropped together with the connection, in the thread of the
 * main context; what is left after that only counts references.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/exchange.h"

#include "protocol/wire/message.h"
#include "sync-server/http/complaint.h"

/* What a body or an answer under way must move at least, over each period of the request time-out. */
#define BYTES_PER_MS 1

struct _SatchelExchange {
  gatomicrefcount references;
  SatchelConnection *connection; /* NULL: the client has gone */
  SoupServerMessage *message;    /* NULL with the connection, and once there is an answer */
  goffset announced;
  gsize body_limit;
  GByteArray *receiving;
  GBytes *body; /* once complete */
  SatchelSpool *answer;
  gsize transferred; /* bytes in this period */
  gboolean keep_alive;
  gpointer data;
  GDestroyNotify free_data;
};

SatchelExchange *
satchel_exchange_ref (SatchelExchange *exchange)
{
  g_atomic_ref_count_inc (&exchange->references);
  return exchange;
}

void
satchel_exchange_unref (SatchelExchange *exchange)
{
  if (!g_atomic_ref_count_dec (&exchange->references))
    return;
  g_assert (exchange->message == NULL);
  if (exchange->free_data != NULL)
    exchange->free_data (exchange->data);
  g_clear_pointer (&exchange->receiving, g_byte_array_unref);
  g_clear_pointer (&exchange->body, g_bytes_unref);
  g_clear_pointer (&exchange->answer, satchel_spool_free);
  g_free (exchange);
}

const char *
satchel_exchange_get_method (SatchelExchange *exchange)
{
  return soup_server_message_get_method (exchange->message);
}

const char *
satchel_exchange_get_path (SatchelExchange *exchange)
{
  return g_uri_get_path (soup_server_message_get_uri (exchange->message));
}

const char *
satchel_exchange_get_header (SatchelExchange *exchange, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (exchange->message), name);
}

goffset
satchel_exchange_get_announced (SatchelExchange *exchange)
{
  return exchange->announced;
}

GBytes *
satchel_exchange_get_body (SatchelExchange *exchange)
{
  return exchange->body;
}

const guint8 *
satchel_exchange_get_peer (SatchelExchange *exchange)
{
  return satchel_connection_get_peer (exchange->connection);
}

void
satchel_exchange_set_data (SatchelExchange *exchange, gpointer data, GDestroyNotify free_func)
{
  exchange->data = data;
  exchange->free_data = free_func;
}

gpointer
satchel_exchange_get_data (SatchelExchange *exchange)
{
  return exchange->data;
}

static const SatchelHttpHandler *
get_handler (SatchelExchange *exchange)
{
  return &satchel_connection_get_set (exchange->connection)->handler;
}

static void
start_clock (SatchelExchange *exchange)
{
  exchange->transferred = 0;
  satchel_connection_set_deadline (
      exchange->connection, satchel_connection_get_set (exchange->connection)->limits.request_timeout_ms);
}

static void
refuse (SatchelExchange *exchange, guint status, SatchelErrorCode code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (SATCHEL_ERROR, code, message);

  satchel_exchange_refuse (exchange, status, error, -1);
}

/* ---- libsoup's signals ---- */

static void
got_headers_cb (SoupServerMessage *message, gpointer data)
{
  g_autoptr (SatchelExchange) exchange = satchel_exchange_ref (data);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  gboolean chunked = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED;

  if (soup_server_message_get_status (message) != 0) {
    refuse (exchange, SOUP_STATUS_BAD_REQUEST, SATCHEL_ERROR_INVALID, "the request is not HTTP");
    return;
  }

  /* libsoup reads chunk headers ahead and may keep the start of a pipelined request: no second one then. */
  exchange->keep_alive = soup_server_message_get_http_version (message) == SOUP_HTTP_1_1 && !chunked &&
                         !soup_message_headers_header_contains (headers, "Connection", "close");
  exchange->announced = chunked ? -1 : soup_message_headers_get_content_length (headers);
  soup_message_headers_remove (headers, "Range"); /* libsoup would cut the answer up */
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);

  const SatchelHttpHandler *handler = get_handler (exchange);
  gssize limit = handler->admit (exchange, handler->data);
  if (exchange->connection == NULL)
    return;
  g_assert (limit >= 0);
  exchange->body_limit = limit;
  if (exchange->announced > limit) {
    refuse (exchange, 0, SATCHEL_ERROR_TOO_LARGE, "the body is too large");
    return;
  }
  exchange->receiving = g_byte_array_sized_new (MAX (exchange->announced, 0));
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  SatchelExchange *exchange = data;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (chunk, &size);

  exchange->transferred += size;
  if (size > exchange->body_limit - exchange->receiving->len) {
    refuse (exchange, 0, SATCHEL_ERROR_TOO_LARGE, "the body is too large");
    return;
  }
  g_byte_array_append (exchange->receiving, bytes, size);
}

/* libsoup gave up: it has let go of the connection already. */
static void
disconnected_cb (SoupServerMessage *message, gpointer data)
{
  g_autoptr (SatchelExchange) exchange = satchel_exchange_ref (data);

  g_signal_handlers_disconnect_by_data (message, exchange);
  g_clear_object (&exchange->message);
  satchel_connection_close (exchange->connection);
}

SatchelExchange *
satchel_exchange_new (SatchelConnection *connection, SoupServerMessage *message)
{
  SatchelExchange *exchange = g_new0 (SatchelExchange, 1);

  g_atomic_ref_count_init (&exchange->references);
  exchange->connection = connection;
  exchange->message = g_object_ref (message);
  start_clock (exchange);
  g_object_set_data (G_OBJECT (message), SATCHEL_EXCHANGE_KEY, exchange);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), exchange);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), exchange);
  g_signal_connect (message, "disconnected", G_CALLBACK (disconnected_cb), exchange);
  return exchange;
}

/* libsoup has done its part. */
static void
take_back (SatchelExchange *exchange)
{
  g_autoptr (GIOStream) stream = NULL;

  if (exchange->message == NULL)
    return;
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  stream = soup_server_message_steal_connection (exchange->message);
  g_clear_object (&exchange->message);
}

void
satchel_exchange_abandon (SatchelExchange *exchange)
{
  exchange->connection = NULL;
  take_back (exchange);
  satchel_exchange_unref (exchange);
}

void
satchel_exchange_complete (SatchelExchange *exchange)
{
  g_autoptr (SatchelExchange) keep G_GNUC_UNUSED = satchel_exchange_ref (exchange);
  const SatchelHttpHandler *handler = get_handler (exchange);

  exchange->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->receiving));
  satchel_connection_set_deadline (exchange->connection, 0);
  handler->request (exchange, handler->data);
}

void
satchel_exchange_expired (SatchelExchange *exchange)
{
  const SatchelHttpLimits *limits = &satchel_connection_get_set (exchange->connection)->limits;

  if (exchange->transferred >= (gsize)limits->request_timeout_ms * BYTES_PER_MS)
    start_clock (exchange);
  else if (exchange->body == NULL)
    refuse (exchange, SOUP_STATUS_REQUEST_TIMEOUT, SATCHEL_ERROR_UNREACHABLE,
            "the request did not arrive in time");
  else
    satchel_connection_close (exchange->connection);
}

/* ---- answers ---- */

void
satchel_exchange_hold (SatchelExchange *exchange)
{
  satchel_connection_set_deadline (exchange->connection, 0);
  soup_server_message_pause (exchange->message);
}

void
satchel_exchange_resume (SatchelExchange *exchange)
{
  if (exchange->connection == NULL)
    return;
  start_clock (exchange);
  soup_server_message_unpause (exchange->message);
}

/* libsoup does not know those of RFC 6585. */
const char *
satchel_status_get_phrase (guint status)
{
  switch (status) {
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large";
  default:
    return soup_status_get_phrase (status);
  }
}

static GByteArray *
print_head (SatchelExchange *exchange, guint status, const char *type)
{
  g_autoptr (GString) head = g_string_sized_new (256);

  g_string_append_printf (head, "HTTP/1.1 %u %s\r\n", status, satchel_status_get_phrase (status));
  if (type != NULL)
    g_string_append_printf (head, "Content-Type: %s\r\n", type);
  if (satchel_spool_get_encoding (exchange->answer) != SATCHEL_ENCODING_IDENTITY)
    g_string_append_printf (head, "Content-Encoding: %s\r\n",
                            satchel_encoding_name (satchel_spool_get_encoding (exchange->answer)));
  g_string_append_printf (head, "Content-Length: %zu\r\n%s\r\n", satchel_spool_get_size (exchange->answer),
                          exchange->keep_alive ? "" : "Connection: close\r\n");
  return g_byte_array_append (g_byte_array_new (), (const guint8 *)head->str, head->len);
}

/* Of the answer; FALSE when it cannot be read back. */
static gboolean
append_piece (SatchelExchange *exchange, GByteArray *output)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = satchel_spool_read (exchange->answer, &error);
  gsize size;

  if (error != NULL) {
    satchel_complain (NULL, error->message);
    return FALSE;
  }
  if (piece != NULL) {
    const guint8 *bytes = g_bytes_get_data (piece, &size);
    g_byte_array_append (output, bytes, size);
  }
  return TRUE;
}

gboolean
satchel_exchange_go_on (SatchelExchange *exchange, gsize size, GByteArray *output)
{
  exchange->transferred += size;
  return output == NULL || append_piece (exchange, output);
}

void
satchel_exchange_answer (SatchelExchange *exchange, guint status, const char *type, SatchelSpool *body)
{
  g_autoptr (GByteArray) output = NULL;

  exchange->answer = body;
  if (exchange->connection == NULL)
    return;
  take_back (exchange);
  if (satchel_connection_get_set (exchange->connection)->stopping)
    exchange->keep_alive = FALSE;
  output = print_head (exchange, status, type);
  if (!append_piece (exchange, output)) {
    satchel_connection_close (exchange->connection);
    return;
  }
  start_clock (exchange);
  satchel_connection_answer (exchange->connection, output, exchange->keep_alive);
}

void
satchel_exchange_fail (SatchelExchange *exchange, const GError *error, gint64 retry_after_ms)
{
  g_autofree char *text = satchel_error_to_text (error, retry_after_ms);

  satchel_exchange_answer (exchange, satchel_error_http_status (satchel_error_code (error)),
                           "application/json", satchel_spool_new_text (text));
}

void
satchel_exchange_refuse (SatchelExchange *exchange, guint status, const GError *error, gint64 retry_after_ms)
{
  if (exchange->connection == NULL)
    return;
  if (status == 0)
    status = satchel_error_http_status (satchel_error_code (error));
  satchel_connection_refuse (exchange->connection, status, error, retry_after_ms);
}

SatchelConnection *
satchel_exchange_stream (SatchelExchange *exchange, SatchelStreamClosedFunc closed, gpointer data)
{
  SatchelConnection *connection = exchange->connection;

  if (connection == NULL || !satchel_connection_start_stream (connection, closed, data))
    return NULL;
  return connection;
}
