/* Fixed schemas as numbered steps. A released step never changes; step and version are one transaction; a newer
 * database is refused with SATCHEL_ERROR_NEWER. All steps that a file lacks are taken together or not at all.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* @steps: SQL texts, NULL-terminated; step i brings user_version from i to i + 1. @application_id marks the file
 * ("SatS" server, "SatR" replica); a file with another one is refused with INVALID. */
gboolean satchel_migrate (SatchelDatabase *database, guint32 application_id, const char *const *steps,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
