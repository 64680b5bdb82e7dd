/* What the two files of the outbox share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/outbox/outbox.h"
#include "client/queue/queue.h"
#include "client/replica/overlay.h"

G_BEGIN_DECLS

struct _SatchelOutbox {
  SatchelReplica *replica;   /* borrowed */
  SatchelDatabase *database; /* the replica's */
  const SatchelClock *clock; /* borrowed */
};

/* NOT_FOUND, INVALID. */
SatchelQueueRow *satchel_outbox_require (SatchelOutbox *outbox, const char *uuid, GError **error);

/* Takes out of @rows, in order, what waits for a file that was not sent yet, and what depends on that: *held, SatchelQueueRow*,
 * owned. */
gboolean satchel_outbox_hold_back (SatchelOutbox *outbox, GPtrArray *rows, GPtrArray **held, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* satchel_outbox_retry() within the caller's transaction; a set that cannot succeed now stays parked. */
gboolean satchel_outbox_retry_if_possible (SatchelOutbox *outbox, const SatchelQueueRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
