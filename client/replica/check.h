/* Looks for damage in a replica: in the file, between rows and pending edits, in the search index.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* Sentences, char*, for what is wrong; an empty array when nothing is. Reads the whole file. */
GPtrArray *satchel_replica_check (SatchelReplica *replica, GError **error);

G_END_DECLS
