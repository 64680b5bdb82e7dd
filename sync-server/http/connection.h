/* One connection of a client, from accept to close, and the set of all of them.
 *
 * Between requests it is parked: a descriptor, a deadline and nothing else. A request's head is collected here, bounded in
 * size and time; only a complete head is handed to libsoup, which parses it and decodes the body. Then the connection is taken
 * back, the answer written, as far as goes without waiting, and the rest when there is room; and it is parked again.
 * Everything runs in the thread of the main context.
 *
 *     accept → (hello → handshake →) idle → head → request → answer → idle …
 *                                      any of them → linger → closed; request → stream → closed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>
#include <netinet/in.h>

#include "protocol/limits.h"
#include "sync-server/http/parking.h"

G_BEGIN_DECLS

typedef struct _SatchelConnection SatchelConnection;
typedef struct _SatchelExchange SatchelExchange;

typedef struct {
  guint connections;          /* at a time; 0: what the descriptor limit leaves */
  guint handshakes;           /* TLS, at a time */
  guint header_timeout_ms;    /* from the first byte of a head to its last; also a handshake's */
  guint idle_timeout_ms;      /* between requests */
  guint request_timeout_ms;   /* over each such period a body or an answer must move one byte a millisecond */
} SatchelHttpLimits;
#define SATCHEL_HTTP_LIMITS \
  { \
    .handshakes = 8, .header_timeout_ms = SATCHEL_HEADER_TIMEOUT_MS, .idle_timeout_ms = SATCHEL_IDLE_TIMEOUT_MS, \
    .request_timeout_ms = SATCHEL_REQUEST_TIMEOUT_MS \
  }

/* Who answers. */
typedef struct {
  /* The head is here. Returns the most bytes that the body may have, or -1 after satchel_exchange_refuse(). May hold the
   * exchange before its body is read (satchel_exchange_hold). */
  gssize (*admit) (SatchelExchange *exchange, gpointer data);
  /* The whole request is here. Answers now, or holds the exchange and answers later. */
  void (*request) (SatchelExchange *exchange, gpointer data);
  gpointer data;
} SatchelHttpHandler;

/* What the connections of a listener share. */
typedef struct {
  SatchelParking *parking;
  SoupServer *soup;
  GSocketAddress *local_address;
  GTlsCertificate *certificate; /* NULL: plain */
  SatchelHttpLimits limits;
  SatchelHttpHandler handler;
  GQueue open;                  /* SatchelConnection* */
  GQueue hello;                 /* those of them that wait for a place to shake hands */
  guint n_handshakes;
  gboolean stopping;            /* an answer is a connection's last */
  SatchelConnection *starting;  /* the one that is being handed to libsoup */
} SatchelConnections;

/* Takes the descriptor, which is non-blocking. */
void satchel_connection_open (SatchelConnections *set, int fd, const struct sockaddr *peer);
/* Closes those that are idle; the others close after their answer. */
void satchel_connections_stop (SatchelConnections *set);
void satchel_connections_close_all (SatchelConnections *set);

/* 16 bytes, an IPv6 address or a mapped IPv4 one. */
const guint8 *satchel_connection_get_peer (const SatchelConnection *connection);
SatchelConnections *satchel_connection_get_set (SatchelConnection *connection);

/* libsoup has begun with what "starting" was handed over for. */
void satchel_connections_request_started (SatchelConnections *set, SoupServerMessage *message);

/* ---- for the exchange ---- */
/* Begins to write: head and first piece; the exchange has the others. The connection may be gone on return. */
void satchel_connection_answer (SatchelConnection *connection, GByteArray *answer, gboolean keep_alive);
/* A last answer; what the client still sends is read and dropped for a while, so that it gets to read the
 * answer. Takes nothing. */
void satchel_connection_refuse (SatchelConnection *connection, guint status, const GError *error, gint64 retry_after_ms);
void satchel_connection_close (SatchelConnection *connection);
void satchel_connection_set_deadline (SatchelConnection *connection, gint64 after_ms);

/* ---- streams: an answer without an end, in chunked encoding ---- */
typedef void (*SatchelStreamClosedFunc) (SatchelConnection *connection, gpointer data);
/* Sends the head. @closed is called once, whoever closes. FALSE: it could not even start, and is gone without that call. */
gboolean satchel_connection_start_stream (SatchelConnection *connection, SatchelStreamClosedFunc closed, gpointer data);
/* One chunk, without waiting: a client that does not keep up is cut off, soon after the call. */
void satchel_connection_send (SatchelConnection *connection, const char *bytes, gsize size);

G_END_DECLS
