/* One request, waited for: what sign-in and history need. Everything that repeats or recovers is the driver's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/transport.h"

G_BEGIN_DECLS

/* Runs the thread-default main context until the answer is there. @text NULL: GET; @token may be NULL. Errors as in
 * SatchelExchangeHandler. */
GBytes *satchel_transport_call (SatchelTransport *transport, const char *path, const char *token, const char *text,
                                GError **error);

G_END_DECLS
