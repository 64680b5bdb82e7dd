/* A line as people type it into a calendar: "Meeting with Ana Thu 14:00 1h". Pure: no locale, no clock.
 *
 * Times, dates, days of the week and lengths are taken out of the line where they cannot well be anything else: a time or a full date
 * anywhere, the rest beside such a one or at the end, full words ("tomorrow") at the beginning, too. What remains is the subject.
 *
 *   14:00  14.30  3pm  3:30 pm  at 14  noon  14:00-15:30  14:00 to 15:30  下午3点半
 *   today  tomorrow  Thu  Thursday  next Thu (of the week behind this one)
 *   26 Nov  Nov 26  26 November 2027  2026-11-26  26.11.  26.11.2026  11/26 or 26/11  11月26日
 *   1h  90 min  1h30  1.5 h  for 2 hours  all day
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The words of one language. Spaces between words for the same thing, "|" between things. Case does not matter. */
typedef struct {
  const char *weekdays;  /* Monday first: "monday mon|tuesday tue tues|…" */
  const char *months;    /* "january jan|…" */
  const char *days;      /* today|tomorrow|the day after */
  const char *next;      /* before a day of the week */
  const char *at;        /* may stand before a time, a date or a length, and goes with it */
  const char *to;        /* between two times */
  const char *units;     /* of hours|of minutes */
  const char *halves;    /* am|pm, before or behind the time */
  const char *times;     /* noon|midnight */
  const char *whole;     /* all|day: two words, or one */
  gboolean month_first;  /* 11/26 */
} SatchelLineWords;

extern const SatchelLineWords satchel_line_english;

typedef struct {
  char *subject;        /* owned; "" when nothing remains */
  gboolean has_day;
  gint64 day;           /* of the first moment; the one that was given, where the line names none */
  int minutes;          /* since midnight; -1: none was named */
  int duration_minutes; /* 0: none was named */
  gboolean all_day;     /* it says so */
} SatchelLine;
void satchel_line_clear (SatchelLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelLine, satchel_line_clear)

/* @words: languages, each later one where the earlier ones do not know a word; ended by NULL. @today: what "Thu" and "26 Nov" count from;
 * @day: for a line without one. */
void satchel_line_parse (const char *text, const SatchelLineWords *const *words, gint64 today, gint64 day,
                         SatchelLine *line);

/* English, and the words of this locale's translation; static, made once. */
const SatchelLineWords *const *satchel_line_words_get (void);

G_END_DECLS
