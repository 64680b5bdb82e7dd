/* The words of the line: English, and those of this locale.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

#include "ui/calendar/line.h"

/* Translators: what follows are words that people type into a calendar, besides the English ones, which are
 * always understood: in lower case, words for the same thing with spaces between them (the full one first),
 * "|" between things. */
#define WEEKDAYS                                                                                             \
  N_ ("monday mon|tuesday tue tues|wednesday wed|thursday thu thur thurs|friday fri|saturday sat|sunday "    \
      "sun")
#define MONTHS                                                                                               \
  N_ ("january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep "         \
      "sept|october oct|november nov|december dec")
#define DAYS N_ ("today|tomorrow|overmorrow")
/* Translators: before a day of the week: that of the next week */
#define NEXT N_ ("next")
/* Translators: stand before a time, a day or a length */
#define AT N_ ("at on from by for @")
/* Translators: between two times */
#define TO N_ ("to till until")
/* Translators: words for hours|words for minutes */
#define UNITS N_ ("h hr hrs hour hours|m min mins minute minutes")
/* Translators: before noon|after noon, of a time */
#define HALVES N_ ("am a.m|pm p.m")
#define TIMES  N_ ("noon|midnight")
/* Translators: all day; "_" is a blank */
#define WHOLE N_ ("all_day all-day allday")

const SatchelLineWords satchel_line_english = {
  .weekdays =
      "monday mon|tuesday tue tues|wednesday wed|thursday thu thur thurs|friday fri|saturday sat|sunday sun",
  .months = "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep "
            "sept|october oct|november "
            "nov|december dec",
  .days = "today|tomorrow|overmorrow",
  .next = "next",
  .at = "at on from by for @",
  .to = "to till until",
  .units = "h hr hrs hour hours|m min mins minute minutes",
  .halves = "am a.m|pm p.m",
  .times = "noon|midnight",
  .whole = "all_day all-day allday",
};

/* "11/26" where the locale writes the month before the day. */
static gboolean
is_month_first (void)
{
  const char *format = nl_langinfo (D_FMT), *month = strstr (format, "%m"), *day = strstr (format, "%d");

  return g_str_has_prefix (format, "%D") || (month != NULL && day != NULL && month < day);
}

const SatchelLineWords *const *
satchel_line_words_get (void)
{
  static SatchelLineWords own;
  static const SatchelLineWords *const languages[] = { &satchel_line_english, &own, NULL };
  static gsize once;

  if (g_once_init_enter (&once)) {
    own = (SatchelLineWords){ .weekdays = _ (WEEKDAYS),
                              .months = _ (MONTHS),
                              .days = _ (DAYS),
                              .next = _ (NEXT),
                              .at = _ (AT),
                              .to = _ (TO),
                              .units = _ (UNITS),
                              .halves = _ (HALVES),
                              .times = _ (TIMES),
                              .whole = _ (WHOLE),
                              .month_first = is_month_first () };
    g_once_init_leave (&once, 1);
  }
  return languages;
}
