/* What stands in a calendar between two days: read from all activities that have a time. No GTK.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/calendar/slot.h"

G_BEGIN_DECLS

typedef struct {
  const char *entity; /* name, interned */
  char *id;
  char *title;        /* "" for none */
  char *detail;       /* what it is regarding, or where; "" for none */
  SatchelSpan span;
  gboolean closed;    /* completed: it stays where it is */
  gboolean has_length; /* its end can be moved */
  gboolean repeats;    /* one of a series, which is one record: what is done to that is done to all of them */
  gboolean replaces;   /* a record of its own, in place of one of a series */
  gboolean is_day;    /* it has a day alone, and no hour can be given to it */
} SatchelEvent;
void satchel_event_free (SatchelEvent *event);
/* Whether they look and do the same. */
gboolean satchel_event_equal (const SatchelEvent *a, const SatchelEvent *b);

typedef struct {
  gint64 first_day, last_day; /* inclusive */
  gboolean everyone;          /* what others do, too; else my own */
  const char *const *hidden;  /* entities that are left out; NULL-terminated, or NULL */
} SatchelEventsQuery;

/* More than these of one entity are not read: nobody would see them. */
#define SATCHEL_EVENTS_MOST 5000

/* SatchelEvent*, owned: by day, whole days first (open ones before closed ones), then by time and title. Cancelled ones do not stand there. *cut (may be NULL): there
 * would be more. For a read job. */
GPtrArray *satchel_events_read (SatchelSession *session, const SatchelEventsQuery *query, GCancellable *cancellable, gboolean *cut,
                                GError **error);

/* The activities that a calendar shows: SatchelSlot, in order of their names. */
GArray *satchel_slots_list (SatchelRegistry *registry);

G_END_DECLS
