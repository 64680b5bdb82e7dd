/* The bell beside a replica: a file "replica.db-written", empty for ever, which every commit opens for writing and closes. Whoever
 * watches the folder with inotify learns of a write at once, whichever process made it, and nothing is written for that; a full
 * disk does not silence it. What was written is found in the replica (satchel_replica_get_version).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

#define SATCHEL_WRITTEN_SUFFIX "-written"

/* Rings after every commit of @database from now on. STORAGE. */
gboolean satchel_written_ring (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Listens in the thread-default main context: @written is called soon after a commit of any process, this one included, once
 * for many that come together. It may not free the listener. STORAGE, also when the user's inotify watches are used up. */
typedef struct _SatchelWrittenListener SatchelWrittenListener;
SatchelWrittenListener *satchel_written_listener_new (const char *replica_path, void (*written) (gpointer data),
                                                      gpointer data, GError **error);
void satchel_written_listener_free (SatchelWrittenListener *listener); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelWrittenListener, satchel_written_listener_free)

G_END_DECLS
