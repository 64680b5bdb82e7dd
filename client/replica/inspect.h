/* Whether what a server sent may stand in a table: values cell by cell, and the tables of an image whole.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* FALSE for what the value functions would not survive, or could not read. @text is UTF-8. */
gboolean satchel_stored_text_is_valid (const SatchelField *field, const char *text);
gboolean satchel_stored_integer_is_valid (const SatchelField *field, gint64 number);

/* Reads all rows of "e_NAME", a table like ours whose columns have the types that they declare. INVALID where one could not have come by a pull. */
gboolean satchel_inspect_rows (SatchelDatabase *database, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for table stub. */
gboolean satchel_inspect_stubs (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
