/* The transport over libsoup against a server that answers exactly the bytes it is told to, and stops where
 * it is told to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/http.h"

#include <string.h>

#include "client/sync/coding.h"
#include "client/sync/why-cut.h"
#include "protocol/error.h"
#include "protocol/limits.h"

/* ---- a server of raw bytes, in this thread ---- */

typedef enum { AFTERWARDS_CLOSE, AFTERWARDS_KEEP, AFTERWARDS_SILENCE } Afterwards;

typedef struct {
  GSocketService *service;
  char *url;
  GByteArray *request; /* the last one */
  guint n_requests, n_connections;

  GBytes *response;
  gsize n_bytes; /* of the response, that are sent */
  Afterwards afterwards;
} Server;

typedef struct {
  Server *server;
  GSocketConnection *connection;
  char buffer[65536];
} Peer;

static void read_request (Peer *peer);

static void
peer_free (Peer *peer)
{
  g_object_unref (peer->connection);
  g_free (peer);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  if (peer->server->afterwards == AFTERWARDS_CLOSE) {
    g_io_stream_close (G_IO_STREAM (peer->connection), NULL, NULL);
    peer_free (peer);
    return;
  }
  g_byte_array_set_size (peer->server->request, 0);
  read_request (peer);
}

/* TRUE when head and body of one request are there. */
static gboolean
request_is_whole (GByteArray *request)
{
  g_autofree char *text = g_strndup ((const char *)request->data, request->len);
  const char *end = strstr (text, "\r\n\r\n");
  const char *length = strstr (text, "Content-Length: ");

  if (end == NULL)
    return FALSE;
  return request->len >= (gsize)(end + 4 - text) + (length != NULL ? strtoul (length + 16, NULL, 10) : 0);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  Server *server = peer->server;
  gssize size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  gsize response_size;
  const char *response;

  if (size <= 0) {
    peer_free (peer);
    return;
  }
  g_byte_array_append (server->request, (const guint8 *)peer->buffer, size);
  if (!request_is_whole (server->request)) {
    read_request (peer);
    return;
  }
  server->n_requests++;
  response = g_bytes_get_data (server->response, &response_size);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (peer->connection)), response,
                                   MIN (server->n_bytes, response_size), G_PRIORITY_DEFAULT, NULL, written_cb,
                                   peer);
}

static void
read_request (Peer *peer)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (peer->connection)), peer->buffer,
                             sizeof peer->buffer, G_PRIORITY_DEFAULT, NULL, read_cb, peer);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Server *server = data;
  Peer *peer = g_new0 (Peer, 1);

  peer->server = server;
  peer->connection = g_object_ref (connection);
  server->n_connections++;
  g_byte_array_set_size (server->request, 0);
  read_request (peer);
  return TRUE;
}

static void
server_start (Server *server)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  *server = (Server){ 0 };
  server->service = g_socket_service_new ();
  server->request = g_byte_array_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  g_signal_connect (server->service, "incoming", G_CALLBACK (incoming_cb), server);
  server->url = g_strdup_printf ("http://127.0.0.1:%u/",
                                 g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
}

static void
server_stop (Server *server)
{
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_object_unref (server->service);
  g_byte_array_unref (server->request);
  g_clear_pointer (&server->response, g_bytes_unref);
  g_free (server->url);
}

/* Takes @response. */
static void
server_answer (Server *server, GBytes *response, Afterwards afterwards)
{
  g_clear_pointer (&server->response, g_bytes_unref);
  server->response = response;
  server->n_bytes = g_bytes_get_size (response);
  server->afterwards = afterwards;
}

static GBytes *
make_response (const char *status, const char *headers, GBytes *body)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 %s\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                                           status, headers, g_bytes_get_size (body));

  g_byte_array_append (bytes, (const guint8 *)head, strlen (head));
  g_byte_array_append (bytes, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  return g_byte_array_free_to_bytes (bytes);
}

static GBytes *
make_text_response (const char *status, const char *headers, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return make_response (status, headers, body);
}

