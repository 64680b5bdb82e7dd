/* Deadlines of thousands of connections without a GSource each: a wheel of slots, turned by one coarse timer.
 *
 * Setting and cancelling are O(1); an entry fires at most one tick late and never early. Time is passed in, so a test
 * needs no clock. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Embedded in what it times; zero-initialised it is unset. */
typedef struct {
  GList link;
  GQueue *queue; /* where it waits, or NULL */
  gint64 deadline_ms;
} SatchelTimer;

typedef struct _SatchelTimers SatchelTimers;

SatchelTimers *satchel_timers_new (guint tick_ms, gint64 now_ms);
void           satchel_timers_free (SatchelTimers *timers); /* entries that are still set are forgotten */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelTimers, satchel_timers_free)

/* Sets or moves. @data is what the expiry function gets. */
void satchel_timers_set (SatchelTimers *timers, SatchelTimer *timer, gint64 deadline_ms, gpointer data);
void satchel_timers_cancel (SatchelTimer *timer);

/* Calls @expired for every deadline at or before @now_ms; it may set, cancel and free any timer. */
typedef void (*SatchelTimerFunc) (gpointer data);
void satchel_timers_advance (SatchelTimers *timers, gint64 now_ms, SatchelTimerFunc expired);

G_END_DECLS
