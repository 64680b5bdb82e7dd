/* What a pull asks, by where the replica stands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"
#include "protocol/wire/message.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_NEXT_PULL_GO_ON, /* from the cursor, where there is one */
  SATCHEL_NEXT_PULL_ALL,
} SatchelNextPullStart;

/* Owned. */
SatchelPull *satchel_next_pull_new (SatchelReplica *replica, SatchelNextPullStart start, GError **error);

/* From the cursor on, without asking for rights; owned. NULL without an error where there is none. */
SatchelPull *satchel_next_pull_go_on (SatchelReplica *replica, GError **error);

G_END_DECLS
