/* The door and its connections, over real sockets, with a handler that needs no store.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "protocol/error.h"
#include "tests/sync-server/door.h"

#define N_IDLE     500
#define TIMEOUT_MS 300

static const SatchelHttpLimits usual_limits = SATCHEL_HTTP_LIMITS;

static void
test_keep_alive (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);

  for (int i = 0; i < 50; i++) {
    g_autofree char *text = g_strdup_printf ("request %d", i);
    assert_echo (client, text);
  }

  g_auto (RawAnswer) later = { 0 };
  raw_client_request (client, "POST", "/later", "", "", 0);
  g_assert_true (raw_client_read (client, &later));
  g_assert_cmpmem (later.body->data, later.body->len, "later", 5);

  g_auto (RawAnswer) last = { 0 };
  raw_client_request (client, "POST", "/echo", "Connection: close\r\n", "bye", 3);
  g_assert_true (raw_client_read (client, &last));
  g_autofree char *connection = raw_answer_get_header (&last, "Connection");
  g_assert_cmpstr (connection, ==, "close");
  g_assert_true (raw_client_read_end (client));
}

/* Each answer leaves before the next request is looked at, and none is lost however the bytes fall. */
static void
test_pipelining (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
  g_autoptr (GString) requests = g_string_new (NULL);

  for (int i = 0; i < 100; i++) {
    g_autofree char *text = g_strdup_printf ("%d", i * i);
    g_string_append_printf (requests, "%sPOST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s",
                            i % 3 == 0 ? "\r\n" : "", i % 7 == 0 ? "/later" : "/echo", strlen (text), text);
  }
  raw_client_send (client, requests->str, requests->len);
  for (int i = 0; i < 100; i++) {
    g_auto (RawAnswer) answer = { 0 };
    g_autofree char *text = i % 7 == 0 ? g_strdup ("later") : g_strdup_printf ("%d", i * i);
    g_assert_true (raw_client_read (client, &answer));
    g_assert_cmpmem (answer.body->data, answer.body->len, text, strlen (text));
  }
}

/* Cut anywhere, a request is one request. The echo on another connection makes sure that the first part was
 * seen. */
static void
test_every_cut (void)
{
  static const char request[] = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
  g_autoptr (RawClient) other = raw_client_new (door->port, RAW_PLAIN);

  for (gsize cut = 1; cut < strlen (request); cut++) {
    g_auto (RawAnswer) answer = { 0 };
    raw_client_send (client, request, cut);
    assert_echo (other, "barrier");
    raw_client_send (client, request + cut, -1);
    g_assert_true (raw_client_read (client, &answer));
    g_assert_cmpmem (answer.body->data, answer.body->len, "hello", 5);
  }
}

static void
test_chunked (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };

  raw_client_send (client,
                   "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n",
                   -1);
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpmem (answer.body->data, answer.body->len, "hello, world", 12);
  g_assert_true (raw_client_read_end (client));

  /* Without an end, until it is refused. */
  g_autoptr (RawClient) endless = raw_client_new (door->port, RAW_PLAIN);
  g_autofree char *kilobyte = g_strnfill (1000, 'x');
  g_autofree char *chunk = g_strdup_printf ("3e8\r\n%s\r\n", kilobyte);
  raw_client_send (endless, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", -1);
  for (int i = 0; i <= DOOR_MOST_BODY / 1000; i++)
    raw_client_send (endless, chunk, -1);
  assert_refused (endless, 413, "too-large");
}

