/* A pull along with a push: what became of the sets, and behind it what the device would pull next, in one answer (protocol/WIRE.md, Push).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/server.h"

G_BEGIN_DECLS

/* More than this is asked for by itself: nobody holds up the answer to a push for it, or holds it in memory. */
#define SATCHEL_MAX_ALONG_BYTES (64 * 1024)

/* Reader. @outcomes, and behind it on lines of its own the answer to @request; owned. Where that cannot be had now, whatever the reason,
 * @outcomes alone: the device pulls, and hears why. Takes @visit, which may be NULL: then it cannot. *signature and *s as for
 * satchel_server_pull_on_visit(). */
char *satchel_server_pull_along (SatchelServer *server, SatchelVisit *visit, const SatchelCaller *caller,
                                 const SatchelPull *request, const char *outcomes, SatchelSignature **signature, gint64 *s);

G_END_DECLS
