/* Own sets whose outcome is known exactly: the server leaves out what they did, and the device writes it into the server's rows
 * by itself (protocol/WIRE.md, Pull).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* Ranges of commits for the next pull: gint64, first and last of each; owned. */
GArray *satchel_own_list (SatchelReplica *replica, GError **error);

/* At the beginning of a pull whose head has "own", before its rows: what these sets say becomes the server's state, as far as it has
 * the records. Within the pull's transaction. *taken is set when there was anything. */
gboolean satchel_own_take (SatchelReplica *replica, gboolean *taken, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
