/* The way to a profile's own server, for single questions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/blobs/uses.h"
#include "client/session.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

/* To the server that the profile is signed in to; free with transport->free(). UNAUTHENTICATED before the first sign-in; OFFLINE while the
 * profile is switched offline. */
SatchelTransport *satchel_connect (SatchelSession *session, GError **error);

/* Fetches an attachment unless it is here and sound, running the thread-default main context meanwhile: for a thread that may wait. @moved (may be
 * NULL) hears of the bytes that are here; *fetched (may be NULL): the server was asked. OFFLINE also where the profile fetches none; the server's codes. */
typedef void (*SatchelFetchFunc) (gint64 have, gint64 size_bytes, gpointer data);
gboolean satchel_fetch_file (SatchelSession *session, const SatchelWantedFile *wanted, SatchelFetchFunc moved, gpointer data,
                             gboolean *fetched, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
