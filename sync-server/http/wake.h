/* Wake-ups: streams that tell devices that there is something to pull, and nothing else. Main thread only.
 *
 * A commit wakes the devices that carry something of what it stirred (store/ripple.h, scope/signature.h), not the one that wrote it. A
 * few are told at once; many within a moment that grows with their number, each at its own point of it, so that a commit that
 * concerns everyone does not bring all of them at the same time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/exchange.h"
#include "sync-server/http/writer.h"
#include "sync-server/scope/signature.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

typedef struct _SatchelWake SatchelWake;

/* Hears of the commits of @server, and has @writer look once a second for those of other processes. Both are borrowed. */
SatchelWake *satchel_wake_new (SatchelServer *server, SatchelWriter *writer, guint heartbeat_ms, GMainContext *context);
/* Streams must be closed before. */
void satchel_wake_free (SatchelWake *wake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelWake, satchel_wake_free)

/* A caller who wants to be woken, as found at some S. */
typedef struct {
  const SatchelCaller *caller;
  SatchelSignature *signature; /* borrowed */
  gint64 s;
  guint n_revisions; /* satchel_wake_count_revisions() before the caller was authenticated */
} SatchelSleeper;

/* Answers with a stream whose first line is the S of now, so that nothing is missed between a pull and the wake-up. A device
 * that has too many loses its oldest: a laptop that roams leaves dead ones behind. */
void  satchel_wake_add (SatchelWake *wake, SatchelExchange *exchange, const SatchelSleeper *sleeper);
/* What the device carries as of @s, learned from its pull. */
void  satchel_wake_deposit (SatchelWake *wake, const char *device, SatchelSignature *signature, gint64 s);
guint satchel_wake_get_n_streams (SatchelWake *wake);
/* How often it was looked whose tokens are void. */
guint satchel_wake_count_revisions (SatchelWake *wake);
/* Closes all streams. */
void  satchel_wake_cut (SatchelWake *wake);

/* What is kept for a device that listens with one stream, the connection's own apart. */
gsize satchel_wake_bytes_a_device (gsize signature_bytes);

G_END_DECLS
