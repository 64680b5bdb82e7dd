/* A sign-in from what is typed to what is stored: the server's answer, then the profile's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* @url as from satchel_server_address(). Errors of satchel_sign_in_async() and satchel_session_enrol(). @held: nobody syncs the profile,
 * not the agent either and not after this program has ended, until it is released. */
void     satchel_enrol_async (SatchelDesk *desk, const char *url, const char *user, const char *password, gboolean held,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean satchel_enrol_finish (SatchelDesk *desk, GAsyncResult *result, gint64 *retry_after_ms, GError **error);

/* Somebody is signed in, and has not chosen yet what to take along. */
gboolean satchel_enrol_is_held (SatchelSession *session);
void     satchel_enrol_release_async (SatchelDesk *desk, GAsyncReadyCallback callback, gpointer data);
gboolean satchel_enrol_release_finish (SatchelDesk *desk, GAsyncResult *result, GError **error);

G_END_DECLS
