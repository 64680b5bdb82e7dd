/* Fetches the image of a first sync (protocol/WIRE.md, Snapshots) and takes it over: head, pieces, replica. Anything that is odd
 * about it ends in rows, which the caller pulls then.
 *
 * One exchange at a time, over the transport of a round whose lock is held.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/pull.h"
#include "client/session.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

typedef struct _SatchelFetch SatchelFetch;

/* Called once, never from within start(); may free the fetch. @error: the round has failed, and what has come so far stays for the
 * next one. Else @result: what was taken, or NULL where rows are to be pulled. */
typedef void (*SatchelFetchFunc) (const SatchelPullResult *result, const GError *error, gint64 retry_after_ms, gpointer data);

/* Begins at once. All but @done's data are borrowed until satchel_fetch_free(), which cancels what is under way. @moved: another
 * piece is here; may be NULL. */
SatchelFetch *satchel_fetch_start (SatchelSession *session, SatchelTransport *transport, const char *token, SatchelFetchFunc done,
                                   void (*moved) (gpointer data), gpointer data);
void          satchel_fetch_free (SatchelFetch *fetch); /* NULL-safe */
/* How much of the image is here, of how much; 0 of 0 before that is known. */
void          satchel_fetch_get_size (SatchelFetch *fetch, gint64 *here, gint64 *bytes);

G_END_DECLS
