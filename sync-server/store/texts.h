/* Rows as text, for the pull: JSON arrays that SQLite writes itself, so that 100,000 rows take a fraction of a second.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/conditions.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* What of a row becomes text. */
typedef struct {
  const SatchelEntity *entity;
  GPtrArray *fields;  /* const SatchelField*: sent behind "id" and "s" */
  GPtrArray *lookups; /* const SatchelField*: told to the visitor, too */
  gboolean blank;     /* a conflict as its author sees it who may not read the record, without the other side */
} SatchelTextForm;

/* Whether a blanked row leaves the field out. */
gboolean satchel_texts_blanks (const SatchelField *field);

/* @row: its columns from 1 on are the values of @form->lookups as they are stored. */
typedef gboolean (*SatchelTextFunc) (const SatchelTextForm *form, const char *text, gsize size, SatchelStatement *row,
                                     gpointer data, GError **error);

/* The names behind the columns, as a JSON array: "id", "s", and the fields. Owned. */
char *satchel_texts_columns (const SatchelTextForm *form);

/* @rows (gint64) as a JSON array, for json_each; owned. */
char *satchel_texts_print_rows (const GArray *rows);
/* The same of some of them, from *first on, which is set to where the next slice begins: a statement keeps what was bound to it last. */
char *satchel_texts_print_slice (const GArray *rows, guint *first);

/* Those of @rows. */
gboolean satchel_texts_visit_rows (SatchelStore *store, const SatchelTextForm *form, const GArray *rows, SatchelTextFunc visit,
                                   gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those whose numbers the SELECT @select gives. */
gboolean satchel_texts_visit_selected (SatchelStore *store, const SatchelTextForm *form, const SatchelConditions *select,
                                       SatchelTextFunc visit, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Id of a row; owned. */
char *satchel_texts_dup_id (SatchelStore *store, const SatchelEntity *entity, gint64 row, GError **error);
/* ["ID","TITLE"] of a row; owned. */
char *satchel_texts_dup_stub (SatchelStore *store, const SatchelEntity *entity, gint64 row, GError **error);

/* Numbers that @select gives; gint64. */
GArray *satchel_texts_select_rows (SatchelStore *store, const SatchelConditions *select, GError **error);

/* Appends the expression whose value is a row's text: @columns are expressions of SQL (char*). */
void satchel_texts_append_row (GString *sql, GPtrArray *columns);

G_END_DECLS
