/* Threads that take the next: what that is, is decided when one is free. Whoever has been idle for the
 * shortest time is woken, by name and when the lock is free again, so that it does not wake up to wait (which
 * GThreadPool has each of its threads do), and what it had in the processor's caches is still there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/pool.h"

typedef struct {
  SatchelPool *pool;
  GThread *thread;
  GCond cond;
  gboolean called; /* out of "idle" */
} Worker;

struct _SatchelPool {
  guint n_threads;
  GFunc work;
  gpointer data;
  GMutex mutex;
  GPtrArray *workers; /* those that were needed so far; NULL once stopped */
  GQueue idle;        /* Worker*, the latest first */
  gboolean ending;
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

static void add_worker (SatchelPool *pool);

/* Somebody for what is ready, to be signalled without the mutex; NULL: nobody is needed, or has to be. */
static Worker *
call_one (SatchelPool *pool)
{
  Worker *worker = pool->ready.length > 0 ? g_queue_pop_head (&pool->idle) : NULL;

  if (worker != NULL)
    worker->called = TRUE;
  else if (pool->ready.length > 0 && !pool->ending && pool->workers->len < pool->n_threads)
    add_worker (pool);
  return worker;
}

static void
wait_for_call (Worker *worker)
{
  worker->called = FALSE;
  g_queue_push_head (&worker->pool->idle, worker);
  while (!worker->called)
    g_cond_wait (&worker->cond, &worker->pool->mutex);
}

/* ---- threads ---- */

static void
wake (Worker *worker)
{
  if (worker != NULL)
    g_cond_signal (&worker->cond);
}

/* Goes on while there is anything: a line that was at its bound has nobody else who would look at it. */
static gpointer
run (gpointer data)
{
  Worker *worker = data;
  SatchelPool *pool = worker->pool;
  SatchelLine *line;
  gpointer item;

  g_mutex_lock (&pool->mutex);
  for (;;) {
    while ((line = take_next (pool, &item)) != NULL) {
      Worker *other = call_one (pool);

      g_mutex_unlock (&pool->mutex);
      wake (other);
      pool->work (item, pool->data);
      g_mutex_lock (&pool->mutex);
      line->n_running--;
      consider (line);
    }
    if (pool->ending)
      break;
    wait_for_call (worker);
  }
  g_mutex_unlock (&pool->mutex);
  return NULL;
}

/* Where no further thread can be started, those that run do it. */
static void
add_worker (SatchelPool *pool)
{
  Worker *worker = g_new0 (Worker, 1);

  worker->pool = pool;
  g_cond_init (&worker->cond);
  worker->thread = g_thread_try_new ("pool", run, worker, NULL);
  if (worker->thread != NULL) {
    g_ptr_array_add (pool->workers, worker);
    return;
  }
  g_cond_clear (&worker->cond);
  g_free (worker);
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
  pool->workers = g_ptr_array_new ();
  add_worker (pool);
  g_assert (pool->workers->len > 0);
  return pool;
}

void
satchel_pool_stop (SatchelPool *pool)
{
  g_mutex_lock (&pool->mutex);
  pool->ending = TRUE;
  for (Worker *worker; (worker = g_queue_pop_head (&pool->idle)) != NULL;) {
    worker->called = TRUE;
    g_cond_signal (&worker->cond);
  }
  g_mutex_unlock (&pool->mutex);
  for (guint i = 0; i < pool->workers->len; i++) {
    Worker *worker = pool->workers->pdata[i];

    g_thread_join (worker->thread);
    g_cond_clear (&worker->cond);
    g_free (worker);
  }
  g_clear_pointer (&pool->workers, g_ptr_array_unref);
}

void
satchel_pool_free (SatchelPool *pool)
{
  g_assert (pool->workers == NULL && pool->n_lines == 0);
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
  Worker *worker;

  g_mutex_lock (&pool->mutex);
  g_queue_push_tail (&line->waiting, item);
  consider (line);
  worker = call_one (pool);
  g_mutex_unlock (&pool->mutex);
  wake (worker);
}

guint
satchel_line_get_n_waiting (SatchelLine *line)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->pool->mutex);

  return line->waiting.length;
}
