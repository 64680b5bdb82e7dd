/* What the two files of the outbox share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/outbox/queue.h"
#include "client/replica/overlay.h"

G_BEGIN_DECLS

struct _SatchelOutbox {
  SatchelReplica *replica;   /* borrowed */
  SatchelDatabase *database; /* the replica's */
  const SatchelClock *clock; /* borrowed */
};

/* NOT_FOUND, INVALID. */
SatchelQueueRow *satchel_outbox_require (SatchelOutbox *outbox, const char *uuid, GError **error);

G_END_DECLS
