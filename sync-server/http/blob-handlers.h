/* The requests about attachments; like handlers.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/job.h"

G_BEGIN_DECLS

gboolean satchel_handle_begin_blob (SatchelJob *job, GError **error);
gboolean satchel_commit_begin_blob (SatchelJob *job, GError **error);
gboolean satchel_handle_put_blob (SatchelJob *job, GError **error);
gboolean satchel_commit_put_blob (SatchelJob *job, GError **error);
gboolean satchel_handle_get_blob (SatchelJob *job, GError **error);

G_END_DECLS
