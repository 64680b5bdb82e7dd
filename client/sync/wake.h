/* Listens on the server's wake-up stream and says when there is something to pull. The connection is kept up for as long as
 * the listener lives, with growing pauses while it cannot be had.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/transport.h"
#include "protocol/id.h"

G_BEGIN_DECLS

typedef struct _SatchelWakeListener SatchelWakeListener;

/* @woken is called for every wake-up, and when a lost connection is back, because something may have been missed; also
 * when the token is not accepted any more, and then nothing is listened for. It may not free the listener. @transport and @clock are borrowed; @token is copied. Timers are armed in the thread-default context. */
SatchelWakeListener *satchel_wake_listener_new (SatchelTransport *transport, const SatchelClock *clock, const char *token,
                               void (*woken) (gpointer data), gpointer data);
void         satchel_wake_listener_free (SatchelWakeListener *wake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelWakeListener, satchel_wake_listener_free)

G_END_DECLS
