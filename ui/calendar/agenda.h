/* What comes, day after day, as a list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/calendar/calendar.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_AGENDA (satchel_agenda_get_type ())
G_DECLARE_FINAL_TYPE (SatchelAgenda, satchel_agenda, SATCHEL, AGENDA, GtkWidget)

#define SATCHEL_AGENDA_DAYS 30

SatchelAgenda *satchel_agenda_new (SatchelCalendar *calendar);
/* The days from @first_day on; asks the calendar for them. */
void satchel_agenda_show (SatchelAgenda *agenda, gint64 first_day);

/* Signal "open" (SatchelEvent *), borrowed for the call. */

G_END_DECLS
