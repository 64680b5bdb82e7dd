/* Aligned columns for people: wide characters count double, the last columns give way to a narrow terminal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelTable SatchelTable;

/* @titles is NULL-terminated and copied. */
SatchelTable *satchel_table_new (const char *const *titles);
/* Prints what is still held, with the titles, and ends; drop ends without printing. */
void satchel_table_finish (SatchelTable *table);
void satchel_table_drop (SatchelTable *table);

/* @cells: as many as titles, each one line without controls; copied. The first rows decide about the widths; they are printed
 * when there are enough of them, or at the end. */
void satchel_table_add (SatchelTable *table, const char *const *cells);

/* No row was added. */
gboolean satchel_table_is_empty (const SatchelTable *table);

/* Columns that @text takes on a terminal. */
guint satchel_text_width (const char *text);

G_END_DECLS
