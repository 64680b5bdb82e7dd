/* The thread that makes images.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/imaging.h"

#include <sys/resource.h>

#include "sync-server/http/complaint.h"

#define NICENESS 10

struct _SatchelImaging {
  GMutex mutex;    /* of the next two */
  GThread *thread; /* the last one, joined by whoever follows it */
  gboolean busy;
  gint stop; /* atomic */
};

typedef struct {
  SatchelImaging *imaging;
  SatchelTenant *tenant;
  SatchelServer *server;
  SatchelCaller *caller;
} Order;

static void
order_free (Order *order)
{
  satchel_caller_free (order->caller);
  satchel_share_return (&order->tenant->jobs, 1);
  g_free (order);
}

/* Rights that change meanwhile are no fault, nor is the end of the service. */
static void
make (const Order *order)
{
  g_autoptr (GError) problem = NULL;

  if (satchel_server_make_snapshot (order->server, order->caller, &order->imaging->stop, &problem) ||
      g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED) ||
      g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED))
    return;
  satchel_complain ("making an image", problem->message);
}

static gpointer
run (gpointer data)
{
  Order *order = data;
  SatchelImaging *imaging = order->imaging;

  /* Of this thread alone, on Linux; elsewhere it only is not as polite. */
  (void)setpriority (PRIO_PROCESS, 0, NICENESS);
  make (order);
  order_free (order);
  g_mutex_lock (&imaging->mutex);
  imaging->busy = FALSE;
  g_mutex_unlock (&imaging->mutex);
  return NULL;
}

SatchelImaging *
satchel_imaging_new (void)
{
  SatchelImaging *imaging = g_new0 (SatchelImaging, 1);

  g_mutex_init (&imaging->mutex);
  return imaging;
}

void
satchel_imaging_free (SatchelImaging *imaging)
{
  g_atomic_int_set (&imaging->stop, 1);
  if (imaging->thread != NULL)
    g_thread_join (imaging->thread);
  g_mutex_clear (&imaging->mutex);
  g_free (imaging);
}

static Order *
order_new (SatchelImaging *imaging, const SatchelJob *job)
{
  Order *order;

  if (!satchel_share_take (&job->tenant->jobs, 1))
    return NULL;
  order = g_new0 (Order, 1);
  order->imaging = imaging;
  order->tenant = job->tenant;
  order->server = job->server;
  order->caller = satchel_caller_copy (job->caller);
  return order;
}

void
satchel_imaging_start (SatchelImaging *imaging, const SatchelJob *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&imaging->mutex);
  Order *order;

  if (imaging->busy || (order = order_new (imaging, job)) == NULL)
    return;
  if (imaging->thread != NULL)
    g_thread_join (g_steal_pointer (&imaging->thread)); /* it has nothing left to do */
  imaging->thread = g_thread_try_new ("imaging", run, order, NULL);
  imaging->busy = imaging->thread != NULL;
  if (!imaging->busy)
    order_free (order);
}
