/* A hashed timer wheel: an entry waits in the slot of its tick, whatever the turn; a slot is looked at once a
 * turn.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/timers.h"

#define N_SLOTS 1024

struct _SatchelTimers {
  GQueue slots[N_SLOTS];
  guint tick_ms;
  gint64 tick; /* the last one that was handled */
};

SatchelTimers *
satchel_timers_new (guint tick_ms, gint64 now_ms)
{
  g_assert (tick_ms > 0);

  SatchelTimers *timers = g_new0 (SatchelTimers, 1);
  timers->tick_ms = tick_ms;
  timers->tick = now_ms / tick_ms;
  return timers;
}

void
satchel_timers_free (SatchelTimers *timers)
{
  if (timers == NULL)
    return;
  for (guint i = 0; i < N_SLOTS; i++) {
    GList *link;
    while ((link = g_queue_pop_head_link (&timers->slots[i])) != NULL) {
      SatchelTimer *timer = (SatchelTimer *)link;
      timer->queue = NULL;
    }
  }
  g_free (timers);
}

void
satchel_timers_set (SatchelTimers *timers, SatchelTimer *timer, gint64 deadline_ms, gpointer data)
{
  satchel_timers_cancel (timer);

  /* Rounded up, and never into a tick that was handled already: that slot comes round only after a whole
   * turn. */
  gint64 tick = MAX ((deadline_ms + timers->tick_ms - 1) / timers->tick_ms, timers->tick + 1);
  timer->deadline_ms = deadline_ms;
  timer->link.data = data;
  timer->queue = &timers->slots[tick % N_SLOTS];
  g_queue_push_tail_link (timer->queue, &timer->link);
}

void
satchel_timers_cancel (SatchelTimer *timer)
{
  if (timer->queue == NULL)
    return;
  g_queue_unlink (timer->queue, &timer->link);
  timer->queue = NULL;
}

/* Moves what is due from @slot to @due, so that the callbacks may change the slot freely. */
static void
collect (GQueue *slot, gint64 now_ms, GQueue *due)
{
  GList *next;
  for (GList *link = slot->head; link != NULL; link = next) {
    next = link->next;
    SatchelTimer *timer = (SatchelTimer *)link;
    if (timer->deadline_ms > now_ms)
      continue;
    g_queue_unlink (slot, link);
    timer->queue = due;
    g_queue_push_tail_link (due, link);
  }
}

void
satchel_timers_advance (SatchelTimers *timers, gint64 now_ms, SatchelTimerFunc expired)
{
  GQueue due = G_QUEUE_INIT;
  gint64 tick = now_ms / timers->tick_ms;
  gint64 n = MIN (tick - timers->tick, N_SLOTS);
  for (gint64 i = 1; i <= n; i++)
    collect (&timers->slots[(timers->tick + i) % N_SLOTS], now_ms, &due);
  timers->tick = MAX (tick, timers->tick);

  while (due.head != NULL) {
    SatchelTimer *timer = (SatchelTimer *)due.head;
    gpointer data = timer->link.data;
    satchel_timers_cancel (timer);
    expired (data);
  }
}
