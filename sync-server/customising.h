/* The organisation's own definitions of entities: changed while the server serves, and told to devices at their next pull
 * (scope/pull-metadata.h). Whoever calls has seen to it that the caller may.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/server.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_CUSTOMISING_CHECK, /* everything but the commit */
  SATCHEL_CUSTOMISING_APPLY,
} SatchelCustomisingMode;

/* Writer. Changes what holds by @documents, one after the other. INVALID and TOO_LARGE name document, line and column; nothing is
 * changed then. *version: what holds afterwards; the version before, when the documents change nothing. */
gboolean satchel_server_customise (SatchelServer *server, const SatchelMetadataDocument *documents, guint n_documents,
                                   SatchelCustomisingMode mode, gint64 *version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reader. What the organisation changed or added, as one document that customise() takes; and all that holds. Owned. */
char *satchel_server_export_customising (SatchelServer *server, GError **error);
char *satchel_server_export_definitions (SatchelServer *server, GError **error);

/* The program's own definitions, to compare with; borrowed. */
SatchelRegistry *satchel_server_get_base_registry (SatchelServer *server);

G_END_DECLS
