/* What came last from the server, for telling a person what is new since she looked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* The shown records of @entity whose last change on the server has a sequence number above @s, the latest first, at most @limit:
 * SatchelRecord*, owned. Found by an index, however many there are. */
GPtrArray *satchel_replica_list_recent (SatchelReplica *replica, const SatchelEntity *entity, gint64 s, guint limit,
                                        GError **error);

G_END_DECLS
