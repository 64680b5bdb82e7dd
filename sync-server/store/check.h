/* Is the store what it must be? For "satchel-server check".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* The file's own integrity: appends what SQLite finds (char*). */
gboolean satchel_check_file (SatchelStore *store, GPtrArray *problems, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Clock against commits and rows, membership and filters against rows, rows against their checksums; within a read transaction.
 * Rows are named by entity and id, what they hold is not told. */
gboolean satchel_check_contents (SatchelStore *store, GPtrArray *problems, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
