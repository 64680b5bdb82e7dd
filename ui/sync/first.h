/* How far the first sync is when it comes row by row: it goes on where it was after a pause, another agent or another start of the
 * program, and so does what is told of it. Facts of the replica.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

typedef struct {
  gint64 all;   /* bytes that are expected; 0: not known */
  gint64 here;  /* of these */
  gint64 moved; /* what whoever syncs had received when that was so, since it began */
} SatchelFirst;

/* It has received @bytes since it began: fewer than before, and it is another one. */
void satchel_first_move (SatchelFirst *first, gint64 bytes);
/* Whether @first is so much further than @kept that it is worth a write. */
gboolean satchel_first_is_further (const SatchelFirst *first, const SatchelFirst *kept);

/* Any thread. All 0 where nothing was kept. */
void     satchel_first_read (SatchelFirst *first, SatchelReplica *replica);
gboolean satchel_first_keep (const SatchelFirst *first, SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
