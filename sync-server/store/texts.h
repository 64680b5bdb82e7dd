/* Rows as text, for the pull: JSON arrays that SQLite writes itself, so that 100,000 rows take a fraction of a second.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

typedef gboolean (*SatchelTextFunc) (const char *text, gsize size, gpointer data, GError **error);

/* The names behind the columns, as a JSON array: "id", "s", and @fields, or all when @fields is NULL. Owned. */
char *satchel_texts_columns (const SatchelEntity *entity, const SatchelField *const *fields, guint n_fields);

/* One expression whose value is a row's text: @columns are SQL, char*. */
void satchel_texts_append_row (GString *sql, GPtrArray *columns);

/* All rows of the bucket, whole, in order of row. */
gboolean satchel_texts_visit_bucket (SatchelStore *store, const SatchelEntity *entity, gint64 bucket, SatchelTextFunc visit,
                                     gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those of @rows (gint64). @fields NULL: whole. @blank: a conflict as its author sees it who may not read the record, without
 * the other side. */
gboolean satchel_texts_visit_rows (SatchelStore *store, const SatchelEntity *entity, const GArray *rows,
                                   const SatchelField *const *fields, guint n_fields, gboolean blank,
                                   SatchelTextFunc visit, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Id of a row; owned. */
char *satchel_texts_dup_id (SatchelStore *store, const SatchelEntity *entity, gint64 row, GError **error);

G_END_DECLS
