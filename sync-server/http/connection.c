/* A connection's phases; see the header for the picture.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/connection.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/wire/message.h"
#include "sync-server/http/exchange.h"
#include "sync-server/http/handshake.h"
#include "sync-server/http/head.h"
#include "sync-server/http/lent-stream.h"
#include "sync-server/http/replay-stream.h"

#define MOST_HEAD_BYTES   (16 * 1024)
#define READ_BYTES        (4 * 1024)
#define LINGER_MS         3000
#define MOST_LINGER_BYTES (16 * 1024 * 1024)

typedef enum {
  PHASE_HELLO,     /* TLS: waits for the client's first record, then for a place */
  PHASE_HANDSHAKE, /* a thread is at it */
  PHASE_IDLE,      /* nothing of the next request is here */
  PHASE_HEAD,      /* a part of its head is */
  PHASE_REQUEST,   /* libsoup has the connection, an exchange answers */
  PHASE_ANSWER,    /* the exchange's answer is being written */
  PHASE_STREAM,    /* an endless answer */
  PHASE_LINGER,    /* answered for the last time */
} Phase;

struct _SatchelConnection {
  SatchelConnections *set;
  SatchelParked parked; /* parked.fd is the socket */
  GList link;           /* in set->open */
  GList hello_link;     /* in set->hello */
  Phase phase;
  gboolean in_hello, served;
  guint8 peer[16];
  GIOStream *tls;      /* NULL: plain */
  GInputStream *input; /* from the first request on: GIO asks the kernel much when it makes them */
  GOutputStream *output;
  GCancellable *handshake;   /* PHASE_HANDSHAKE */
  GByteArray *ahead;         /* read and not yet consumed; NULL: nothing */
  SatchelExchange *exchange; /* PHASE_REQUEST, PHASE_ANSWER */
  GByteArray *answer;        /* PHASE_ANSWER: what is next of it, */
  gsize written;             /* so much of it is out, */
  gboolean keep_alive;       /* and another request may follow */
  gsize lingered;
  SatchelStreamClosedFunc stream_closed; /* PHASE_STREAM */
  gpointer stream_data;
};

static void collect_head (SatchelConnection *connection);

const guint8 *
satchel_connection_get_peer (const SatchelConnection *connection)
{
  return connection->peer;
}

SatchelConnections *
satchel_connection_get_set (SatchelConnection *connection)
{
  return connection->set;
}

void
satchel_connection_set_deadline (SatchelConnection *connection, gint64 after_ms)
{
  satchel_parking_set_deadline (connection->set->parking, &connection->parked, after_ms);
}

static void
wait_for_input (SatchelConnection *connection)
{
  if (!satchel_parking_watch (connection->set->parking, &connection->parked))
    satchel_connection_close (connection);
}

/* ---- closing ---- */

void
satchel_connection_close (SatchelConnection *connection)
{
  SatchelConnections *set = connection->set;

  satchel_parking_forget (set->parking, &connection->parked);
  if (connection->phase == PHASE_HANDSHAKE) {
    /* Its thread still uses the descriptor; handshake_done comes back here in another phase. */
    g_cancellable_cancel (connection->handshake);
    return;
  }
  if (connection->in_hello)
    g_queue_unlink (&set->hello, &connection->hello_link);
  if (connection->exchange != NULL)
    satchel_exchange_abandon (g_steal_pointer (&connection->exchange));
  if (connection->stream_closed != NULL)
    connection->stream_closed (connection, connection->stream_data);
  g_queue_unlink (&set->open, &connection->link);
  g_clear_object (&connection->input);
  g_clear_object (&connection->output);
  g_clear_object (&connection->tls);
  g_clear_pointer (&connection->ahead, g_byte_array_unref);
  g_clear_pointer (&connection->answer, g_byte_array_unref);
  close (connection->parked.fd);
  g_free (connection);
}

static void
linger (SatchelConnection *connection)
{
  connection->phase = PHASE_LINGER;
  shutdown (connection->parked.fd, SHUT_WR);
  satchel_connection_set_deadline (connection, LINGER_MS);
  wait_for_input (connection);
}

