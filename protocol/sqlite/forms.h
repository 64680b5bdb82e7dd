/* How the tables of two databases are made, side by side, read once: asking sqlite_schema for each table would look at all of it
 * each time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

typedef struct _SatchelForms SatchelForms;

/* Of the database itself and of the attached @schema, which is borrowed. */
SatchelForms *satchel_forms_new (SatchelDatabase *database, const char *schema, GError **error);
void satchel_forms_free (SatchelForms *forms);

/* Whether the attached database has @table. */
gboolean satchel_forms_is_there (SatchelForms *forms, const char *table);
/* Whether both have @table, made by the same text, with the same indexes. Triggers do not count. */
gboolean satchel_forms_are_alike (SatchelForms *forms, const char *table);
/* After tables of the database itself were made anew. */
gboolean satchel_forms_look_again (SatchelForms *forms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelForms, satchel_forms_free)

G_END_DECLS
