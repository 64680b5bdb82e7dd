/* Signing in and out, for who has a main loop. What comes of a sign-in is stored by satchel_session_enrol().
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "protocol/wire/message.h"

G_BEGIN_DECLS

/* What a person types as an address, made whole: https:// where she leaves it out (http:// for this computer itself), no slash at the
 * end. Owned; INVALID, with a sentence, for what cannot be one. */
char *satchel_server_address (const char *typed, GError **error);

/* @url as from satchel_server_address(); @device: the one that this profile is already, or NULL.
 * UNAUTHENTICATED, RATE, UNREACHABLE; NOT_FOUND: there is no Satchel server. */
void                 satchel_sign_in_async (const char *url, const char *user, const char *password, const char *device,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
SatchelSignInAnswer *satchel_sign_in_finish (GAsyncResult *result, gint64 *retry_after_ms, GError **error);

/* Tells the server that @token is not used any more; nobody waits for what comes of it. */
void satchel_sign_out_tell (const char *url, const char *token);

G_END_DECLS
