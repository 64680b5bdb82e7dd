/* The one thread that changes the store. What waits while it commits is committed together: pushes of many devices
 * cost one synchronised write.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/job.h"

G_BEGIN_DECLS

typedef struct _SatchelWriter SatchelWriter;

/* Called in the writer's thread with what is done, GPtrArray of SatchelExchange*, which the callee then owns. */
typedef void (*SatchelWrittenFunc) (GPtrArray *exchanges, gpointer data);

SatchelWriter *satchel_writer_new (SatchelServer *server, SatchelWrittenFunc written, gpointer data);
/* Does what was queued before, then ends. */
void satchel_writer_free (SatchelWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelWriter, satchel_writer_free)

/* Any thread. @exchange has a SatchelJob with a route that writes; takes the reference. */
void satchel_writer_queue (SatchelWriter *writer, SatchelExchange *exchange);
/* Has the writer do what is to be done from time to time (satchel_server_tend). */
void satchel_writer_tend (SatchelWriter *writer);
/* Has it look for the commits of other processes (satchel_server_watch). */
void satchel_writer_watch (SatchelWriter *writer);

G_END_DECLS
