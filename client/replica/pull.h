/* Applies what a pull brought: a spooled, complete stream of lines (protocol/WIRE.md), in one transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* What the user may do, as the server told it: the text (protocol/wire/permits.h). */
#define SATCHEL_META_RIGHTS "rights"

typedef struct {
  gint64 rows;    /* rows taken */
  gint64 removed; /* rows dropped */
  gint64 s;       /* of the tail */
  gboolean reset;
  gint64 requeued; /* sets that a restored server needs again */
} SatchelPullResult;

/* @lines: an open stream at its start, plain text. UNREACHABLE for a cut stream, INVALID or TOO_LARGE for a malformed one, CURSOR
 * for one that builds on rows which are not here, STORAGE…: nothing was changed, unless it is the file's log that could not be
 * emptied afterwards of what was taken back (satchel_replica_scrub). */
gboolean satchel_replica_apply_pull (SatchelReplica *replica, GInputStream *lines, gint64 now_ms, SatchelPullResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
