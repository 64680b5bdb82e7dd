/* A list of records as a GListModel that does not mind a million of them.
 *
 * The list is an array of row numbers, made in a thread (satchel_replica_list_rows): first the beginning, for the screen, then
 * all of it. Records are read a page at a time when somebody looks. A SatchelRow stands for a **position**: when the list is asked
 * anew, the rows that are on the screen get another record and say so, and items_changed concerns the end of the list alone,
 * because GTK 4.8 builds every row widget anew that passes through items_changed. For the same reason a list that was short becomes
 * long by some rows a frame, until there are more than GTK keeps widgets for, and as many stay while only the beginning of an
 * answer is known: those behind it are blank until the rest has come.
 *
 * Behind the records that are carried may stand some that the server told of ("beyond").
 *
 * Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/online.h"
#include "ui/desk/desk.h"
#include "ui/grid/question.h"

G_BEGIN_DECLS

/* ---- one position ---- */

#define SATCHEL_TYPE_ROW (satchel_row_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRow, satchel_row, SATCHEL, ROW, GObject)

guint                satchel_row_get_position (SatchelRow *row);
/* Borrowed until "changed"; NULL while it is being found out, or when the record has just gone. */
const SatchelRecord *satchel_row_get_record (SatchelRow *row);
/* What the server told, of a row beyond what is carried; borrowed likewise; NULL for a row of ours. */
const SatchelOnlineRow *satchel_row_get_online (SatchelRow *row);
/* Title of what the row's record names; owned; NULL when it is not known. Fits SatchelNameFunc with a SatchelRow* as data. */
char *satchel_row_dup_name (const char *entity, const char *id, gpointer row);
/* Signal "changed": another record stands there, or the same with other values. */

/* ---- the list ---- */

#define SATCHEL_TYPE_ROWS (satchel_rows_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRows, satchel_rows, SATCHEL, ROWS, GObject)

/* Empty until it is asked something. Holds @desk. */
SatchelRows *satchel_rows_new (SatchelDesk *desk);

/* What is listed from now on; everything is copied. What is shown stays until the answer comes. */
void satchel_rows_ask (SatchelRows *rows, const SatchelRowsQuery *query);
/* The same again: something that the list does not hear of by itself is different (a date has passed). */
void satchel_rows_refresh (SatchelRows *rows);

const SatchelEntity *satchel_rows_get_entity (SatchelRows *rows);   /* NULL before the first question */
SatchelQuestion     *satchel_rows_get_question (SatchelRows *rows); /* borrowed; NULL likewise */
/* Row numbers of what is carried, in their order, also of rows that have not grown yet; borrowed until "renumbered". What is
 * remembered by them (a selection, where one has scrolled to) stays with the record. */
const guint32 *satchel_rows_peek_numbers (SatchelRows *rows, guint *n_numbers);
/* Position of the record among the rows that are on the screen or near it; -1 when it is not there. */
gint64 satchel_rows_find (SatchelRows *rows, const char *id);

/* Appends those of @page (taken) that are not carried; they go with the next question, and one by one as they come to be carried. */
void satchel_rows_add_beyond (SatchelRows *rows, SatchelOnlinePage *page);
guint satchel_rows_count_beyond (SatchelRows *rows);

/* Signal "renumbered" (GArray *before): other row numbers stand there now, those before were @before; behind items_changed. When the
 * beginning of an answer has come, the rest of it follows: satchel_rows_is_whole() says whether this is all. */
gboolean satchel_rows_is_whole (SatchelRows *rows);

/* Properties, read-only, with notify:
 *   "count"    gint64   how many there are; -1 while only the beginning is known
 *   "loading"  gboolean the answer is not complete
 *   "problem"  char*    why there is none, a sentence, or NULL; what was shown before stays */

G_END_DECLS