/* ---- one exchange ---- */

typedef struct {
  SatchelTransport *transport;
  SatchelWireExchange *exchange;
  GString *data;
  gboolean cancel_at_data, done;
  GBytes *body;
  GError *error;
  gint64 retry_after_ms;
} Call;

static void
data_cb (const char *bytes, gsize size, gpointer user_data)
{
  Call *call = user_data;

  g_string_append_len (call->data, bytes, size);
  if (call->cancel_at_data)
    call->transport->cancel (call->transport, call->exchange);
}

static void
done_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer user_data)
{
  Call *call = user_data;

  g_assert_false (call->done);
  call->done = TRUE;
  call->body = body != NULL ? g_bytes_ref (body) : NULL;
  call->error = error != NULL ? g_error_copy (error) : NULL;
  call->retry_after_ms = retry_after_ms;
}

static const SatchelExchangeHandler collecting = { .done = done_cb };
static const SatchelExchangeHandler streaming = { .data = data_cb, .done = done_cb };

static void
call_clear (Call *call)
{
  g_clear_pointer (&call->body, g_bytes_unref);
  g_clear_error (&call->error);
  if (call->data != NULL)
    g_string_free (call->data, TRUE);
  *call = (Call){ 0 };
}

static void
call_start (Call *call, SatchelTransport *transport, const SatchelExchangeHandler *handler, const char *text)
{
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  call_clear (call);
  call->transport = transport;
  call->data = g_string_new (NULL);
  call->exchange = transport->start (transport, "/v1/test", "secret", body, handler, call);
  g_assert_false (call->done);
}

