/* The transport over libsoup: one kept connection, bodies encoded (protocol/wire/coding.h), tokens never sent over plain HTTP but to loopback.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/transport.h"

G_BEGIN_DECLS

/* INVALID for a URL that is neither https nor http on loopback. */
SatchelTransport *satchel_http_transport_new (const char *url, GError **error);

G_END_DECLS
