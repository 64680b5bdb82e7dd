/* Checksums of what the server is believed to have: computed from the columns each time, never kept (DESIGN §3 rule 15).
 * Rows kept aside count, edits that lie on top do not.
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

G_END_DECLS
