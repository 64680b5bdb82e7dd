/* A month, a week or a day on a sheet: shows what the calendar has, and lets people drag on it.
 *
 * Dragging over what is empty makes something new, dragging an event moves it, by its lower edge gives it another length. With the keyboard:
 * Ctrl and an arrow moves the event that has the focus by a day or a quarter of an hour, with Shift its end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/calendar/calendar.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_SHEET (satchel_sheet_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSheet, satchel_sheet, SATCHEL, SHEET, GtkWidget)

/* A month stands in as many, whatever its length. */
#define SATCHEL_SHEET_WEEKS 6

typedef enum { SATCHEL_SHEET_MONTH, SATCHEL_SHEET_WEEK, SATCHEL_SHEET_DAY } SatchelSheetKind;

SatchelSheet *satchel_sheet_new (SatchelCalendar *calendar);

/* The month, week or day with @day in it; asks the calendar for it. */
void satchel_sheet_show (SatchelSheet *sheet, SatchelSheetKind kind, gint64 day);
/* What is being made; NULL: nothing any more. */
void satchel_sheet_mark (SatchelSheet *sheet, const SatchelSpan *span);

/* Signals, all borrowed for the call:
 *   "open" (SatchelEvent *)
 *   "day" (gint64)                                           all of that day is wanted
 *   "move" (SatchelEvent *, SatchelSpan *)                   it should stand there
 *   "create" (SatchelSpan *, double x, double y)             something new there; it is marked until somebody clears that */

G_END_DECLS
