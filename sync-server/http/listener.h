/* The door: listens, accepts, keeps the number of connections within what the process can hold.
 *
 * Everything happens in the thread that runs the main context given at the start, which must be that thread's default:
 * libsoup looks for it there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/exchange.h"

G_BEGIN_DECLS

typedef struct _SatchelListener SatchelListener;

/* @host: an address or a name, "" for all; @port 0: any. Errors: INVALID (address), FORBIDDEN (neither loopback nor TLS), BUSY
 * (taken), STORAGE (anything else of the system's). @certificate NULL: plain. @handler is copied. */
SatchelListener *satchel_listener_new (const char *host, guint16 port, GTlsCertificate *certificate,
                                       const SatchelHttpLimits *limits, const SatchelHttpHandler *handler,
                                       GMainContext *context, GError **error);
/* Only once it is idle. */
void satchel_listener_free (SatchelListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelListener, satchel_listener_free)

guint16 satchel_listener_get_port (SatchelListener *listener);
guint   satchel_listener_get_n_connections (SatchelListener *listener);

/* Accepts no more and closes what waits; requests under way are finished and their connections closed. */
void satchel_listener_stop (SatchelListener *listener);
/* Closes those as well. Handshakes still need some turns of the loop until they are gone. */
void satchel_listener_cut (SatchelListener *listener);

G_END_DECLS
