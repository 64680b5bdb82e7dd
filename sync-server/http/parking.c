/* epoll with one-shot registrations: a descriptor that is in other hands (libsoup's) is registered but
 * silent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/parking.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "protocol/error.h"

#define TICK_MS  100
#define N_EVENTS 256

struct _SatchelParking {
  int epoll;
  SatchelTimers *timers;
  GSource *epoll_source, *tick_source, *queue_source;
  GQueue queue; /* SatchelParked* whose ready is due */
  struct epoll_event events[N_EVENTS];
  int n_events, next_event; /* of the batch being dispatched */
};

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

static gboolean
epoll_ready_cb (gint fd, GIOCondition condition, gpointer data)
{
  SatchelParking *parking = data;

  parking->n_events = epoll_wait (parking->epoll, parking->events, N_EVENTS, 0); /* -1: interrupted */
  for (parking->next_event = 0; parking->next_event < parking->n_events;) {
    SatchelParked *parked = parking->events[parking->next_event++].data.ptr;
    if (parked != NULL)
      parked->ready (parked->data);
  }
  parking->n_events = 0;
  return G_SOURCE_CONTINUE;
}

static gboolean
queue_ready_cb (gpointer data)
{
  SatchelParking *parking = data;

  /* Only those that are here now: one that queues itself again waits for the next turn. */
  for (guint n = parking->queue.length; n > 0 && parking->queue.head != NULL; n--) {
    SatchelParked *parked = parking->queue.head->data;
    g_queue_unlink (&parking->queue, &parked->queued);
    parked->in_queue = FALSE;
    parked->ready (parked->data);
  }
  if (parking->queue.length > 0)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&parking->queue_source, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
expired_cb (gpointer data)
{
  SatchelParked *parked = data;

  parked->expired (parked->data);
}

static gboolean
tick_cb (gpointer data)
{
  SatchelParking *parking = data;

  satchel_timers_advance (parking->timers, now_ms (), expired_cb);
  return G_SOURCE_CONTINUE;
}

SatchelParking *
satchel_parking_new (GMainContext *context, GError **error)
{
  int epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (epoll < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "cannot wait for connections: %s",
                 g_strerror (errno));
    return NULL;
  }

  SatchelParking *parking = g_new0 (SatchelParking, 1);
  parking->epoll = epoll;
  parking->timers = satchel_timers_new (TICK_MS, now_ms ());
  parking->tick_source = g_timeout_source_new (TICK_MS);
  g_source_set_callback (parking->tick_source, tick_cb, parking, NULL);
  g_source_attach (parking->tick_source, context);
  parking->epoll_source = g_unix_fd_source_new (epoll, G_IO_IN);
  g_source_set_callback (parking->epoll_source, G_SOURCE_FUNC (epoll_ready_cb), parking, NULL);
  /* GLib would take the descriptor out and put it back around each call, and wake this loop twice for it. */
  g_source_set_can_recurse (parking->epoll_source, TRUE);
  g_source_attach (parking->epoll_source, context);
  return parking;
}

static void
destroy_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
satchel_parking_free (SatchelParking *parking)
{
  if (parking == NULL)
    return;
  g_assert (parking->queue.length == 0);
  destroy_source (&parking->epoll_source);
  destroy_source (&parking->tick_source);
  destroy_source (&parking->queue_source);
  satchel_timers_free (parking->timers);
  close (parking->epoll);
  g_free (parking);
}

static gboolean
watch (SatchelParking *parking, SatchelParked *parked, guint32 events)
{
  struct epoll_event event = { .events = events | EPOLLONESHOT, .data.ptr = parked };

  if (epoll_ctl (parking->epoll, parked->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, parked->fd, &event) != 0)
    return FALSE;
  parked->registered = TRUE;
  return TRUE;
}

gboolean
satchel_parking_watch (SatchelParking *parking, SatchelParked *parked)
{
  return watch (parking, parked, EPOLLIN | EPOLLRDHUP);
}

gboolean
satchel_parking_watch_output (SatchelParking *parking, SatchelParked *parked)
{
  return watch (parking, parked, EPOLLOUT);
}

void
satchel_parking_requeue (SatchelParking *parking, SatchelParked *parked)
{
  if (parked->in_queue)
    return;
  parked->in_queue = TRUE;
  parked->queued.data = parked;
  g_queue_push_tail_link (&parking->queue, &parked->queued);

  if (parking->queue_source == NULL) {
    parking->queue_source = g_idle_source_new ();
    g_source_set_priority (parking->queue_source, G_PRIORITY_DEFAULT);
    g_source_set_callback (parking->queue_source, queue_ready_cb, parking, NULL);
    g_source_attach (parking->queue_source, g_source_get_context (parking->tick_source));
  }
}

void
satchel_parking_set_deadline (SatchelParking *parking, SatchelParked *parked, gint64 after_ms)
{
  if (after_ms == 0)
    satchel_timers_cancel (&parked->timer);
  else
    satchel_timers_set (parking->timers, &parked->timer, now_ms () + after_ms, parked);
}

void
satchel_parking_forget (SatchelParking *parking, SatchelParked *parked)
{
  satchel_timers_cancel (&parked->timer);
  if (parked->in_queue)
    g_queue_unlink (&parking->queue, &parked->queued);
  parked->in_queue = FALSE;
  if (parked->registered)
    epoll_ctl (parking->epoll, EPOLL_CTL_DEL, parked->fd, NULL);
  parked->registered = FALSE;
  for (int i = parking->next_event; i < parking->n_events; i++)
    if (parking->events[i].data.ptr == parked)
      parking->events[i].data.ptr = NULL;
}
