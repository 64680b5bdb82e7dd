/* TLS handshakes. GnuTLS shakes hands in a thread of GLib's small pool, so a handshake starts only when the client's whole
 * first record is here, few run at a time, and each can be called off.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_HELLO_COMPLETE, /* the first record is in the socket's buffer */
  SATCHEL_HELLO_PARTIAL,  /* readable again when more of it is here */
  SATCHEL_HELLO_NONE,     /* not TLS, or hung up */
} SatchelHello;

/* Looks without reading. */
SatchelHello satchel_handshake_peek (int fd);

/* @tls NULL: failed or cancelled; otherwise owned by the callee. Called from the main context, always, once. */
typedef void (*SatchelHandshakeFunc) (GIOStream *tls, gpointer data);
/* @fd is borrowed until the stream is gone. */
void satchel_handshake_start (int fd, GTlsCertificate *certificate, GCancellable *cancellable, SatchelHandshakeFunc done,
                              gpointer data);

G_END_DECLS
