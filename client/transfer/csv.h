/* Comma-separated values (RFC 4180), read as files really are and written as the RFC says.
 *
 * Reading: separator comma, semicolon or tab; lines end in LF, CRLF or CR; a quoted cell may hold separators, line ends and
 * doubled quotes; a quote inside an unquoted cell is an ordinary character. A row that cannot be read is reported and the next
 * line is a row again, so that one stray quote does not swallow the file.
 *
 * Writing: comma, CRLF, quotes only where needed. Cells are written exactly, also those that begin with = + - or @, which a
 * spreadsheet may take for formulas: an export that changes data would be worse.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *next; /* into the text */
  const char *end;
  guint line;       /* of @next, from 1 */
  char separator;
} SatchelCsvReader;

/* @text is borrowed, UTF-8. A first line "sep=;" sets the separator and is skipped; otherwise it is the one of , ; and tab
 * that splits the first rows most evenly. */
void satchel_csv_reader_init (SatchelCsvReader *reader, const char *text, gsize length);

typedef struct {
  guint line;          /* where the row begins */
  GPtrArray *cells;    /* char*, owned; at least one */
  const char *problem; /* static; NULL for a row that could be read. Else @cells has one cell, the line as it stands */
} SatchelCsvRow;
void satchel_csv_row_clear (SatchelCsvRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelCsvRow, satchel_csv_row_clear)

/* The next row that is not an empty line; FALSE at the end. @row is overwritten, not cleared. */
gboolean satchel_csv_reader_next (SatchelCsvReader *reader, SatchelCsvRow *row);

/* Appends one row with its line end. NULL cells are empty. */
void satchel_csv_append_row (GString *out, const char *const *cells, guint n_cells);

G_END_DECLS
