/* Rows of a pull: lines of JSON arrays in stored form, written by SQL (json_array) and read by a tokenizer without
 * building a tree: 100,000 rows of 25 columns in tens of milliseconds.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { SATCHEL_CELL_NULL, SATCHEL_CELL_INTEGER, SATCHEL_CELL_TEXT } SatchelCellKind;

typedef struct {
  SatchelCellKind kind;
  gint64 integer;
  const char *text; /* text only: into the line, unescaped in place and NUL-terminated there */
  gsize length;     /* bytes of text */
} SatchelCell;

/* Parses one array of exactly @n_cells integers, strings and nulls from @line (@length bytes, modified in place to
 * unescape). Strict JSON: INVALID for anything else, for invalid UTF-8 and for U+0000. */
gboolean satchel_row_parse (char *line, gsize length, SatchelCell *cells, guint n_cells,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
