/* Calendar days and instants: ISO 8601 dates and RFC 3339 times, as text and as numbers since 1970 UTC.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/value.h"

#include "protocol/error.h"

#define EPOCH_JULIAN 719163 /* GDate's number of 1970-01-01 */
#define DAY_MS       (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/* Reads exactly @n digits at *@at; on success *@at stands behind them. */
static gboolean
take_digits (const char **at, guint n, guint *number)
{
  guint sum = 0;

  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit ((*at)[i]))
      return FALSE;
    sum = sum * 10 + ((*at)[i] - '0');
  }
  *at += n;
  *number = sum;
  return TRUE;
}

static gboolean
take_char (const char **at, char c)
{
  if (**at != c)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
take_date (const char **at, gint64 *days)
{
  guint year, month, day;
  GDate date;

  if (!take_digits (at, 4, &year) || !take_char (at, '-') || !take_digits (at, 2, &month) ||
      !take_char (at, '-') || !take_digits (at, 2, &day) || !g_date_valid_dmy (day, month, year))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, day, month, year);
  *days = (gint64)g_date_get_julian (&date) - EPOCH_JULIAN;
  return TRUE;
}

gboolean
satchel_date_parse (const char *text, gint64 *days)
{
  return take_date (&text, days) && *text == '\0';
}

char *
satchel_date_from_days (gint64 days)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, days + EPOCH_JULIAN);
  g_assert (g_date_get_year (&date) <= 9999);
  return g_strdup_printf ("%04u-%02u-%02u", g_date_get_year (&date), g_date_get_month (&date),
                          g_date_get_day (&date));
}

/* ":SS" and ".fff" are optional; finer than milliseconds is cut off. */
static gboolean
take_time (const char **at, gint64 *ms)
{
  guint hour, minute, second = 0, digit;
  gint64 fraction_ms = 0;

  if (!take_digits (at, 2, &hour) || !take_char (at, ':') || !take_digits (at, 2, &minute))
    return FALSE;
  if (take_char (at, ':') && !take_digits (at, 2, &second))
    return FALSE;
  if (take_char (at, '.')) {
    if (!g_ascii_isdigit (**at))
      return FALSE;
    for (guint worth_ms = 100; take_digits (at, 1, &digit); worth_ms /= 10)
      fraction_ms += digit * worth_ms;
  }
  if (hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *ms = ((hour * 60 + minute) * 60 + second) * G_GINT64_CONSTANT (1000) + fraction_ms;
  return TRUE;
}

/* "Z", "+02:00", "+0200" or nothing, which is UTC. */
static gboolean
take_offset (const char **at, gint64 *ms)
{
  gboolean west = **at == '-';
  guint hours, minutes;

  *ms = 0;
  if (**at == '\0' || take_char (at, 'Z') || take_char (at, 'z'))
    return TRUE;
  if (!take_char (at, '+') && !take_char (at, '-'))
    return FALSE;
  if (!take_digits (at, 2, &hours))
    return FALSE;
  take_char (at, ':');
  if (!take_digits (at, 2, &minutes) || hours > 23 || minutes > 59)
    return FALSE;
  *ms = (hours * 60 + minutes) * G_GINT64_CONSTANT (60000) * (west ? -1 : 1);
  return TRUE;
}

gboolean
satchel_instant_parse (const char *text, gint64 *ms, GError **error)
{
  gint64 days, time_ms = 0, offset_ms = 0;
  gboolean good = take_date (&text, &days);

  if (good && *text != '\0') {
    good = (take_char (&text, 'T') || take_char (&text, 't') || take_char (&text, ' ')) &&
           take_time (&text, &time_ms) && take_offset (&text, &offset_ms) && *text == '\0';
  }
  if (good) {
    gint64 instant_ms = days * DAY_MS + time_ms - offset_ms;

    /* An offset may lead out of the years that have a text form. */
    good = instant_ms >= SATCHEL_INSTANT_FIRST_MS && instant_ms <= SATCHEL_INSTANT_LAST_MS;
    if (good)
      *ms = instant_ms;
  }
  if (!good)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "it is not a time such as 2026-03-31T14:30:00+02:00");
  return good;
}

char *
satchel_instant_to_text (gint64 ms)
{
  gint64 days = ms / DAY_MS - (ms % DAY_MS < 0);
  guint in_day_ms = ms - days * DAY_MS;
  guint in_day_s = in_day_ms / 1000, rest_ms = in_day_ms % 1000;
  g_autofree char *date = satchel_date_from_days (days);
  char fraction[8] = "";

  if (rest_ms != 0)
    g_snprintf (fraction, sizeof fraction, ".%03u", rest_ms);
  return g_strdup_printf ("%sT%02u:%02u:%02u%sZ", date, in_day_s / 3600, in_day_s / 60 % 60, in_day_s % 60,
                          fraction);
}
