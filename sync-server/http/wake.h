/* Wake-ups: streams that tell devices that there is something to pull, and nothing else. Main thread only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/exchange.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

typedef struct _SatchelWake SatchelWake;

/* Also notices, within a second, what other processes commit. */
SatchelWake *satchel_wake_new (SatchelServer *server, guint heartbeat_ms, GMainContext *context);
/* Streams must be closed before. */
void satchel_wake_free (SatchelWake *wake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelWake, satchel_wake_free)

/* Answers with a stream whose first line is the S of now, so that nothing is missed between a pull and the wake-up. A device
 * that has too many loses its oldest: a laptop that roams leaves dead ones behind. */
void satchel_wake_add (SatchelWake *wake, SatchelExchange *exchange, const char *device);
guint satchel_wake_get_n_streams (SatchelWake *wake);
/* Closes all streams. */
void satchel_wake_cut (SatchelWake *wake);
/* Something was committed. Several within a moment make one line. */
void satchel_wake_notify (SatchelWake *wake);

G_END_DECLS
