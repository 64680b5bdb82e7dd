/* Asks the server what choices would bring (scope.h). It works on few such questions of a device at once, and goes on with one that
 * nobody waits for any more: a question for which there is no room is asked again after a pause.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/scope.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

/* @choice NULL: all that is carried now, as a first sync brings it. @session is used during the call only, @transport until the answer.
 * The callback comes in the thread-default main context. */
void satchel_preview_async (SatchelSession *session, SatchelTransport *transport, const SatchelScopeChoice *choice,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* RATE when there was no room for half a minute. */
gboolean satchel_preview_finish (GAsyncResult *result, SatchelScopePreview *preview, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
