/* A sign-in from what is typed to what is stored: the server's answer, then the profile's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* @url as from satchel_server_address(). Errors of satchel_sign_in_async() and satchel_session_enrol(). @held: she
 * shall choose first what to take along (satchel_session_is_choosing()): until it is released nobody syncs the profile, not the agent
 * either, and not after this program has ended. */
void     satchel_enrol_async (SatchelDesk *desk, const char *url, const char *user, const char *password, gboolean held,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean satchel_enrol_finish (SatchelDesk *desk, GAsyncResult *result, gint64 *retry_after_ms, GError **error);

/* The choice is made. */
void     satchel_enrol_release_async (SatchelDesk *desk, GAsyncReadyCallback callback, gpointer data);
gboolean satchel_enrol_release_finish (SatchelDesk *desk, GAsyncResult *result, GError **error);

G_END_DECLS
