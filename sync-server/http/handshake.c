/* Handshakes on glib-networking's server connection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/handshake.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <sys/socket.h>

#define RECORD_HEADER_BYTES 5
#define RECORD_HANDSHAKE    22
#define RECORD_MOST_BYTES   16384

typedef struct {
  SatchelHandshakeFunc done;
  gpointer data;
} Handshake;

/* TLS record header (RFC 8446, 5.1): type, version (2), length (2, big-endian). SO_RCVLOWAT keeps poll silent
 * until the rest is there; waking up early all the same means that the client hung up. */
SatchelHello
satchel_handshake_peek (int fd)
{
  guint8 record[RECORD_HEADER_BYTES + RECORD_MOST_BYTES];

  ssize_t n = recv (fd, record, sizeof record, MSG_PEEK | MSG_DONTWAIT);
  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? SATCHEL_HELLO_PARTIAL : SATCHEL_HELLO_NONE;
  if (n == 0 || record[0] != RECORD_HANDSHAKE)
    return SATCHEL_HELLO_NONE;

  int needed = RECORD_HEADER_BYTES;
  if (n >= RECORD_HEADER_BYTES) {
    needed += record[3] << 8 | record[4];
    if (needed == RECORD_HEADER_BYTES || needed > (int)sizeof record)
      return SATCHEL_HELLO_NONE;
  }

  int low_water;
  socklen_t size = sizeof low_water;
  if (getsockopt (fd, SOL_SOCKET, SO_RCVLOWAT, &low_water, &size) != 0)
    return SATCHEL_HELLO_NONE;
  gboolean complete = n >= needed && n > RECORD_HEADER_BYTES;
  int wanted = complete ? 1 : needed;
  if (!complete && low_water == wanted)
    return SATCHEL_HELLO_NONE;
  if (setsockopt (fd, SOL_SOCKET, SO_RCVLOWAT, &wanted, sizeof wanted) != 0)
    return SATCHEL_HELLO_NONE;
  return complete ? SATCHEL_HELLO_COMPLETE : SATCHEL_HELLO_PARTIAL;
}

static void
handshake_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Handshake *handshake = data;

  /* Why a stranger's handshake failed is the stranger's business. */
  gboolean ok = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL);
  handshake->done (ok ? g_object_ref (G_IO_STREAM (source)) : NULL, handshake->data);
}

void
satchel_handshake_start (int fd, GTlsCertificate *certificate, GCancellable *cancellable,
                         SatchelHandshakeFunc done, gpointer data)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (fd, FALSE);
  g_autoptr (GOutputStream) output = g_unix_output_stream_new (fd, FALSE);
  g_autoptr (GIOStream) base = g_simple_io_stream_new (input, output);

  /* "database" NULL: otherwise each connection would load the store of certificate authorities (20 ms, 4 MB).
   * Built through the type, because g_tls_server_connection_new() does not take it. */
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GIOStream) tls = g_initable_new (
      g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, NULL, "base-io-stream",
      base, "certificate", certificate, "database", NULL, "authentication-mode", G_TLS_AUTHENTICATION_NONE,
      "require-close-notify", FALSE, "advertised-protocols", protocols, NULL);
  if (tls == NULL) {
    done (NULL, data);
    return;
  }

  Handshake *handshake = g_new0 (Handshake, 1);
  handshake->done = done;
  handshake->data = data;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, cancellable,
                                    handshake_done_cb, handshake);
}