static void
test_expect_continue (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
  g_auto (RawAnswer) go_on = { 0 }, answer = { 0 };

  raw_client_send (client,
                   "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", -1);
  g_assert_true (raw_client_read (client, &go_on));
  g_assert_cmpuint (go_on.status, ==, 100);
  raw_client_send (client, "hello", -1);
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
  g_autofree char *server = raw_answer_get_header (&answer, "Server");
  g_assert_null (server);
  assert_echo (client, "and once more");

  raw_client_send (
      client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\nExpect: 100-continue\r\n\r\n", -1);
  assert_refused (client, 413, "too-large");
  g_assert_true (raw_client_read_end (client));
}

/* Refused at the head, with the body under way: the client still gets to read why. */
static void
test_refusals (void)
{
  static const struct {
    const char *request;
    guint status;
    const char *error;
  } cases[] = {
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n", 413, "too-large" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413, "too-large" },
    { "POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n", 403, "forbidden" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
      "invalid" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400, "invalid" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nX: \001\r\n\r\n", 400, "invalid" },
    { "hello\r\n\r\n", 400, "invalid" },
    { "\026\003\001\002\001\r\n\r\n", 400, "invalid" },
    { "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404, "not-found" },
    { "GET /..%2f..%2fetc HTTP/1.1\r\nHost: x\r\n\r\n", 404, "not-found" },
    { "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404, "not-found" },
  };
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autofree char *junk = g_strnfill (1000000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
    raw_client_send (client, cases[i].request, -1);
    if (cases[i].status == 413 || cases[i].status == 403)
      raw_client_send (client, junk, 1000000);
    assert_refused (client, cases[i].status, cases[i].error);
  }
}

/* What only libsoup sees to be wrong is turned down by it: a status and an end, without a body. */
static void
test_bad_host (void)
{
  static const char *const requests[] = { "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: [::\r\n\r\n" };
  g_autoptr (Door) door = door_open (&usual_limits, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
    g_auto (RawAnswer) answer = { 0 };
    raw_client_send (client, requests[i], -1);
    g_assert_true (raw_client_read (client, &answer));
    g_assert_cmpuint (answer.status, ==, 400);
    g_assert_true (raw_client_read_end (client));
  }
}

static void
test_large_head (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
  g_autofree char *junk = g_strnfill (20000, 'x');

  raw_client_send (client, "GET /echo HTTP/1.1\r\nX: ", -1);
  raw_client_send (client, junk, -1);
  assert_refused (client, 431, "too-large");
}

static void
test_timeouts (void)
{
  SatchelHttpLimits limits = usual_limits;
  limits.header_timeout_ms = limits.request_timeout_ms = limits.idle_timeout_ms = TIMEOUT_MS;
  g_autoptr (Door) door = door_open (&limits, NULL);

  g_autoptr (RawClient) silent = raw_client_new (door->port, RAW_PLAIN);
  g_autoptr (RawClient) head = raw_client_new (door->port, RAW_PLAIN);
  raw_client_send (head, "POST /echo HTTP/1.1\r\nHo", -1);
  g_autoptr (RawClient) body = raw_client_new (door->port, RAW_PLAIN);
  raw_client_send (body, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel", -1);
  g_autoptr (RawClient) idle = raw_client_new (door->port, RAW_PLAIN);
  assert_echo (idle, "once");
  g_autoptr (RawClient) stuck = raw_client_new (door->port, RAW_PLAIN);
  raw_client_request (stuck, "GET", "/big", "", NULL, 0);

  g_assert_true (raw_client_read_end (silent));
  assert_refused (head, 408, "unreachable");
  assert_refused (body, 408, "unreachable");
  g_assert_true (raw_client_read_end (idle));

  /* The one that did not read while its answer was under way gets what the buffers held, and the end. */
  g_clear_pointer (&head, raw_client_free);
  g_clear_pointer (&body, raw_client_free);
  while (satchel_listener_get_n_connections (door->listener) > 0)
    g_thread_yield ();
  g_auto (RawAnswer) cut = { 0 };
  g_assert_false (raw_client_read (stuck, &cut));
}

/* An answer far larger than the socket's buffers, read slowly and while others are served. */
static void
test_slow_reader (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) slow = raw_client_new (door->port, RAW_PLAIN);
  g_autoptr (RawClient) other = raw_client_new (door->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (slow, "GET", "/big", "", NULL, 0);
  for (int i = 0; i < 20; i++)
    assert_echo (other, "meanwhile");
  g_assert_true (raw_client_read (slow, &answer));
  g_assert_cmpuint (answer.body->len, ==, DOOR_BIG_BYTES);
  assert_echo (slow, "still there");

  /* And one that goes away in the middle. */
  raw_client_request (slow, "GET", "/big", "", NULL, 0);
  g_clear_pointer (&slow, raw_client_free);
  assert_echo (other, "nothing happened");
}

static void
test_many_idle (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (GPtrArray) idle = g_ptr_array_new_with_free_func ((GDestroyNotify)raw_client_free);

  for (int i = 0; i < N_IDLE; i++) {
    RawClient *client = raw_client_new (door->port, RAW_PLAIN);
    g_ptr_array_add (idle, client);
    assert_echo (client, "hello");
  }
  gint64 start = g_get_monotonic_time ();
  for (int i = 0; i < N_IDLE; i++)
    assert_echo (idle->pdata[(i * 7) % N_IDLE], "again");
  g_test_message ("%.0f µs a request with %d idle", (double)(g_get_monotonic_time () - start) / N_IDLE,
                  N_IDLE);
}

static void
test_connection_limit (void)
{
  SatchelHttpLimits limits = usual_limits;
  limits.connections = 2;
  g_autoptr (Door) door = door_open (&limits, NULL);
  g_autoptr (RawClient) first = raw_client_new (door->port, RAW_PLAIN);
  g_autoptr (RawClient) second = raw_client_new (door->port, RAW_PLAIN);
  assert_echo (first, "in");
  assert_echo (second, "in");

  g_autoptr (RawClient) third = raw_client_new (door->port, RAW_PLAIN);
  assert_refused (third, 503, "busy");
  g_assert_true (raw_client_read_end (third));
  assert_echo (first, "still in");

  g_clear_pointer (&second, raw_client_free);
  assert_echo (first, "barrier");
  g_autoptr (RawClient) fourth = raw_client_new (door->port, RAW_PLAIN);
  assert_echo (fourth, "in");
}

static void
test_stream (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);
  g_autoptr (RawClient) other = raw_client_new (door->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (client, "GET", "/stream", "", NULL, 0);
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
  g_autofree char *first = raw_client_read_chunk (client);
  g_assert_cmpstr (first, ==, "{}\n");
  door_send (door);
  g_autofree char *second = raw_client_read_chunk (client);
  g_assert_cmpstr (second, ==, "{\"s\":7}\n");

  g_clear_pointer (&client, raw_client_free);
  while (g_atomic_int_get (&door->n_streams_closed) == 0)
    assert_echo (other, "until it is noticed");
}

/* Nobody reads: the stream is cut as soon as the kernel's buffers are full. */
static void
test_stream_not_read (void)
{
  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_autoptr (RawClient) client = raw_client_new (door->port, RAW_PLAIN);

  raw_client_request (client, "GET", "/stream", "", NULL, 0);
  while (g_atomic_int_get (&door->n_streams_closed) == 0)
    door_send (door);
}

static void
test_addresses (void)
{
  SatchelHttpHandler handler = { 0 };
  g_autoptr (GError) outside = NULL, taken = NULL, unknown = NULL;

  g_assert_null (satchel_listener_new ("0.0.0.0", 0, NULL, &usual_limits, &handler, NULL, &outside));
  g_assert_error (outside, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN);

  g_autoptr (Door) door = door_open (&usual_limits, NULL);
  g_assert_null (satchel_listener_new ("127.0.0.1", door->port, NULL, &usual_limits, &handler, NULL, &taken));
  g_assert_error (taken, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);

  g_assert_null (
      satchel_listener_new ("no.such.host.invalid", 0, NULL, &usual_limits, &handler, NULL, &unknown));
  g_assert_error (unknown, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/listener/keep-alive", test_keep_alive);
  g_test_add_func ("/sync-server/listener/pipelining", test_pipelining);
  g_test_add_func ("/sync-server/listener/every-cut", test_every_cut);
  g_test_add_func ("/sync-server/listener/chunked", test_chunked);
  g_test_add_func ("/sync-server/listener/expect-continue", test_expect_continue);
  g_test_add_func ("/sync-server/listener/refusals", test_refusals);
  g_test_add_func ("/sync-server/listener/bad-host", test_bad_host);
  g_test_add_func ("/sync-server/listener/large-head", test_large_head);
  g_test_add_func ("/sync-server/listener/timeouts", test_timeouts);
  g_test_add_func ("/sync-server/listener/slow-reader", test_slow_reader);
  g_test_add_func ("/sync-server/listener/many-idle", test_many_idle);
  g_test_add_func ("/sync-server/listener/connection-limit", test_connection_limit);
  g_test_add_func ("/sync-server/listener/stream", test_stream);
  g_test_add_func ("/sync-server/listener/stream-not-read", test_stream_not_read);
  g_test_add_func ("/sync-server/listener/addresses", test_addresses);
  return g_test_run ();
}
