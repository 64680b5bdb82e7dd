/* A GThreadPool whose tasks are only "take the next": what that is, is decided when a thread is free.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/pool.h"

struct _SatchelPool {
  GThreadPool *threads;
  guint n_threads;
  GFunc work;
  gpointer data;
  GMutex mutex;
  GQueue ready; /* SatchelLine*: those with something waiting and not at their bound, in turns */
  guint n_lines;
};

struct _SatchelLine {
  SatchelPool *pool;
  GQueue waiting;
  guint n_running;
  gboolean is_ready; /* stands in ready */
};

/* ---- with the mutex ---- */

static guint
get_most_running (SatchelPool *pool)
{
  return pool->n_lines > 1 ? pool->n_threads - MAX (pool->n_threads / 4, 1) : pool->n_threads;
}

static void
consider (SatchelLine *line)
{
  if (line->is_ready || line->waiting.length == 0 ||
      line->n_running >= MAX (get_most_running (line->pool), 1))
    return;
  line->is_ready = TRUE;
  g_queue_push_tail (&line->pool->ready, line);
}

static SatchelLine *
take_next (SatchelPool *pool, gpointer *item)
{
  SatchelLine *line = g_queue_pop_head (&pool->ready);

  if (line == NULL)
    return NULL;
  line->is_ready = FALSE;
  *item = g_queue_pop_head (&line->waiting);
  line->n_running++;
  consider (line); /* behind the others */
  return line;
}

/* ---- threads ---- */

/* Goes on while there is anything: a line that was at its bound has nobody else who would look at it. */
static void
take_cb (gpointer token, gpointer data)
{
  SatchelPool *pool = data;
  SatchelLine *line;
  gpointer item;

  g_mutex_lock (&pool->mutex);
  while ((line = take_next (pool, &item)) != NULL) {
    g_mutex_unlock (&pool->mutex);
    pool->work (item, pool->data);
    g_mutex_lock (&pool->mutex);
    line->n_running--;
    consider (line);
  }
  g_mutex_unlock (&pool->mutex);
}

SatchelPool *
satchel_pool_new (GFunc work, gpointer data, guint n_threads)
{
  SatchelPool *pool = g_new0 (SatchelPool, 1);

  g_assert (n_threads > 0);
  pool->work = work;
  pool->data = data;
  pool->n_threads = n_threads;
  g_mutex_init (&pool->mutex);
  pool->threads = g_thread_pool_new (take_cb, pool, (gint)n_threads, FALSE, NULL);
  return pool;
}

void
satchel_pool_stop (SatchelPool *pool)
{
  g_thread_pool_free (g_steal_pointer (&pool->threads), FALSE, TRUE);
}

void
satchel_pool_free (SatchelPool *pool)
{
  g_assert (pool->threads == NULL && pool->n_lines == 0);
  g_mutex_clear (&pool->mutex);
  g_free (pool);
}

/* ---- lines ---- */

SatchelLine *
satchel_line_new (SatchelPool *pool)
{
  SatchelLine *line = g_new0 (SatchelLine, 1);

  line->pool = pool;
  g_mutex_lock (&pool->mutex);
  pool->n_lines++;
  g_mutex_unlock (&pool->mutex);
  return line;
}

void
satchel_line_free (SatchelLine *line)
{
  g_mutex_lock (&line->pool->mutex);
  g_assert (line->waiting.length == 0 && line->n_running == 0);
  line->pool->n_lines--;
  g_mutex_unlock (&line->pool->mutex);
  g_free (line);
}

gboolean
satchel_line_is_idle (SatchelLine *line)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->pool->mutex);

  return line->waiting.length == 0 && line->n_running == 0;
}

void
satchel_line_push (SatchelLine *line, gpointer item)
{
  SatchelPool *pool = line->pool;

  g_mutex_lock (&pool->mutex);
  g_queue_push_tail (&line->waiting, item);
  consider (line);
  g_mutex_unlock (&pool->mutex);
  /* An error only says that no further thread could be started: the running ones do it. */
  g_thread_pool_push (pool->threads, pool, NULL);
}

guint
satchel_line_get_n_waiting (SatchelLine *line)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->pool->mutex);

  return line->waiting.length;
}
