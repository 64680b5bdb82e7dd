/* The door behind TLS: handshakes that stall, lie or never come must not keep others out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "tests/sync-server/door.h"

#define N_STALLED  20
#define TIMEOUT_MS 500

static const SatchelHttpLimits usual_limits = SATCHEL_HTTP_LIMITS;

static GTlsCertificate *
load_certificate (void)
{
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate =
      g_tls_certificate_new_from_files (FIXTURES "/tls/cert.pem", FIXTURES "/tls/key.pem", &error);

  g_assert_no_error (error);
  return certificate;
}

static Door *
open_tls_door (const SatchelHttpLimits *limits)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ();

  return door_open (limits, certificate);
}

/* What a client says first: taken from one that gets no answer. */
static GBytes *
make_hello (void)
{
  g_autoptr (GInputStream) nothing = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) said = g_memory_output_stream_new_resizable ();
  g_autoptr (GIOStream) base = g_simple_io_stream_new (nothing, said);
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (base, NULL, NULL);

  g_assert_false (g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL));
  gsize size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (said));
  const guint8 *bytes = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (said));
  gsize record = 5 + (bytes[3] << 8 | bytes[4]);
  g_assert_cmpuint (record, <=, size);
  return g_bytes_new (bytes, record);
}

static void
test_requests (void)
{
  g_autoptr (Door) door = open_tls_door (&usual_limits);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_TLS);
  g_autoptr (GString) requests = g_string_new (NULL);
  g_auto (RawAnswer) big = { 0 };

  for (int i = 0; i < 20; i++)
    assert_echo (client, "hello");
  for (int i = 0; i < 50; i++)
    g_string_append_printf (requests, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                            i % 7 == 0 ? "/later" : "/echo");
  raw_client_send (client, requests->str, requests->len);
  for (int i = 0; i < 50; i++) {
    g_auto (RawAnswer) answer = { 0 };
    g_assert_true (raw_client_read (client, &answer));
    g_assert_cmpmem (answer.body->data, answer.body->len, i % 7 == 0 ? "later" : "hello", 5);
  }

  raw_client_request (client, "GET", "/big", "", NULL, 0);
  g_assert_true (raw_client_read (client, &big));
  g_assert_cmpuint (big.body->len, ==, DOOR_BIG_BYTES);
  raw_client_send (client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n", -1);
  assert_refused (client, 413, "too-large");
}

static void
test_stream (void)
{
  g_autoptr (Door) door = open_tls_door (&usual_limits);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_TLS);
  g_autoptr (RawClient) other = raw_client_new (door->port, RAW_TLS);
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (client, "GET", "/stream", "", NULL, 0);
  g_assert_true (raw_client_read (client, &answer));
  g_autofree char *first = raw_client_read_chunk (client);
  g_assert_cmpstr (first, ==, "{}\n");
  door_send (door);
  g_autofree char *second = raw_client_read_chunk (client);
  g_assert_cmpstr (second, ==, "{\"s\":7}\n");
  g_clear_pointer (&client, raw_client_free);
  while (g_atomic_int_get (&door->n_streams_closed) == 0)
    assert_echo (other, "until it is noticed");
}

/* Half a first record costs a descriptor, not a place among the handshakes. */
static void
test_half_hello (void)
{
  g_autoptr (Door) door = open_tls_door (&usual_limits);
  g_autoptr (GPtrArray) stalled = g_ptr_array_new_with_free_func ((GDestroyNotify)raw_client_free);
  g_autoptr (GBytes) hello = make_hello ();
  const char *bytes = g_bytes_get_data (hello, NULL);

  for (gsize i = 0; i < N_STALLED; i++) {
    RawClient *client = raw_client_new (door->port, RAW_PLAIN);
    g_ptr_array_add (stalled, client);
    raw_client_send (client, bytes, i * (g_bytes_get_size (hello) - 1) / N_STALLED);
  }
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_TLS);
  assert_echo (client, "not held up");
}

/* A whole one, and then silence, takes a place until its time is over. */
static void
test_stalled_handshakes (void)
{
  SatchelHttpLimits limits = usual_limits;
  limits.header_timeout_ms = TIMEOUT_MS;
  limits.handshakes = 2;
  g_autoptr (Door) door = open_tls_door (&limits);
  g_autoptr (GPtrArray) stalled = g_ptr_array_new_with_free_func ((GDestroyNotify)raw_client_free);
  g_autoptr (GBytes) hello = make_hello ();

  for (int i = 0; i < 2; i++) {
    RawClient *client = raw_client_new (door->port, RAW_PLAIN);
    g_ptr_array_add (stalled, client);
    raw_client_send (client, g_bytes_get_data (hello, NULL), g_bytes_get_size (hello));
  }
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_TLS);
  assert_echo (client, "after them");
  while (satchel_listener_get_n_connections (door->listener) > 1)
    assert_echo (client, "until they are gone");
}

static void
test_not_tls (void)
{
  static const char *const texts[] = { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\026\003\001\377\377",
                                       "\026\003\001\000\000", "\025\003\001\000\002\002\050" };
  static const gsize sizes[] = { 27, 5, 5, 7 };
  g_autoptr (Door) door = open_tls_door (&usual_limits);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
    raw_client_send (client, texts[i], sizes[i]);
    g_assert_true (raw_client_read_end (client));
  }
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_TLS);
  assert_echo (client, "unharmed");
}

/* Closed while handshakes are under way: nothing is left behind. */
static void
test_close_in_handshake (void)
{
  g_autoptr (GBytes) hello = make_hello ();

  for (int i = 0; i < 10; i++) {
    g_autoptr (Door) door = open_tls_door (&usual_limits);
    g_autoptr (RawClient) stalled = raw_client_new (door->port, RAW_PLAIN);
    raw_client_send (stalled, g_bytes_get_data (hello, NULL), g_bytes_get_size (hello));
    if (i % 2 == 0) {
      g_autoptr (RawClient) client = raw_client_new (door->port, RAW_TLS);
      assert_echo (client, "barrier");
    }
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/tls/requests", test_requests);
  g_test_add_func ("/sync-server/tls/stream", test_stream);
  g_test_add_func ("/sync-server/tls/half-hello", test_half_hello);
  g_test_add_func ("/sync-server/tls/stalled-handshakes", test_stalled_handshakes);
  g_test_add_func ("/sync-server/tls/not-tls", test_not_tls);
  g_test_add_func ("/sync-server/tls/close-in-handshake", test_close_in_handshake);
  return g_test_run ();
}
