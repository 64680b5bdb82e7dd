/* What a person finds in the morning: her activities of today and before, what is about to close, what others changed, and what waits for
 * her. Read in one job; no GTK.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/tally.h"
#include "ui/calendar/events.h"

G_BEGIN_DECLS

#define SATCHEL_TODAY_MOST 200 /* of each list */

/* Deals that can be won, mine and open, with a day on which they should be; the view "mine" of their entity says which and by which day. */
typedef struct {
  const char *entity; /* interned */
  char *id, *title;
  char *detail;       /* stage, and whom it is with; "" */
  gint64 day;
} SatchelClosing;

/* A record that somebody else made or changed. */
typedef struct {
  const char *entity; /* interned */
  char *id, *title;
  char *who;          /* "" when not known */
  gint64 s, at_ms;
  gboolean made;      /* else changed */
} SatchelNews;

typedef struct {
  gint64 today;
  GPtrArray *due;     /* SatchelEvent*: today, by time */
  GPtrArray *overdue; /* SatchelEvent*: before today, the latest first */
  GPtrArray *closing; /* SatchelClosing*: the nearest first */
  GPtrArray *news;    /* SatchelNews*: the latest first */
  gint64 since, s;    /* sequence numbers of the server: the news are what lies between */
  SatchelTally tally;
} SatchelToday;

#define SATCHEL_CLOSING_DAYS 30 /* that a deal is soon to be closed before its day; those behind it stay until they are closed */

/* @since: where the news begin; -1: where they were seen last. Who never looked has no news: all would be. */
SatchelToday *satchel_today_read (SatchelSession *session, gint64 since, GCancellable *cancellable, GError **error);
void          satchel_today_free (SatchelToday *today); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelToday, satchel_today_free)

/* For the next time: only what comes behind @s is news. */
gboolean satchel_today_mark_seen (SatchelSession *session, gint64 s, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
