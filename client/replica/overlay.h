/* Pending edits on top of what the server has: how the shown row of a record comes about.
 *
 *   shown = base + what the queued sets do to it, in the order of the queue
 *
 * What a set does to a record is kept as a "lay" (outbox/queue.h): appears, changes these fields, disappears. Sets that are
 * pending or sent lie on top; parked ones only on a record that a parked set creates, so that drafts stay visible.
 * Everything here happens within the caller's transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* What one change does to one shown record: it appears (before NULL), changes, or disappears (after NULL). */
typedef struct {
  SatchelRecord *before;
  SatchelRecord *after;
} SatchelShift;
SatchelShift *satchel_shift_new (SatchelRecord *before, SatchelRecord *after); /* takes both */
void          satchel_shift_free (SatchelShift *shift);
const SatchelRecord *satchel_shift_get_record (const SatchelShift *shift); /* after, or before; never NULL */

/* Lays @shifts (SatchelShift*) of the newest set @seq on top: lays, kept base rows, shown rows. */
gboolean satchel_overlay_put (SatchelReplica *replica, gint64 seq, GPtrArray *shifts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Before a first edit: keeps the server's row aside, or notes that the server has none. */
gboolean satchel_overlay_keep_base (SatchelReplica *replica, const SatchelEntity *entity, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes the shown row of one record anew, and lets the kept base row go when nothing lies on it any more. */
gboolean satchel_overlay_relay (SatchelReplica *replica, const SatchelEntity *entity, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for every record on which the set @seq lies. */
gboolean satchel_overlay_relay_set (SatchelReplica *replica, gint64 seq, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the set's lays away and relays; the set itself stays in the queue. */
gboolean satchel_overlay_lift (SatchelReplica *replica, gint64 seq, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* After a pull: what actions and deletes of waiting sets do is predicted anew from the rows as they are now. */
gboolean satchel_overlay_predict_again (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
