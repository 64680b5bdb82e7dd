/* Images of replicas (image.h) that are kept for a while, because many devices carry the same: DIR/snapshots/ID, one for what a
 * scope says, without the lines that name an author: blanked conflicts are in no image, and who has any gets rows.
 *
 * An image is handed out again while few rows have changed since its S, and while all that is in it was readable to whoever asks:
 * rights are as they were then, or no record has left what she may read. A device whose scope becomes another one gets no more of it.
 *
 * Nobody waits for one: who asks while none is there takes rows, and it is made beside that, for the next: where devices have asked before
 * that carry the same, or where there are so many rows that others will. One is made at a time; what is kept is bounded, and
 * forgotten with the process.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/snapshot.h"
#include "sync-server/security/access.h"

G_BEGIN_DECLS

typedef struct _SatchelSnapshots SatchelSnapshots;

SatchelSnapshots *satchel_snapshots_new (const char *dir); /* the server's */
/* What carries fewer rows gets them as rows: SATCHEL_SNAPSHOT_LEAST_ROWS unless told, which tests of small organisations do. */
void              satchel_snapshots_set_least_rows (SatchelSnapshots *snapshots, gint64 n_rows);
void              satchel_snapshots_free (SatchelSnapshots *snapshots); /* NULL-safe */

/* Within a read transaction, any thread: the head as text, owned; "{}" when rows are the better way, now (*lacking: make() would help the
 * next one) or anyway. UNPREPARED as for a pull. */
char *satchel_snapshots_answer (SatchelSnapshots *snapshots, SatchelStore *store, SatchelAccess *access, const char *user,
                                const char *device, const SatchelSnapshotRequest *request, gint64 now_ms, gboolean *lacking,
                                GError **error);
/* Within a read transaction, any thread: makes the image that this device lacks, if it is worth making and no other one is under way.
 * Takes long. CANCELLED as satchel_image_write(). */
gboolean satchel_snapshots_make (SatchelSnapshots *snapshots, SatchelStore *store, SatchelAccess *access, const char *user,
                                 const char *device, gint64 now_ms, const gint *stop, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Within a read transaction, any thread: a piece; empty behind the end. NOT_FOUND. */
GBytes *satchel_snapshots_read (SatchelSnapshots *snapshots, SatchelStore *store, SatchelAccess *access, const char *user,
                                const char *device, const SatchelSnapshotGet *request, GError **error);

G_END_DECLS
