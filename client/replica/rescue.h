/* What is left to do when the replica's file is damaged: everything that only this device has is carried over, past the damage,
 * into a sound file; what the server sent is fetched anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* Small facts, queued sets with what they show, UUIDs given up, drafts, what was stopped and sent of mail. The file is replaced in place, so that other programs which have
 * it open go on; nobody must be syncing (satchel_profile_lock). *lost: some of these stood where the damage is. On failure the
 * file is as it was. */
gboolean satchel_replica_rescue (SatchelReplica *replica, gboolean *lost, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a file that cannot even be opened (CORRUPT): cut short, or damaged where its tables are described. A sound file takes
 * its place; the damaged one stays beside it, as PATH.damaged. No other program may have it open. */
gboolean satchel_replica_salvage (const char *path, SatchelVault *vault, SatchelRegistry *registry, gboolean *lost,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
