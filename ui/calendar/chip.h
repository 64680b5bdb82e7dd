/* An event as a button in a calendar.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/calendar/calendar.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_CHIP_BAR,   /* one line, with its time */
  SATCHEL_CHIP_LINE,  /* one line where its place says the time */
  SATCHEL_CHIP_BLOCK, /* as high as it lasts */
} SatchelChipForm;

/* Of an event of the calendar. It lives as long as the chip, which is still there, perhaps with the focus, when the calendar has others. */
GtkWidget          *satchel_chip_new (SatchelCalendar *calendar, const SatchelEvent *event, SatchelChipForm form);
const SatchelEvent *satchel_chip_get_event (GtkWidget *chip);
/* The chip that @widget is or stands in, or NULL. */
GtkWidget *satchel_chip_find (GtkWidget *widget);

/* "14:00–15:30"; "all day"; with dates where it is longer than a day. Owned. */
char *satchel_event_dup_times (const SatchelEvent *event, GTimeZone *zone);
/* All of it in a sentence, as it is read aloud: "Meeting with Ana, Thursday, 26 November, 14:00–15:00, Appointment". Owned. */
char *satchel_event_dup_name (SatchelCalendar *calendar, const SatchelEvent *event);
/* CSS class of the kind; static. */
const char *satchel_event_get_class (SatchelCalendar *calendar, const char *entity);

/* The style of all of this, for the display; once is enough. */
void satchel_calendar_load_style (void);

G_END_DECLS
