/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/days.h"

#include <glib/gi18n.h>
#include <langinfo.h>

#define EPOCH_JULIAN 719163 /* GDate's number of 1970-01-01 */
#define FIRST_DAY    (1 - EPOCH_JULIAN)
#define LAST_DAY     2932896 /* 9999-12-31 */
#define HOUR_MS      G_GINT64_CONSTANT (3600000)
#define DAY_MS       G_GINT64_CONSTANT (86400000)

static void
day_to_date (gint64 day, GDate *date)
{
  g_date_clear (date, 1);
  g_date_set_julian (date, (guint32)(CLAMP (day, FIRST_DAY, LAST_DAY) + EPOCH_JULIAN));
}

static gint64
date_to_day (const GDate *date)
{
  return (gint64)g_date_get_julian (date) - EPOCH_JULIAN;
}

/* What the clock on the wall shows, as milliseconds since 1970 if it were UTC. */
static gint64
to_wall (gint64 ms, GTimeZone *zone)
{
  gint64 seconds = ms / 1000 - (ms % 1000 < 0);
  int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds);

  return ms + (gint64)g_time_zone_get_offset (zone, interval) * 1000;
}

static gint64
floor_divide (gint64 number, gint64 by)
{
  return number / by - (number % by < 0);
}

gint64
satchel_day_of (gint64 ms, GTimeZone *zone)
{
  return floor_divide (to_wall (ms, zone), DAY_MS);
}

int
satchel_day_minutes_of (gint64 ms, GTimeZone *zone)
{
  gint64 wall = to_wall (ms, zone);

  return (int)((wall - floor_divide (wall, DAY_MS) * DAY_MS) / 60000);
}

gint64
satchel_day_to_ms (gint64 day, int minutes, GTimeZone *zone)
{
  gint64 whole = CLAMP (day + floor_divide (minutes, SATCHEL_DAY_MINUTES), FIRST_DAY, LAST_DAY);
  gint64 wall = whole * DAY_MS +
                (gint64)(minutes - floor_divide (minutes, SATCHEL_DAY_MINUTES) * SATCHEL_DAY_MINUTES) * 60000;
  gint64 seconds = wall / 1000, ms;
  int interval = g_time_zone_adjust_time (zone, G_TIME_TYPE_DAYLIGHT, &seconds);

  ms = (seconds - g_time_zone_get_offset (zone, interval)) * 1000;
  /* Of two instants with this time, GLib may have taken the later one. */
  return to_wall (ms - HOUR_MS, zone) == wall ? ms - HOUR_MS : ms;
}

int
satchel_day_get_weekday (gint64 day)
{
  return (int)(((day + 3) % 7 + 7) % 7) + 1; /* 1970-01-01 was a Thursday */
}

gint64
satchel_day_first_of_week (gint64 day, int first_weekday)
{
  return day - (satchel_day_get_weekday (day) - first_weekday + 7) % 7;
}

gint64
satchel_day_first_of_month (gint64 day)
{
  GDate date;

  day_to_date (day, &date);
  return day - (g_date_get_day (&date) - 1);
}

int
satchel_day_count_month (gint64 day)
{
  GDate date;

  day_to_date (day, &date);
  return g_date_get_days_in_month (g_date_get_month (&date), g_date_get_year (&date));
}

gint64
satchel_day_add_months (gint64 day, int months)
{
  GDate date;

  day_to_date (day, &date);
  if (months >= 0)
    g_date_add_months (&date, (guint)months);
  else if ((g_date_get_year (&date) - 1) * 12 + (int)g_date_get_month (&date) - 1 >= -months)
    g_date_subtract_months (&date, (guint)-months);
  return MIN (date_to_day (&date), LAST_DAY);
}

gboolean
satchel_day_from_date (int year, int month, int day_of_month, gint64 *day)
{
  GDate date;

  if (year < 1 || year > 9999 || month < 1 || month > 12 || day_of_month < 1 || day_of_month > 31 ||
      !g_date_valid_dmy ((GDateDay)day_of_month, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay)day_of_month, (GDateMonth)month, (GDateYear)year);
  *day = date_to_day (&date);
  return TRUE;
}

void
satchel_day_get_date (gint64 day, int *year, int *month, int *day_of_month)
{
  GDate date;

  day_to_date (day, &date);
  *year = g_date_get_year (&date);
  *month = (int)g_date_get_month (&date);
  *day_of_month = g_date_get_day (&date);
}

char *
satchel_day_format (gint64 day, const char *format)
{
  g_autoptr (GDateTime) noon = NULL;
  int year, month, day_of_month;

  satchel_day_get_date (day, &year, &month, &day_of_month);
  noon = g_date_time_new_utc (year, month, day_of_month, 12, 0, 0);
  return g_date_time_format (noon, format);
}

char *
satchel_minutes_format (int minutes)
{
  int within = minutes % SATCHEL_DAY_MINUTES;
  g_autoptr (GDateTime) time = g_date_time_new_utc (2000, 1, 1, within / 60, within % 60, 0);

  /* Translators: a time of the day; "%l:%M %p" where people write 2:05 PM */
  return g_date_time_format (time, _ ("%H:%M"));
}

int
satchel_locale_first_weekday (void)
{
#ifdef _NL_TIME_FIRST_WEEKDAY
  /* What stands behind these two is told by address and by bytes: a date of the week's first day as the
   * number YYYYMMDD, and which day counted from that one comes first. */
  union {
    const char *text;
    guint32 number;
  } origin = { .text = nl_langinfo (_NL_TIME_WEEK_1STDAY) };
  int first = *nl_langinfo (_NL_TIME_FIRST_WEEKDAY);
  int base = origin.number == 19971130 ? 7 : 1; /* a Sunday; else 19971201, a Monday */

  if (first >= 1 && first <= 7)
    return (base - 1 + first - 1) % 7 + 1;
#endif
  return 1;
}
