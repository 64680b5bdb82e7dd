/* What the table of requests calls for snapshots.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/job.h"

G_BEGIN_DECLS

gboolean satchel_handle_snapshot (SatchelJob *job, GError **error);
gboolean satchel_handle_get_snapshot (SatchelJob *job, GError **error);

G_END_DECLS
