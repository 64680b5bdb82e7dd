/* A list of records as a GListModel that does not mind a million of them.
 *
 * The list is an array of row numbers, made in a thread (satchel_replica_list_rows): first the beginning, for the screen, then
 * all of it. Records are read a page at a time when somebody looks. A SatchelRow stands for a **position**: when the list is asked
 * anew, the rows that are on the screen get another record and say so, and items_changed concerns the end of the list alone,
 * because GTK 4.8 builds every row widget anew that passes through items_changed.
 *
 * Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* ---- one position ---- */

#define SATCHEL_TYPE_ROW (satchel_row_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRow, satchel_row, SATCHEL, ROW, GObject)

guint                satchel_row_get_position (SatchelRow *row);
/* Borrowed until "changed"; NULL while it is being found out, or when the record has just gone. */
const SatchelRecord *satchel_row_get_record (SatchelRow *row);
/* Signal "changed": another record stands there, or the same with other values. */

/* ---- the list ---- */

#define SATCHEL_TYPE_ROWS (satchel_rows_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRows, satchel_rows, SATCHEL, ROWS, GObject)

/* Empty until it is asked something. Holds @desk. */
SatchelRows *satchel_rows_new (SatchelDesk *desk);

/* What is listed from now on; everything is copied. What is shown stays until the answer comes. */
typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *where;             /* NULL: all */
  const char *find;                    /* as in SatchelQuery */
  const char *const *find_fields;
  const SatchelField *sort;
  gboolean descending;
} SatchelRowsQuery;
void satchel_rows_ask (SatchelRows *rows, const SatchelRowsQuery *query);
/* The same again: something that the list does not hear of by itself is different (a date has passed). */
void satchel_rows_refresh (SatchelRows *rows);

const SatchelEntity *satchel_rows_get_entity (SatchelRows *rows); /* NULL before the first question */
/* Position of the record among the rows that are on the screen or near it; -1 when it is not there. */
gint64 satchel_rows_find (SatchelRows *rows, const char *id);

/* Properties, read-only, with notify:
 *   "count"    gint64   how many there are; -1 while only the beginning is known
 *   "loading"  gboolean the answer is not complete
 *   "problem"  char*    why there is none, a sentence, or NULL; what was shown before stays */

G_END_DECLS
