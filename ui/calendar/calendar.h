/* What a calendar shows now: events between two days, read again when something of it is different. No GTK; main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/calendar/events.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CALENDAR (satchel_calendar_get_type ())
G_DECLARE_FINAL_TYPE (SatchelCalendar, satchel_calendar, SATCHEL, CALENDAR, GObject)

SatchelCalendar *satchel_calendar_new (SatchelDesk *desk); /* holds @desk */

/* What is shown from now on; what is shown stays until the answer comes. Days are inclusive. */
void satchel_calendar_show (SatchelCalendar *calendar, gint64 first_day, gint64 last_day);
/* The activities of everyone, not only mine. */
void     satchel_calendar_set_everyone (SatchelCalendar *calendar, gboolean everyone);
gboolean satchel_calendar_get_everyone (SatchelCalendar *calendar);
/* Whether activities of this kind are left out. */
void     satchel_calendar_set_hidden (SatchelCalendar *calendar, const char *entity, gboolean hidden);
gboolean satchel_calendar_get_hidden (SatchelCalendar *calendar, const char *entity);

/* SatchelEvent, borrowed until "changed", in the order of satchel_events_read(). */
const GPtrArray *satchel_calendar_get_events (SatchelCalendar *calendar);
gboolean         satchel_calendar_is_cut (SatchelCalendar *calendar);
const char      *satchel_calendar_get_problem (SatchelCalendar *calendar); /* why there is nothing new, or NULL */

SatchelDesk *satchel_calendar_get_desk (SatchelCalendar *calendar);
GTimeZone   *satchel_calendar_get_zone (SatchelCalendar *calendar);  /* borrowed; of whoever looks */
gint64       satchel_calendar_get_today (SatchelCalendar *calendar);
gint64       satchel_calendar_get_now_ms (SatchelCalendar *calendar);
/* NULL for an entity that is no activity any more. Borrowed until the definitions are others. */
const SatchelSlot *satchel_calendar_find_slot (SatchelCalendar *calendar, const char *entity);
const GArray      *satchel_calendar_get_slots (SatchelCalendar *calendar); /* SatchelSlot */

/* Signal "changed": events, or the definitions behind them, are others. */

G_END_DECLS
