/* What a pull asks, by where the replica stands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/outbox/outbox.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_NEXT_PULL_GO_ON, /* from the cursor, where there is one */
  SATCHEL_NEXT_PULL_ALL,
} SatchelNextPullStart;

/* Owned. */
SatchelPull *satchel_next_pull_new (SatchelReplica *replica, SatchelNextPullStart start, GError **error);

/* Lets a pull go along with @push, where that is the last one of what waits, and there is a cursor to go on from. */
gboolean satchel_next_pull_go_along (SatchelReplica *replica, SatchelOutbox *outbox, SatchelPush *push,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
