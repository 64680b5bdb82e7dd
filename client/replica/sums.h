/* Checksums of what the server is believed to have: computed from the columns each time, never kept (DESIGN §3 rule 15): a sum
 * beside the row would only say what was written once. Rows kept aside count, edits that lie on top do not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"
#include "protocol/checksum.h"

G_BEGIN_DECLS

/* Called for each row; what its id and sum are. */
typedef void (*SatchelSumFunc) (const char *id, guint64 sum, gpointer data);

/* All rows of @entity whose ids end with @part (checksum.h). */
gboolean satchel_replica_visit_sums (SatchelReplica *replica, const SatchelEntity *entity, const char *part,
                                     SatchelSumFunc visit, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The sums of the 256 parts of @part. */
gboolean satchel_replica_sum_parts (SatchelReplica *replica, const SatchelEntity *entity, const char *part,
                                    guint64 sums[SATCHEL_CHECKSUM_PARTS], GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The row with @id; 0 when there is none. */
gboolean satchel_replica_sum_row (SatchelReplica *replica, const SatchelEntity *entity, const char *id, guint64 *sum,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- many rows, some at a time ---- */

/* Sums by the last four digits of the ids: all that the first two levels of parts ask for, from one look at each row. */
#define SATCHEL_SUM_DIGITS 4
#define SATCHEL_SUM_LEAVES 65536

/* A walk over the rows of an entity. Edits may come between two steps; what they move aside meanwhile may then count twice or not
 * at all, so that a sum that differs says only where to look more closely. */
typedef struct _SatchelSumWalk SatchelSumWalk;
SatchelSumWalk *satchel_sum_walk_new (SatchelReplica *replica, const SatchelEntity *entity);
void            satchel_sum_walk_free (SatchelSumWalk *walk); /* NULL-safe */
/* Looks at as many rows as *budget says, and leaves there what was not needed; *done when there are no more. */
gboolean satchel_sum_walk_step (SatchelSumWalk *walk, guint *budget, gboolean *done, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* SATCHEL_SUM_LEAVES sums, indexed by the number that the four digits are; the caller's from now on. */
guint64 *satchel_sum_walk_steal (SatchelSumWalk *walk);

/* From @leaves: the whole part, of at most SATCHEL_SUM_DIGITS digits; its 256 parts, of two digits less. */
guint64 satchel_sum_leaves_total (const guint64 *leaves, const char *part);
void    satchel_sum_leaves_parts (const guint64 *leaves, const char *part, guint64 sums[SATCHEL_CHECKSUM_PARTS]);

G_END_DECLS
