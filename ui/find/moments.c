/* Tables, and the one shift that people choose.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/moments.h"

#include <glib/gi18n.h>
#include <stdlib.h>

static const SatchelMomentWord anchors[] = {
  { "", N_ ("The Day") },
  { "today", N_ ("Today") },
  { "yesterday", N_ ("Yesterday") },
  { "tomorrow", N_ ("Tomorrow") },
  { "start of week", N_ ("Start of Week") },
  { "end of week", N_ ("End of Week") },
  { "start of month", N_ ("Start of Month") },
  { "end of month", N_ ("End of Month") },
  { "start of quarter", N_ ("Start of Quarter") },
  { "end of quarter", N_ ("End of Quarter") },
  { "start of half-year", N_ ("Start of Half-Year") },
  { "end of half-year", N_ ("End of Half-Year") },
  { "start of year", N_ ("Start of Year") },
  { "end of year", N_ ("End of Year") },
  { "now", N_ ("Now") }, /* the last: a date has none */
};

static const SatchelMomentWord periods[] = {
  { "today", N_ ("Today") },
  { "yesterday", N_ ("Yesterday") },
  { "tomorrow", N_ ("Tomorrow") },
  { "past", N_ ("The Past") },
  { "future", N_ ("The Future") },
  { "this week", N_ ("This Week") },
  { "last week", N_ ("Last Week") },
  { "next week", N_ ("Next Week") },
  { "this month", N_ ("This Month") },
  { "last month", N_ ("Last Month") },
  { "next month", N_ ("Next Month") },
  { "this quarter", N_ ("This Quarter") },
  { "last quarter", N_ ("Last Quarter") },
  { "next quarter", N_ ("Next Quarter") },
  { "this half-year", N_ ("This Half-Year") },
  { "last half-year", N_ ("Last Half-Year") },
  { "next half-year", N_ ("Next Half-Year") },
  { "this year", N_ ("This Year") },
  { "last year", N_ ("Last Year") },
  { "next year", N_ ("Next Year") },
};

static const SatchelMomentWord units[SATCHEL_N_UNITS] = {
  [SATCHEL_UNIT_MINUTE] = { "minute", N_ ("Minutes") },
  [SATCHEL_UNIT_HOUR] = { "hour", N_ ("Hours") },
  [SATCHEL_UNIT_DAY] = { "day", N_ ("Days") },
  [SATCHEL_UNIT_WEEK] = { "week", N_ ("Weeks") },
  [SATCHEL_UNIT_MONTH] = { "month", N_ ("Months") },
  [SATCHEL_UNIT_QUARTER] = { "quarter", N_ ("Quarters") },
  [SATCHEL_UNIT_HALF_YEAR] = { "half-year", N_ ("Half-Years") },
  [SATCHEL_UNIT_YEAR] = { "year", N_ ("Years") },
};

const SatchelMomentWord *
satchel_moment_anchors (SatchelType type, guint *n_anchors)
{
  *n_anchors = G_N_ELEMENTS (anchors) - (type == SATCHEL_TYPE_DATE ? 1 : 0);
  return anchors;
}

const SatchelMomentWord *
satchel_moment_periods (guint *n_periods)
{
  *n_periods = G_N_ELEMENTS (periods);
  return periods;
}

const SatchelMomentWord *
satchel_moment_units (guint *n_units)
{
  *n_units = SATCHEL_N_UNITS - SATCHEL_UNIT_DAY;
  return units + SATCHEL_UNIT_DAY;
}

/* What the anchor is without its shifts. */
static char *
print_anchor (SatchelMoment moment)
{
  GString *text = g_string_new (NULL);

  moment.n_shifts = 0;
  satchel_moment_print (&moment, text);
  return g_string_free (text, FALSE);
}

gboolean
satchel_moment_take_apart (const char *word, SatchelType type, SatchelMomentParts *parts)
{
  SatchelMoment moment;
  SatchelScanner scanner;
  g_autofree char *anchor = NULL;
  guint n_anchors;

  *parts = (SatchelMomentParts){ 0 };
  satchel_scanner_init (&scanner, word, TRUE);
  if (*word == '\0')
    return TRUE;
  if (!satchel_moment_parse (&scanner, type, &moment, NULL) || !satchel_scanner_at_end (&scanner) ||
      moment.anchor == SATCHEL_ANCHOR_INSTANT || moment.n_shifts > 1 ||
      (moment.n_shifts == 1 && moment.shifts[0].unit < SATCHEL_UNIT_DAY))
    return FALSE;
  if (moment.n_shifts == 1) {
    parts->amount = moment.shifts[0].amount;
    parts->unit = moment.shifts[0].unit - SATCHEL_UNIT_DAY;
  }
  anchor = print_anchor (moment);
  if (moment.anchor == SATCHEL_ANCHOR_DATE)
    return g_strlcpy (parts->date, anchor, sizeof parts->date) < sizeof parts->date;
  satchel_moment_anchors (type, &n_anchors);
  for (guint i = 1; i < n_anchors; i++)
    if (g_str_equal (anchors[i].word, anchor)) {
      parts->anchor = i;
      return TRUE;
    }
  return FALSE;
}

char *
satchel_moment_put_together (const SatchelMomentParts *parts)
{
  const char *anchor = parts->anchor == 0 ? parts->date : anchors[parts->anchor].word;

  if (*anchor == '\0' || parts->amount == 0)
    return g_strdup (anchor);
  return g_strdup_printf ("%s %c %d %s", anchor, parts->amount < 0 ? '-' : '+', abs (parts->amount),
                          units[SATCHEL_UNIT_DAY + parts->unit].word);
}