static void
call_run (Call *call, SatchelTransport *transport, const SatchelExchangeHandler *handler, const char *text)
{
  call_start (call, transport, handler, text);
  while (!call->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_body (Call *call, const char *text)
{
  g_assert_no_error (call->error);
  g_assert_cmpmem (g_bytes_get_data (call->body, NULL), g_bytes_get_size (call->body), text, strlen (text));
}

static SatchelTransport *
transport_new (Server *server)
{
  g_autoptr (GError) error = NULL;
  SatchelTransport *transport = satchel_http_transport_new (server->url, &error);

  g_assert_no_error (error);
  return transport;
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* ---- tests ---- */

static void
test_plain (void)
{
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;
  g_autofree char *request = NULL;

  server_start (&server);
  transport = transport_new (&server);
  server_answer (&server, make_text_response ("200 OK", "", "{\"ok\":1}"), AFTERWARDS_SILENCE);
  call_start (&call, transport, &collecting, "{}");
  while (server.request->len == 0 || !request_is_whole (server.request))
    g_main_context_iteration (NULL, TRUE);
  request = g_strndup ((const char *)server.request->data, server.request->len);
  g_assert_nonnull (strstr (request, "POST /v1/test HTTP/1.1"));
  g_assert_nonnull (strstr (request, "Authorization: Bearer secret"));
  g_assert_nonnull (strstr (request, "Accept-Encoding: satchel\r\n"));
  g_assert_true (g_str_has_suffix (request, "\r\n\r\n{}"));
  while (!call.done)
    g_main_context_iteration (NULL, TRUE);
  assert_body (&call, "{\"ok\":1}");
  g_assert_cmpuint (transport->bytes_out, ==, strlen (request));
  g_assert_cmpuint (transport->bytes_in, ==, g_bytes_get_size (server.response));
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

static gboolean
append_cb (const char *bytes, gsize size, gpointer text)
{
  g_string_append_len (text, bytes, size);
  return TRUE;
}

/* A large request travels packed and arrives as it was. */
static void
test_packed_request (void)
{
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autofree char *request = NULL;
  g_autoptr (SatchelDecoder) decoder = satchel_decoder_new ("satchel", NULL);
  g_autoptr (GString) unpacked = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *body;
  gsize size;

  server_start (&server);
  transport = transport_new (&server);
  server_answer (&server, make_text_response ("200 OK", "", "{}"), AFTERWARDS_SILENCE);
  call_start (&call, transport, &collecting, text);
  while (server.n_requests == 0)
    g_main_context_iteration (NULL, TRUE);
  size = server.request->len;
  request = g_memdup2 (server.request->data, size);
  while (!call.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (size, <, 2000);
  g_assert_nonnull (g_strstr_len (request, size, "Content-Encoding: satchel"));
  body = g_strstr_len (request, size, "\r\n\r\n") + 4;
  g_assert_true (satchel_decoder_feed (decoder, body, request + size - body, append_cb, unpacked, &error));
  g_assert_true (satchel_decoder_finish (decoder, &error));
  g_assert_cmpstr (unpacked->str, ==, text);
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

/* Whatever the coding: the whole answer gives the text, and cut at any byte it gives UNREACHABLE, streamed or
 * not. */
static void
cut_everywhere (GBytes *response, const char *text)
{
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;
  gsize size = g_bytes_get_size (response);

  server_start (&server);
  transport = transport_new (&server);
  server_answer (&server, response, AFTERWARDS_CLOSE);
  for (gsize n = 0; n < size; n++) {
    server.n_bytes = n;
    call_run (&call, transport, n % 2 == 0 ? &collecting : &streaming, "{}");
    g_assert_error (call.error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
    g_assert_null (call.body);
  }
  server.n_bytes = size;
  call_run (&call, transport, &collecting, "{}");
  assert_body (&call, text);
  call_run (&call, transport, &streaming, "{}");
  g_assert_no_error (call.error);
  g_assert_null (call.body);
  g_assert_cmpstr (call.data->str, ==, text);
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

static const char lines[] = "{\"reset\":false}\n[\"a\",1,null]\n{\"cursor\":\"1.2.3\"}\n";

static void
test_cut_plain (void)
{
  cut_everywhere (make_text_response ("200 OK", "", lines), lines);
}

static void
test_cut_packed (void)
{
  g_autoptr (GBytes) plain = g_bytes_new_static (lines, strlen (lines));
  g_autoptr (GBytes) packed = satchel_coding_encode (plain);

  cut_everywhere (make_response ("200 OK", "Content-Encoding: satchel\r\n", packed), lines);
}

/* Without a length the coding alone tells that the answer is not whole. */
static void
test_cut_unbounded (void)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: satchel\r\n\r\n";
  g_autoptr (GBytes) plain = g_bytes_new_static (lines, strlen (lines));
  g_autoptr (GBytes) packed = satchel_coding_encode (plain);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *)head, strlen (head));
  g_byte_array_append (bytes, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  cut_everywhere (g_byte_array_free_to_bytes (bytes), lines);
}

static void
test_refusals (void)
{
  static const struct {
    const char *status, *headers, *text;
    int code;
    gint64 retry_after_ms;
  } rows[] = {
    { "409 Conflict", "", "{\"error\":\"device-cloned\",\"message\":\"x\"}", SATCHEL_ERROR_DEVICE_CLONED,
      -1 },
    { "429 Too Many", "", "{\"error\":\"rate\",\"message\":\"x\",\"retry_after_ms\":1500}",
      SATCHEL_ERROR_RATE, 1500 },
    { "503 Busy", "Retry-After: 7\r\n", "<html>a proxy</html>", SATCHEL_ERROR_BUSY, 7000 },
    { "503 Busy", "Retry-After: tomorrow\r\n", "", SATCHEL_ERROR_BUSY, -1 },
    { "401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", "", SATCHEL_ERROR_UNAUTHENTICATED, -1 },
    { "302 Found", "Location: /elsewhere\r\n", "", SATCHEL_ERROR_INVALID, -1 },
  };
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;

  server_start (&server);
  transport = transport_new (&server);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    server_answer (&server, make_text_response (rows[i].status, rows[i].headers, rows[i].text),
                   AFTERWARDS_KEEP);
    call_run (&call, transport, &streaming, "{}");
    g_assert_error (call.error, SATCHEL_ERROR, rows[i].code);
    g_assert_cmpint (call.retry_after_ms, ==, rows[i].retry_after_ms);
    g_assert_cmpuint (call.data->len, ==, 0);
  }
  g_assert_cmpuint (server.n_requests, ==, G_N_ELEMENTS (rows));
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

/* One connection serves many requests; one that died while idle is replaced without anyone noticing. */
static void
test_kept_connection (void)
{
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;

  server_start (&server);
  transport = transport_new (&server);
  server_answer (&server, make_text_response ("200 OK", "", "{}"), AFTERWARDS_KEEP);
  for (guint i = 0; i < 5; i++) {
    call_run (&call, transport, &collecting, "{}");
    assert_body (&call, "{}");
  }
  g_assert_cmpuint (server.n_connections, ==, 1);

  /* The next request is swallowed by a dying connection. */
  server.n_bytes = 0;
  server.afterwards = AFTERWARDS_CLOSE;
  call_start (&call, transport, &collecting, "{}");
  while (server.n_requests < 6)
    g_main_context_iteration (NULL, TRUE);
  server.n_bytes = G_MAXSIZE;
  while (!call.done)
    g_main_context_iteration (NULL, TRUE);
  assert_body (&call, "{}");
  g_assert_cmpuint (server.n_connections, ==, 2);
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

static void
test_silence (void)
{
  static const SatchelExchangeHandler impatient = { .done = done_cb, .silence_ms = 50 };
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;

  server_start (&server);
  transport = transport_new (&server);
  server_answer (&server, make_text_response ("200 OK", "", "{}"), AFTERWARDS_SILENCE);
  for (gsize n = 0; n < g_bytes_get_size (server.response); n += 20) {
    server.n_bytes = n;
    call_run (&call, transport, &impatient, "{}");
    g_assert_error (call.error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
    g_assert_nonnull (strstr (call.error->message, "does not answer"));
  }
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

static void
test_nobody_listens (void)
{
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;

  server_start (&server);
  transport = transport_new (&server);
  drain ();
  server_stop (&server);
  call_run (&call, transport, &collecting, NULL);
  g_assert_error (call.error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
  g_assert_true (g_str_has_suffix (call.error->message, ": no server runs there"));
  call_clear (&call);
  transport->free (transport);
}

/* Cancelled at any time, an exchange is never heard of again, even when its transport goes at once. */
static void
test_cancel (void)
{
  Server server;

  server_start (&server);
  for (guint turns = 0; turns < 30; turns++) {
    Call call = { 0 };
    SatchelTransport *transport = transport_new (&server);

    server_answer (&server, make_text_response ("200 OK", "", lines), AFTERWARDS_KEEP);
    call_start (&call, transport, &streaming, "{}");
    for (guint i = 0; i < turns && !call.done; i++)
      g_main_context_iteration (NULL, FALSE);
    if (!call.done) {
      transport->cancel (transport, call.exchange);
      g_string_truncate (call.data, 0);
      transport->free (transport);
      drain ();
      g_assert_false (call.done);
      g_assert_cmpuint (call.data->len, ==, 0);
    } else {
      transport->free (transport);
    }
    call_clear (&call);
  }
  drain ();
  server_stop (&server);
}

/* No words of the system where there are words of ours. */
static void
test_why_cut (void)
{
  static const struct {
    GTlsCertificateFlags flags;
    const char *words;
  } wrongs[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "nobody whom this computer trusts" },
    { G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY, "that of another server" },
    { G_TLS_CERTIFICATE_EXPIRED, "has expired" },
    { 0, "is not good" },
  };
  g_autoptr (GError) unknown = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "ENOENT"),
                     bad = g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "EBAD"),
                     other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "in other words");

  g_assert_nonnull (strstr (satchel_why_cut (unknown, 0), "no server of that name"));
  g_assert_cmpstr (satchel_why_cut (other, 0), ==, "in other words");
  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    g_assert_nonnull (strstr (satchel_why_cut (bad, wrongs[i].flags), wrongs[i].words));
}

static void
test_cancel_at_data (void)
{
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;

  server_start (&server);
  transport = transport_new (&server);
  server_answer (&server, make_text_response ("200 OK", "", lines), AFTERWARDS_KEEP);
  call_start (&call, transport, &streaming, "{}");
  call.cancel_at_data = TRUE;
  while (call.data->len == 0)
    g_main_context_iteration (NULL, TRUE);
  drain ();
  g_assert_false (call.done);
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

/* A small packed answer that unpacks without end is refused; streamed, it is the handler's business. */
static void
test_bomb (void)
{
  Server server;
  Call call = { 0 };
  SatchelTransport *transport;
  gsize size = SATCHEL_MAX_DECODED_BYTES + 1;
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (size), size);
  g_autoptr (GBytes) packed = satchel_coding_encode (zeros);
  static const guint8 one_letter[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x80, 0x09, 0x00, 0x00, 'x' }; /* in a window of 64 MiB */
  g_autoptr (GBytes) wide = g_bytes_new_static (one_letter, sizeof one_letter);

  server_start (&server);
  transport = transport_new (&server);
  server_answer (&server, make_response ("200 OK", "Content-Encoding: satchel\r\n", packed), AFTERWARDS_KEEP);
  call_run (&call, transport, &collecting, "{}");
  g_assert_error (call.error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
  call_run (&call, transport, &streaming, "{}");
  g_assert_no_error (call.error);
  g_assert_cmpuint (call.data->len, ==, size);
  server_answer (&server, make_response ("200 OK", "Content-Encoding: satchel\r\n", wide), AFTERWARDS_KEEP);
  call_run (&call, transport, &collecting, "{}");
  g_assert_error (call.error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
  server_answer (&server, make_text_response ("200 OK", "Content-Encoding: br\r\n", "x"), AFTERWARDS_KEEP);
  call_run (&call, transport, &collecting, "{}");
  g_assert_error (call.error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  call_clear (&call);
  transport->free (transport);
  drain ();
  server_stop (&server);
}

static void
test_addresses (void)
{
  static const char *const good[] = { "http://127.0.0.1:8765", "http://localhost/", "http://[::1]:80/x/",
                                      "https://crm.example.com", "HTTPS://Crm.example.com:8443/satchel" };
  static const char *const bad[] = { "",
                                     "crm.example.com",
                                     "127.0.0.1:8765",
                                     "http://crm.example.com",
                                     "http://10.0.0.1:8765",
                                     "http://127.0.0.1.example.com",
                                     "http://localhost.example.com",
                                     "ftp://127.0.0.1",
                                     "https://",
                                     "https://user:word@example.com",
                                     "https://example.com?x=1",
                                     "file:///etc/passwd",
                                     "https://exa mple.com",
                                     "https://exa\nmple.com" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    SatchelTransport *transport = satchel_http_transport_new (good[i], &error);

    g_assert_no_error (error);
    transport->free (transport);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_http_transport_new (bad[i], &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/http/plain", test_plain);
  g_test_add_func ("/client/http/packed-request", test_packed_request);
  g_test_add_func ("/client/http/cut/plain", test_cut_plain);
  g_test_add_func ("/client/http/cut/packed", test_cut_packed);
  g_test_add_func ("/client/http/cut/unbounded", test_cut_unbounded);
  g_test_add_func ("/client/http/refusals", test_refusals);
  g_test_add_func ("/client/http/kept-connection", test_kept_connection);
  g_test_add_func ("/client/http/silence", test_silence);
  g_test_add_func ("/client/http/nobody-listens", test_nobody_listens);
  g_test_add_func ("/client/http/why-cut", test_why_cut);
  g_test_add_func ("/client/http/cancel", test_cancel);
  g_test_add_func ("/client/http/cancel-at-data", test_cancel_at_data);
  g_test_add_func ("/client/http/bomb", test_bomb);
  g_test_add_func ("/client/http/addresses", test_addresses);
  return g_test_run ();
}
