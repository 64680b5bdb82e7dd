/* A queue and a thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/writer.h"

#include "sync-server/http/complaint.h"
#include "sync-server/http/handlers.h"
#include "sync-server/http/router.h"

#define MOST_TOGETHER 200 /* pushes in one commit: a late one must not wait for a very long one */

struct _SatchelWriter {
  SatchelServer *server;
  GAsyncQueue *queue; /* SatchelExchange*; the writer itself: the end; its queue: tend; its place for
                         "written": watch */
  GThread *thread;
  SatchelWrittenFunc written;
  gpointer data;
};

static SatchelJob *
get_job (gpointer exchange)
{
  return satchel_exchange_get_data (exchange);
}

static void
commit_one (SatchelExchange *exchange)
{
  SatchelJob *job = get_job (exchange);
  gboolean done;

  if (job->unprepared)
    done = satchel_server_prepare (job->server, job->caller, &job->error);
  else
    done = job->route->write (job, &job->error);
  g_assert (done == (job->error == NULL));
}

static void
commit_together (GPtrArray *exchanges)
{
  g_autofree SatchelJob **jobs = g_new (SatchelJob *, exchanges->len);

  for (guint i = 0; i < exchanges->len; i++)
    jobs[i] = get_job (exchanges->pdata[i]);
  satchel_commit_pushes (jobs, exchanges->len);
}

/* Nobody waits for it, and it is tried again. */
static void
tend (SatchelServer *server)
{
  g_autoptr (GError) error = NULL;

  if (!satchel_server_tend (server, &error))
    satchel_complain ("tending", error->message);
}

static void
watch (SatchelServer *server)
{
  g_autoptr (GError) error = NULL;

  if (!satchel_server_watch (server, &error))
    satchel_complain ("looking for the commits of others", error->message);
}

/* What is no exchange: FALSE for those. */
static gboolean
do_chore (SatchelWriter *writer, gpointer item)
{
  if (item == writer->queue)
    tend (writer->server);
  else if (item == &writer->written)
    watch (writer->server);
  else
    return FALSE;
  return TRUE;
}

static gboolean
is_push (SatchelWriter *writer, gpointer item)
{
  return item != writer && item != writer->queue && item != &writer->written &&
         get_job (item)->route->answer == SATCHEL_ANSWER_PUSH;
}

static gpointer
run (gpointer data)
{
  SatchelWriter *writer = data;
  gpointer next = NULL;

  for (;;) {
    gpointer first = next != NULL ? next : g_async_queue_pop (writer->queue);
    next = NULL;
    if (first == writer)
      return NULL;
    if (do_chore (writer, first))
      continue;

    GPtrArray *done = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_exchange_unref);
    g_ptr_array_add (done, first);
    if (is_push (writer, first)) {
      while (done->len < MOST_TOGETHER && (next = g_async_queue_try_pop (writer->queue)) != NULL) {
        if (!is_push (writer, next))
          break;
        g_ptr_array_add (done, g_steal_pointer (&next));
      }
      commit_together (done);
    } else {
      commit_one (first);
    }
    writer->written (done, writer->data);
  }
}

SatchelWriter *
satchel_writer_new (SatchelServer *server, SatchelWrittenFunc written, gpointer data)
{
  SatchelWriter *writer = g_new0 (SatchelWriter, 1);

  writer->server = server;
  writer->queue = g_async_queue_new ();
  writer->written = written;
  writer->data = data;
  writer->thread = g_thread_new ("writer", run, writer);
  return writer;
}

void
satchel_writer_free (SatchelWriter *writer)
{
  if (writer == NULL)
    return;
  g_async_queue_push (writer->queue, writer);
  g_thread_join (writer->thread);
  g_async_queue_unref (writer->queue);
  g_free (writer);
}

void
satchel_writer_queue (SatchelWriter *writer, SatchelExchange *exchange)
{
  g_async_queue_push (writer->queue, exchange);
}

void
satchel_writer_tend (SatchelWriter *writer)
{
  g_async_queue_push (writer->queue, writer->queue);
}

void
satchel_writer_watch (SatchelWriter *writer)
{
  g_async_queue_push (writer->queue, &writer->written);
}
