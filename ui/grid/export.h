/* Rows of a list as a CSV file, in the columns that are shown. Unlike client/transfer/export.h, which writes whole records to be read back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* @numbers: row numbers (guint32); @columns: paths, NULL-terminated. Titles for lookups, else values in their text form; labels of this
 * language above. *n_written: records. In any thread. CANCELLED leaves no file, nor does an error (STORAGE). */
gboolean satchel_list_export (SatchelSession *session, const SatchelEntity *entity, GArray *numbers, const char *const *columns,
                              const char *path, guint *n_written, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