/* Closing with unread input would reset the connection and may take the answer with it. */
static void
drain (SatchelConnection *connection)
{
  guint8 buffer[READ_BYTES];
  ssize_t n;

  while ((n = recv (connection->parked.fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
    if ((connection->lingered += n) > MOST_LINGER_BYTES)
      break;
  if (n < 0 && errno == EAGAIN)
    wait_for_input (connection);
  else
    satchel_connection_close (connection);
}

/* What goes without waiting, 0 for none; -1: hung up or broken. */
static gssize
write_some (SatchelConnection *connection, const void *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  GOutputStream *output;
  gssize n;

  if (connection->tls == NULL) {
    n = send (connection->parked.fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
  }
  output = g_io_stream_get_output_stream (connection->tls);
  n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), bytes, size, NULL,
                                                  &error);
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? 0 : n;
}

/* Without waiting; FALSE when not all of it went out. */
static gboolean
write_now (SatchelConnection *connection, const char *bytes, gsize size)
{
  return write_some (connection, bytes, size) == (gssize)size;
}

void
satchel_connection_refuse (SatchelConnection *connection, guint status, const GError *error,
                           gint64 retry_after_ms)
{
  g_autofree char *body = satchel_error_to_text (error, retry_after_ms);
  g_autofree char *answer = g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Type: application/json\r\n"
                                             "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                                             status, satchel_status_get_phrase (status), strlen (body), body);

  if (connection->exchange != NULL)
    satchel_exchange_abandon (g_steal_pointer (&connection->exchange));
  if (write_now (connection, answer, strlen (answer)))
    linger (connection);
  else
    satchel_connection_close (connection);
}

static void
refuse_head (SatchelConnection *connection, guint status, SatchelErrorCode code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (SATCHEL_ERROR, code, message);

  satchel_connection_refuse (connection, status, error, -1);
}

/* ---- reading a head ---- */

/* Up to READ_BYTES more. 1: some came; 0: none now; -1: hung up or broken. */
static int
read_ahead (SatchelConnection *connection)
{
  guint8 buffer[READ_BYTES];
  gssize n;

  if (connection->tls == NULL) {
    n = recv (connection->parked.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      return 0;
  } else {
    g_autoptr (GError) error = NULL;
    GInputStream *input = g_io_stream_get_input_stream (connection->tls);
    n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer, sizeof buffer,
                                                  NULL, &error);
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return 0;
  }
  if (n <= 0)
    return -1;

  if (connection->ahead == NULL)
    connection->ahead = g_byte_array_new ();
  g_byte_array_append (connection->ahead, buffer, n);
  return 1;
}

static SatchelHead
find_head (GByteArray *ahead, gsize *size)
{
  g_byte_array_remove_range (ahead, 0, satchel_head_count_blank (ahead->data, ahead->len));
  return satchel_head_find (ahead->data, ahead->len, size);
}

static void
make_streams (SatchelConnection *connection)
{
  if (connection->tls != NULL) {
    connection->input = g_object_ref (g_io_stream_get_input_stream (connection->tls));
    connection->output = g_object_ref (g_io_stream_get_output_stream (connection->tls));
  } else {
    connection->input = g_unix_input_stream_new (connection->parked.fd, FALSE);
    connection->output = g_unix_output_stream_new (connection->parked.fd, FALSE);
  }
}

/* libsoup has everything it needs for the head, and may do all of the request before this returns; the
 * connection may be gone then. */
static void
start_request (SatchelConnection *connection, gsize head_size)
{
  SatchelConnections *set = connection->set;

  if (connection->input == NULL)
    make_streams (connection);
  g_autoptr (GInputStream) replay =
      satchel_replay_stream_new (connection->input, connection->ahead, head_size);
  g_autoptr (GIOStream) stream = satchel_lent_stream_new (replay, connection->output);

  connection->phase = PHASE_REQUEST;
  connection->served = TRUE;
  satchel_connection_set_deadline (connection, set->limits.request_timeout_ms);
  set->starting = connection;
  soup_server_accept_iostream (set->soup, stream, set->local_address, set->local_address, NULL);
  set->starting = NULL;
}

void
satchel_connections_request_started (SatchelConnections *set, SoupServerMessage *message)
{
  SatchelConnection *connection = g_steal_pointer (&set->starting);

  connection->exchange = satchel_exchange_new (connection, message);
}

static void
collect_head (SatchelConnection *connection)
{
  int came = 1;

  while (came > 0) {
    gsize size = 0;
    SatchelHead head =
        connection->ahead != NULL ? find_head (connection->ahead, &size) : SATCHEL_HEAD_PARTIAL;
    if (head == SATCHEL_HEAD_MALFORMED) {
      refuse_head (connection, SOUP_STATUS_BAD_REQUEST, SATCHEL_ERROR_INVALID, "the request is not HTTP");
      return;
    }
    if (head == SATCHEL_HEAD_COMPLETE && size <= MOST_HEAD_BYTES) {
      start_request (connection, size);
      return;
    }
    if (connection->ahead != NULL && connection->ahead->len > MOST_HEAD_BYTES) {
      refuse_head (connection, 431, SATCHEL_ERROR_TOO_LARGE, "the request's head is too large");
      return;
    }
    came = read_ahead (connection);
  }
  if (came < 0) {
    satchel_connection_close (connection);
    return;
  }

  /* The clock of a head starts with its first byte and is not set back by the next. */
  if (connection->phase == PHASE_IDLE && connection->ahead != NULL && connection->ahead->len > 0) {
    connection->phase = PHASE_HEAD;
    satchel_connection_set_deadline (connection, connection->set->limits.header_timeout_ms);
  }
  wait_for_input (connection);
}

/* ---- the handshake ---- */

static void start_handshakes (SatchelConnections *set);

static void
begin_idle (SatchelConnection *connection)
{
  const SatchelHttpLimits *limits = &connection->set->limits;

  connection->phase = PHASE_IDLE;
  satchel_connection_set_deadline (connection,
                                   connection->served ? limits->idle_timeout_ms : limits->header_timeout_ms);
}

static void
handshake_done_cb (GIOStream *tls, gpointer data)
{
  SatchelConnection *connection = data;
  SatchelConnections *set = connection->set;
  gboolean cancelled = g_cancellable_is_cancelled (connection->handshake);

  connection->tls = tls;
  g_clear_object (&connection->handshake);
  begin_idle (connection);
  if (tls == NULL || cancelled || set->stopping)
    satchel_connection_close (connection);
  else
    collect_head (connection);

  set->n_handshakes--;
  start_handshakes (set);
}

static void
start_handshakes (SatchelConnections *set)
{
  while (set->n_handshakes < set->limits.handshakes && set->hello.head != NULL) {
    SatchelConnection *connection = set->hello.head->data;
    g_queue_unlink (&set->hello, &connection->hello_link);
    connection->in_hello = FALSE;
    connection->phase = PHASE_HANDSHAKE;
    connection->handshake = g_cancellable_new ();
    satchel_connection_set_deadline (connection, set->limits.header_timeout_ms);
    set->n_handshakes++;
    satchel_handshake_start (connection->parked.fd, set->certificate, connection->handshake,
                             handshake_done_cb, connection);
  }
}

static void
await_hello (SatchelConnection *connection)
{
  SatchelConnections *set = connection->set;

  switch (satchel_handshake_peek (connection->parked.fd)) {
  case SATCHEL_HELLO_COMPLETE:
    connection->in_hello = TRUE;
    satchel_connection_set_deadline (connection, 0); /* the client has done its part */
    g_queue_push_tail_link (&set->hello, &connection->hello_link);
    start_handshakes (set);
    break;
  case SATCHEL_HELLO_PARTIAL:
    wait_for_input (connection);
    break;
  case SATCHEL_HELLO_NONE:
    satchel_connection_close (connection);
    break;
  }
}

/* ---- answers ---- */

/* Nothing is left to write: the connection goes on to the next request, or closes. */
static void
finish (SatchelConnection *connection)
{
  satchel_exchange_abandon (g_steal_pointer (&connection->exchange));
  g_clear_pointer (&connection->answer, g_byte_array_unref);
  if (!connection->keep_alive || connection->set->stopping) {
    linger (connection);
    return;
  }

  if (connection->ahead != NULL && connection->ahead->len == 0)
    g_clear_pointer (&connection->ahead, g_byte_array_unref);
  begin_idle (connection);
  /* What was read ahead is a pipelined request; TLS may hold bytes that the descriptor no longer shows. Not
   * from here: others wait as well. */
  if (connection->ahead != NULL || connection->tls != NULL)
    satchel_parking_requeue (connection->set->parking, &connection->parked);
  else
    wait_for_input (connection);
}

/* A piece at most, so that one who reads fast does not keep the others waiting. */
static void
write_answer (SatchelConnection *connection)
{
  GByteArray *answer = connection->answer;
  gssize n = write_some (connection, answer->data + connection->written, answer->len - connection->written);

  if (n < 0) {
    satchel_connection_close (connection);
    return;
  }
  connection->written += n;
  if (connection->written == answer->len) {
    g_byte_array_set_size (answer, 0);
    connection->written = 0;
  }
  if (!satchel_exchange_go_on (connection->exchange, n, answer->len == 0 ? answer : NULL))
    satchel_connection_close (connection);
  else if (answer->len == 0)
    finish (connection);
  else if (!satchel_parking_watch_output (connection->set->parking, &connection->parked))
    satchel_connection_close (connection);
}

void
satchel_connection_answer (SatchelConnection *connection, GByteArray *answer, gboolean keep_alive)
{
  connection->phase = PHASE_ANSWER;
  connection->answer = g_byte_array_ref (answer);
  connection->written = 0;
  connection->keep_alive = keep_alive;
  write_answer (connection);
}

/* ---- what parking reports ---- */

static void
ready_cb (gpointer data)
{
  SatchelConnection *connection = data;

  switch (connection->phase) {
  case PHASE_HELLO:
    await_hello (connection);
    break;
  case PHASE_IDLE:
  case PHASE_HEAD:
    collect_head (connection);
    break;
  case PHASE_ANSWER:
    write_answer (connection);
    break;
  case PHASE_STREAM: /* nothing may follow the request: it hung up, or it is not our protocol */
    satchel_connection_close (connection);
    break;
  case PHASE_LINGER:
    drain (connection);
    break;
  case PHASE_HANDSHAKE:
  case PHASE_REQUEST:
    break;
  }
}

static void
expired_cb (gpointer data)
{
  SatchelConnection *connection = data;

  if (connection->phase == PHASE_HEAD)
    refuse_head (connection, SOUP_STATUS_REQUEST_TIMEOUT, SATCHEL_ERROR_UNREACHABLE,
                 "the request did not arrive in time");
  else if (connection->exchange != NULL)
    satchel_exchange_expired (connection->exchange);
  else
    satchel_connection_close (connection);
}

static void
set_peer (SatchelConnection *connection, const struct sockaddr *peer)
{
  if (peer->sa_family == AF_INET6) {
    memcpy (connection->peer, &((const struct sockaddr_in6 *)peer)->sin6_addr, 16);
  } else if (peer->sa_family == AF_INET) {
    memset (connection->peer + 10, 0xff, 2);
    memcpy (connection->peer + 12, &((const struct sockaddr_in *)peer)->sin_addr, 4);
  }
}

void
satchel_connection_open (SatchelConnections *set, int fd, const struct sockaddr *peer)
{
  SatchelConnection *connection = g_new0 (SatchelConnection, 1);
  connection->set = set;
  connection->parked.fd = fd;
  connection->parked.ready = ready_cb;
  connection->parked.expired = expired_cb;
  connection->parked.data = connection;
  connection->link.data = connection;
  connection->hello_link.data = connection;
  set_peer (connection, peer);
  g_queue_push_tail_link (&set->open, &connection->link);

  /* Long answers leave in several writes: never let one wait for the acknowledgement of another. */
  int one = 1;
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

  begin_idle (connection);
  if (set->certificate != NULL)
    connection->phase = PHASE_HELLO;
  wait_for_input (connection);
}

/* ---- streams ---- */

gboolean
satchel_connection_start_stream (SatchelConnection *connection, SatchelStreamClosedFunc closed, gpointer data)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
                             "Cache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n";

  satchel_exchange_abandon (g_steal_pointer (&connection->exchange));
  connection->phase = PHASE_STREAM;
  satchel_connection_set_deadline (connection, 0);
  if (!write_now (connection, head, strlen (head)) ||
      !satchel_parking_watch (connection->set->parking, &connection->parked)) {
    satchel_connection_close (connection);
    return FALSE;
  }
  connection->stream_closed = closed;
  connection->stream_data = data;
  return TRUE;
}

void
satchel_connection_send (SatchelConnection *connection, const char *bytes, gsize size)
{
  g_autoptr (GString) chunk = g_string_new (NULL);

  g_string_append_printf (chunk, "%zx\r\n", size);
  g_string_append_len (chunk, bytes, size);
  g_string_append (chunk, "\r\n");
  /* Closed by way of the main loop, so that a caller may walk over its streams. */
  if (!write_now (connection, chunk->str, chunk->len))
    shutdown (connection->parked.fd, SHUT_RDWR);
}

/* ---- the end ---- */

void
satchel_connections_stop (SatchelConnections *set)
{
  set->stopping = TRUE;
  GList *next;
  for (GList *link = set->open.head; link != NULL; link = next) {
    SatchelConnection *connection = link->data;
    next = link->next;
    if (connection->phase == PHASE_STREAM)
      write_now (connection, "0\r\n\r\n", 5);
    if (connection->exchange == NULL && connection->phase != PHASE_LINGER)
      satchel_connection_close (connection);
  }
}

void
satchel_connections_close_all (SatchelConnections *set)
{
  GList *next;
  for (GList *link = set->open.head; link != NULL; link = next) {
    SatchelConnection *connection = link->data;
    next = link->next;
    satchel_connection_close (connection);
  }
}
