/* Days of a calendar: numbers counted from 1970-01-01, and what they are in a time zone. No GTK.
 *
 * A day of a zone may have 23 or 25 hours, and may begin at 01:00. Times of the day are those of the clock on the wall.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_DAY_MINUTES (24 * 60)

/* The day of an instant (UTC milliseconds), and the minutes that the clock shows then, 0…1439. */
gint64 satchel_day_of (gint64 ms, GTimeZone *zone);
int    satchel_day_minutes_of (gint64 ms, GTimeZone *zone);
/* The instant at which the clock shows @minutes on @day; more than a day's minutes lead into the days behind it. A time that is
 * skipped in spring is the one right behind the gap, of one that comes twice in autumn the first counts. */
gint64 satchel_day_to_ms (gint64 day, int minutes, GTimeZone *zone);

int    satchel_day_get_weekday (gint64 day); /* 1 Monday … 7 Sunday */
gint64 satchel_day_first_of_week (gint64 day, int first_weekday);
gint64 satchel_day_first_of_month (gint64 day);
int    satchel_day_count_month (gint64 day); /* days of the month that it is in */
/* The same day of another month, or its last where it is shorter. */
gint64 satchel_day_add_months (gint64 day, int months);
/* FALSE for what is no date. */
gboolean satchel_day_from_date (int year, int month, int day_of_month, gint64 *day);
void     satchel_day_get_date (gint64 day, int *year, int *month, int *day_of_month);

/* As g_date_time_format(), owned. */
char *satchel_day_format (gint64 day, const char *format);
/* "14:05", as this locale writes it; owned. */
char *satchel_minutes_format (int minutes);

/* With which day weeks begin in this locale: 1 Monday … 7 Sunday. */
int satchel_locale_first_weekday (void);

G_END_DECLS
