/* A first sync by image: what the server would send as rows comes as a SQLite file (protocol/WIRE.md, Snapshots) and is taken over
 * table by table, indexes included.
 *
 * Pieces lie in a file beside the replica (download.h), so that a download goes on where it stopped, in whatever process; the image itself
 * is never written (packed.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/pull.h"
#include "protocol/wire/snapshot.h"

G_BEGIN_DECLS

/* Whether an image may be taken: nothing was ever pulled, nothing is here, and nothing waits. */
gboolean satchel_snapshot_is_wanted (SatchelReplica *replica, gboolean *wanted, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *have: how much of @id is here; what is here of another one is dropped. */
gboolean satchel_snapshot_begin (SatchelReplica *replica, const char *id, gint64 *have, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next piece, from @offset. */
gboolean satchel_snapshot_add (SatchelReplica *replica, gint64 offset, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Drops what is here of any. */
gboolean satchel_snapshot_forget (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the complete image over, in one transaction; its pieces go then. INVALID for one that is not what @head says, or of another
 * form than this replica's; BUSY when something has been written here meanwhile. Nothing was changed then. */
gboolean satchel_snapshot_take (SatchelReplica *replica, const SatchelSnapshotHead *head, gint64 now_ms, SatchelPullResult *result,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
