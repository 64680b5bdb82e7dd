/* One request as a GTask, for who has a main loop anyway. call.h is for who has none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/transport.h"

G_BEGIN_DECLS

/* Takes @text; NULL: GET. @token may be NULL. @transport is borrowed until the callback has run, in the thread-default main context,
 * also when @cancellable was cancelled (CANCELLED). Errors as in SatchelExchangeHandler. */
void  satchel_ask_async (SatchelTransport *transport, const char *path, const char *token, char *text, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data);
/* The answer's text, owned. *retry_after_ms (may be NULL): -1, or what the server asked for. */
char *satchel_ask_finish (GAsyncResult *result, gint64 *retry_after_ms, GError **error);

G_END_DECLS
