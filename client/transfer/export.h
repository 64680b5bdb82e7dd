/* Records of the replica as a file: CSV or one JSON array.
 *
 * With a map its columns are filled backwards (aliases to their first "from", lookups by name), so that rows that came in by
 * that map come back equal. Without one CSV has the id and every field; lookups stand by name where the name finds the record
 * again, else by id; JSON has the rows that `list --json` prints.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "client/transfer/map.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_EXPORT_CSV, /* transfer/csv.h says how */
  SATCHEL_EXPORT_JSON,
} SatchelExportFormat;

/* Takes pieces of the file in order; FALSE with @error stops the export. */
typedef gboolean (*SatchelExportWriteFunc) (const char *text, gsize length, gpointer data, GError **error);

/* @map, @where may be NULL. */
gboolean satchel_export (SatchelSession *session, const SatchelEntity *entity, const SatchelMap *map,
                         SatchelPredicate *where, SatchelExportFormat format, SatchelExportWriteFunc write, gpointer data,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
