/* Where everything waits that has nothing to do: one epoll descriptor nested in a GMainContext, one timer for all
 * deadlines, and a queue for those that can go on at once.
 *
 * A GSource per connection would cost each turn of the main loop O(connections); parked descriptors cost nothing
 * until the kernel reports them. One thread: the one that runs the context.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/timers.h"

G_BEGIN_DECLS

typedef struct _SatchelParking SatchelParking;

/* Embedded in what is parked. fd, ready, expired and data are set by the owner before the first call. */
typedef struct {
  int fd;
  void (*ready) (gpointer data);   /* what was watched for, or hung up, once per watch(); may free the owner */
  void (*expired) (gpointer data); /* the deadline passed; may free the owner */
  gpointer data;
  SatchelTimer timer;
  GList queued;
  gboolean in_queue, registered;
} SatchelParked;

/* Errors of epoll as STORAGE. */
SatchelParking *satchel_parking_new (GMainContext *context, GError **error);
void            satchel_parking_free (SatchelParking *parking); /* nobody may be parked any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelParking, satchel_parking_free)

/* Calls ready once when there is something to read. FALSE: the kernel refuses the descriptor (out of memory). */
gboolean satchel_parking_watch (SatchelParking *parking, SatchelParked *parked) G_GNUC_WARN_UNUSED_RESULT;
/* The same when there is room to write. */
gboolean satchel_parking_watch_output (SatchelParking *parking, SatchelParked *parked) G_GNUC_WARN_UNUSED_RESULT;
/* Calls ready in the next turn of the loop, whatever the descriptor says. */
void satchel_parking_requeue (SatchelParking *parking, SatchelParked *parked);
/* Milliseconds from now; 0: no deadline. */
void satchel_parking_set_deadline (SatchelParking *parking, SatchelParked *parked, gint64 after_ms);
/* Before the owner is freed or its descriptor closed. */
void satchel_parking_forget (SatchelParking *parking, SatchelParked *parked);

G_END_DECLS
