/* What an offline filter would bring to a device, on top of what it carries or with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/access.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

struct _SatchelPreviewRequest {
  char *entity; /* "*": every entity that users own; NULL: no filter more, which is asked of the whole only */
  char *where;
  gboolean related;
  gboolean whole; /* all that would be carried then, as a first pull brings it; else only what comes on top */
};
void satchel_preview_request_free (SatchelPreviewRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPreviewRequest, satchel_preview_request_free)
SatchelPreviewRequest *satchel_preview_request_from_text (const char *text, gsize length, GError **error);

/* {"records","bytes","seconds"}, owned. Within a read transaction. "records" is exact; "bytes" is what a pull would take, from a
 * sample of each entity that is written and compressed like a pull's rows, satellites and titles included (definitions are not); "seconds" at
 * SATCHEL_PREVIEW_BYTES_PER_SECOND. INVALID for a condition that does not parse; FORBIDDEN for one that would feel a hidden field. */
char *satchel_preview_answer (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                              const SatchelPreviewRequest *request, gint64 now_ms, GError **error);

G_END_DECLS
