/* The demo organisation: a dealer of construction machines with two branches, seven users and as many thousand records as one
 * asks for, in English, German, Romanian and Chinese.
 *
 * The seed fixes every record and id. Dates are relative to the day on which the demo is made, so that "due today" is never
 * empty; passwords come from the system's random source alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/server.h"

G_BEGIN_DECLS

#define SATCHEL_DEMO_USERS_FILE "demo-users.json"
#define SATCHEL_DEMO_MOST_THOUSANDS 2000

/* Fills a newly created organisation until it holds @thousands × 1000 records of all kinds, and writes DIR/demo-users.json,
 * {"user":"password"}, mode 0600: admin, manager, backoffice; seller1 and seller2 of the north branch, seller3 and seller4 of
 * the south branch. INVALID unless 1 ≤ @thousands ≤ SATCHEL_DEMO_MOST_THOUSANDS. */
gboolean satchel_demo_fill (SatchelServer *server, const char *dir, guint thousands, guint64 seed,
                            const SatchelClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
