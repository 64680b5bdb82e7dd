/* Messages about a replica's image: POST /v1/snapshot and /v1/snapshot/get (protocol/WIRE.md). An image is a SQLite file with the
 * tables of sqlite/entity-table.h and stub-table.h, compressed with zstd; it travels in pieces of at most
 * SATCHEL_SNAPSHOT_PIECE_BYTES.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ---- the request: a device that holds nothing ---- */
typedef struct {
  char *schema; /* digest of the definitions that it follows; may be NULL */
} SatchelSnapshotRequest;

/* ---- the answer; {} when rows are the better way: then "id" is NULL ---- */
typedef struct {
  char *id;
  gint64 s;
  gint64 bytes;       /* as it travels */
  gint64 image_bytes; /* as a file */
  gint64 rows;
  char *hash;     /* SHA-256 of what travels, 64 lower-case hex digits */
  char *cursor;   /* the next pull's, once the image is taken over */
  char *metadata; /* definitions that the device lacks (as in a pull), or NULL */
} SatchelSnapshotHead;

/* ---- get: answered with bytes from @offset, none at the end ---- */
typedef struct {
  char *id;
  gint64 offset;
} SatchelSnapshotGet;

void satchel_snapshot_request_free (SatchelSnapshotRequest *message);
void satchel_snapshot_head_free (SatchelSnapshotHead *message);
void satchel_snapshot_get_free (SatchelSnapshotGet *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSnapshotRequest, satchel_snapshot_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSnapshotHead, satchel_snapshot_head_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSnapshotGet, satchel_snapshot_get_free)

/* to_text: owned. from_text: NULL and INVALID or TOO_LARGE for anything but that message. */
char                   *satchel_snapshot_request_to_text (const SatchelSnapshotRequest *message);
SatchelSnapshotRequest *satchel_snapshot_request_from_text (const char *text, gsize length, GError **error);
char                   *satchel_snapshot_head_to_text (const SatchelSnapshotHead *message);
SatchelSnapshotHead    *satchel_snapshot_head_from_text (const char *text, gsize length, GError **error);
char                   *satchel_snapshot_get_to_text (const SatchelSnapshotGet *message);
SatchelSnapshotGet     *satchel_snapshot_get_from_text (const char *text, gsize length, GError **error);

G_END_DECLS
