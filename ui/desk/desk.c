/* Threads with sessions of their own, a queue for the writer and one for the readers.
 *
 * A job goes to its thread and comes back to the main context as one piece, so that nobody needs a lock. The
 * writer also finds out what is different: of its own writes SQLite tells the rows; that another program has
 * written is seen by the version of the file, after the bell has rung.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/desk/desk.h"

#include "client/replica/touched.h"
#include "client/replica/written.h"
#include "protocol/error.h"

#define N_READERS 2

/* What a thread needs to open its session. */
typedef struct {
  char *data_dir;
  char *profile;
  SatchelRegistry *registry;
  const SatchelClock *clock;
} Place;

typedef struct {
  SatchelDesk *desk; /* borrowed: the desk joins its threads before it goes */
  GThread *thread;   /* NULL: not started */
  GAsyncQueue *jobs; /* borrowed */
} Worker;

typedef enum {
  JOB_WORK,
  JOB_OPEN, /* the session of the main thread, which has something else to do meanwhile */
  JOB_LOOK, /* what have others written? */
  JOB_STOP,
} JobKind;

typedef struct {
  JobKind kind;
  SatchelDesk *desk; /* owned by task; for JOB_LOOK borrowed */
  SatchelDeskJob run;
  gpointer data, result;
  GDestroyNotify free_data, free_result;
  GTask *task; /* NULL for looks and stops */
  GError *error;
  GHashTable *touched; /* by the writer */
  gboolean anything;   /* another program has written */
  gboolean reads;      /* it is one of desk->n_reads */
} Job;

struct _SatchelDesk {
  GObject parent_instance;
  Place place;
  SatchelSession *session; /* of the main thread */
  SatchelRegistry *registry;
  SatchelWrittenListener *listener;
  GAsyncQueue *writes, *reads;
  Worker writer, readers[N_READERS];
  guint n_reads; /* asked, and not back */
  GMutex lock;   /* of jobs that come back: n_out */
  GQueue back;   /* Job*, to be finished on the main thread */
  guint back_source;
  gboolean looking;  /* a JOB_LOOK is queued */
  gboolean again;    /* something was written after it may have looked */
  gboolean informed; /* somebody tells what others write */
  gboolean others;   /* others wrote, and whoever informs us may have told it, or not yet */
  gboolean closed;
};

enum { CHANGED, DEFINITIONS, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelDesk, satchel_desk, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  if (job->free_data != NULL && job->data != NULL)
    job->free_data (job->data);
  if (job->free_result != NULL && job->result != NULL)
    job->free_result (job->result);
  g_clear_object (&job->task);
  g_clear_error (&job->error);
  g_clear_pointer (&job->touched, g_hash_table_unref);
  g_free (job);
}

static SatchelSession *
open_session (const Place *place, GError **error)
{
  return satchel_session_open_sealed (place->data_dir, place->profile, place->registry, place->clock, error);
}

/* ---- on the main thread: what comes back ---- */

static void look_at_others (SatchelDesk *desk);

/* Definitions first: who hears that rows are different asks for them by the new ones. */
static void
tell (SatchelDesk *desk, GHashTable *records)
{
  SatchelRegistry *registry = satchel_session_get_registry (desk->session);

  if (registry != desk->registry) {
    desk->registry = registry;
    g_signal_emit (desk, signals[DEFINITIONS], 0);
  }
  g_signal_emit (desk, signals[CHANGED], 0, records);
}

/* Of what others wrote, and we found out ourselves. */
static void
weigh (SatchelDesk *desk, Job *job)
{
  if (job->kind != JOB_LOOK && desk->informed) {
    desk->others |= job->anything;
    job->anything = FALSE;
  } else if (job->kind == JOB_LOOK) {
    job->anything |= desk->others;
    desk->others = desk->looking = FALSE;
  }
}

static void
finish_job (SatchelDesk *desk, Job *job)
{
  weigh (desk, job);
  if (job->reads)
    desk->n_reads--;
  if (!desk->closed && desk->session != NULL && (job->anything || job->touched != NULL))
    tell (desk, job->anything ? NULL : job->touched);
  if (job->task != NULL && job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else if (job->task != NULL)
    g_task_return_pointer (job->task, g_steal_pointer (&job->result), job->free_result);
  if (job->kind == JOB_LOOK && desk->again)
    look_at_others (desk);
  job_free (job);
}

static gboolean
back_cb (gpointer data)
{
  SatchelDesk *desk = data;
  GQueue back;

  g_object_ref (desk);
  g_mutex_lock (&desk->lock);
  back = desk->back;
  g_queue_init (&desk->back);
  desk->back_source = 0;
  g_mutex_unlock (&desk->lock);
  for (Job *job = g_queue_pop_head (&back); job != NULL; job = g_queue_pop_head (&back))
    finish_job (desk, job);
  g_object_unref (desk);
  return G_SOURCE_REMOVE;
}

/* ---- in the threads ---- */

static void
send_back (SatchelDesk *desk, Job *job)
{
  g_mutex_lock (&desk->lock);
  g_queue_push_tail (&desk->back, job);
  if (desk->back_source == 0)
    desk->back_source = g_idle_add_full (G_PRIORITY_DEFAULT, back_cb, desk, NULL);
  g_mutex_unlock (&desk->lock);
}

static void
run_job (Job *job, SatchelSession *session, const Place *place, const GError *problem)
{
  GCancellable *cancellable = job->task != NULL ? g_task_get_cancellable (job->task) : NULL;

  if (problem != NULL)
    job->error = g_error_copy (problem);
  else if (job->kind == JOB_WORK && g_cancellable_is_cancelled (cancellable))
    job->error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "cancelled");
  else if (job->kind == JOB_WORK)
    job->result = job->run (session, job->data, cancellable, &job->error);
  else if (job->kind == JOB_OPEN && (job->result = open_session (place, &job->error)) != NULL)
    satchel_session_hand_over (job->result);
}

/* What cannot be found out counts as different: looking once too often does no harm. */
static gboolean
others_wrote (SatchelSession *session, gint64 *known)
{
  gint64 version = *known;

  if (satchel_replica_get_version (satchel_session_get_replica (session), &version, NULL) &&
      version == *known)
    return FALSE;
  *known = version;
  return TRUE;
}

static gpointer
write_thread (gpointer data)
{
  Worker *worker = data;
  Place *place = &worker->desk->place; /* nobody else looks at it before the writer has opened */
  g_autoptr (GError) problem = NULL;
  g_autoptr (SatchelSession) session = NULL;
  g_autoptr (SatchelTouched) touched = NULL;
  gint64 version = 0;

  if (place->registry == NULL)
    place->registry = satchel_registry_ref (satchel_registry_builtin ());
  session = open_session (place, &problem);
  if (session != NULL) {
    touched = satchel_touched_new (satchel_session_get_replica (session));
    others_wrote (session, &version);
  }
  for (;;) {
    Job *job = g_async_queue_pop (worker->jobs);

    if (job->kind == JOB_STOP) {
      job_free (job);
      return NULL;
    }
    run_job (job, session, place, problem);
    if (session != NULL) {
      job->touched = satchel_touched_take (touched);
      job->anything = others_wrote (session, &version);
    }
    send_back (worker->desk, job);
  }
}

static gpointer
read_thread (gpointer data)
{
  Worker *worker = data;
  g_autoptr (GError) problem = NULL;
  g_autoptr (SatchelSession) session = open_session (&worker->desk->place, &problem);

  for (;;) {
    Job *job = g_async_queue_pop (worker->jobs);

    if (job->kind == JOB_STOP) {
      job_free (job);
      return NULL;
    }
    run_job (job, session, &worker->desk->place, problem);
    send_back (worker->desk, job);
  }
}

/* ---- jobs ---- */

static void
start_worker (Worker *worker, SatchelDesk *desk, const char *name, GThreadFunc run, GAsyncQueue *jobs)
{
  worker->desk = desk;
  worker->jobs = jobs;
  worker->thread = g_thread_new (name, run, worker);
}

static Job *
job_new (SatchelDesk *desk, JobKind kind, GTask *task)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->desk = desk;
  job->task = task;
  return job;
}

static void
queue_work (SatchelDesk *desk, GAsyncQueue *queue, SatchelDeskJob run, gpointer data,
            GDestroyNotify free_data, GDestroyNotify free_result, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (desk, cancellable, callback, user_data);
  Job *job = job_new (desk, JOB_WORK, task);

  g_task_set_check_cancellable (task, FALSE);
  job->run = run;
  job->data = data;
  job->free_data = free_data;
  job->free_result = free_result;
  job->reads = queue == desk->reads;
  if (!desk->closed) {
    desk->n_reads += job->reads ? 1 : 0;
    g_async_queue_push (queue, job);
    return;
  }
  g_task_return_new_error (task, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "the profile is closed");
  job_free (job);
}

void
satchel_desk_read (SatchelDesk *desk, SatchelDeskJob job, gpointer data, GDestroyNotify free_data,
                   GDestroyNotify free_result, GCancellable *cancellable, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_return_if_fail (SATCHEL_IS_DESK (desk));
  /* One more, when all that there are have something to do. */
  for (guint i = 0; i < N_READERS && i <= desk->n_reads && !desk->closed; i++) {
    if (desk->readers[i].thread == NULL) {
      start_worker (&desk->readers[i], desk, "read", read_thread, desk->reads);
      break;
    }
  }
  queue_work (desk, desk->reads, job, data, free_data, free_result, cancellable, callback, user_data);
}

void
satchel_desk_write (SatchelDesk *desk, SatchelDeskJob job, gpointer data, GDestroyNotify free_data,
                    GDestroyNotify free_result, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SATCHEL_IS_DESK (desk));
  queue_work (desk, desk->writes, job, data, free_data, free_result, NULL, callback, user_data);
}

gpointer
satchel_desk_finish (SatchelDesk *desk, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, desk), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- opening and closing ---- */

static void
look_at_others (SatchelDesk *desk)
{
  if (desk->closed)
    return;
  desk->again = desk->looking;
  if (desk->looking)
    return;
  desk->looking = TRUE;
  g_async_queue_push (desk->writes, job_new (desk, JOB_LOOK, NULL));
}

static void
written_cb (gpointer data)
{
  SatchelDesk *desk = data;

  if (!desk->informed)
    look_at_others (desk);
}

void
satchel_desk_set_informed (SatchelDesk *desk, gboolean informed)
{
  g_return_if_fail (SATCHEL_IS_DESK (desk));
  desk->informed = informed;
  look_at_others (desk); /* what was written in between */
}

void
satchel_desk_tell (SatchelDesk *desk, GHashTable *records)
{
  g_return_if_fail (SATCHEL_IS_DESK (desk));
  if (records == NULL)
    look_at_others (desk);
  else if (!desk->closed && desk->session != NULL)
    tell (desk, records);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelDesk *desk = SATCHEL_DESK (source);
  g_autoptr (GTask) task = data;
  g_autofree char *path = NULL;
  GError *error = NULL;

  desk->session = satchel_desk_finish (desk, result, &error);
  if (desk->session == NULL) {
    satchel_desk_close (desk);
    g_task_return_error (task, error);
    return;
  }
  /* Somebody will ask something at once. */
  start_worker (&desk->readers[0], desk, "read", read_thread, desk->reads);
  desk->registry = satchel_session_get_registry (desk->session);
  path = g_build_filename (satchel_session_get_directory (desk->session), "replica.db", NULL);
  desk->listener = satchel_written_listener_new (path, written_cb, desk, &error);
  if (desk->listener == NULL) {
    satchel_desk_close (desk);
    g_task_return_error (task, error);
    return;
  }
  g_task_return_pointer (task, g_object_ref (desk), g_object_unref);
}

void
satchel_desk_open_async (const char *data_dir, const char *profile, SatchelRegistry *registry,
                         const SatchelClock *clock, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (SatchelDesk) desk = g_object_new (SATCHEL_TYPE_DESK, NULL);
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Job *job;

  desk->place = (Place){ g_strdup (data_dir), g_strdup (profile),
                         registry != NULL ? satchel_registry_ref (registry) : NULL, clock };
  job = job_new (desk, JOB_OPEN, g_task_new (desk, NULL, opened_cb, task));
  job->free_result = (GDestroyNotify)satchel_session_close;
  start_worker (&desk->writer, desk, "write", write_thread, desk->writes);
  g_async_queue_push (desk->writes, job);
}

SatchelDesk *
satchel_desk_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
join_worker (Worker *worker)
{
  if (worker->thread != NULL)
    g_thread_join (g_steal_pointer (&worker->thread));
}

static void
cancel_queued (GAsyncQueue *queue)
{
  for (Job *job = g_async_queue_try_pop (queue); job != NULL; job = g_async_queue_try_pop (queue)) {
    if (job->task != NULL)
      g_task_return_new_error (job->task, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "the profile is closed");
    job_free (job);
  }
}

void
satchel_desk_close (SatchelDesk *desk)
{
  if (desk->closed)
    return;
  g_object_ref (desk);
  desk->closed = TRUE;
  g_clear_pointer (&desk->listener, satchel_written_listener_free);
  cancel_queued (desk->reads);
  for (guint i = 0; i < N_READERS; i++) {
    if (desk->readers[i].thread != NULL)
      g_async_queue_push (desk->reads, job_new (desk, JOB_STOP, NULL));
  }
  if (desk->writer.thread != NULL)
    g_async_queue_push (desk->writes, job_new (desk, JOB_STOP, NULL));
  join_worker (&desk->writer);
  for (guint i = 0; i < N_READERS; i++)
    join_worker (&desk->readers[i]);
  /* Nobody sends any more: the last ones are finished here. */
  if (desk->back_source != 0) {
    g_source_remove (desk->back_source);
    back_cb (desk);
  }
  g_clear_pointer (&desk->session, satchel_session_close);
  g_object_unref (desk);
}

static void
satchel_desk_dispose (GObject *object)
{
  satchel_desk_close (SATCHEL_DESK (object));
  G_OBJECT_CLASS (satchel_desk_parent_class)->dispose (object);
}

static void
satchel_desk_finalize (GObject *object)
{
  SatchelDesk *desk = SATCHEL_DESK (object);

  g_async_queue_unref (desk->writes);
  g_async_queue_unref (desk->reads);
  g_free (desk->place.data_dir);
  g_free (desk->place.profile);
  satchel_registry_unref (desk->place.registry);
  g_mutex_clear (&desk->lock);
  G_OBJECT_CLASS (satchel_desk_parent_class)->finalize (object);
}

static void
satchel_desk_class_init (SatchelDeskClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = satchel_desk_dispose;
  object_class->finalize = satchel_desk_finalize;
  signals[CHANGED] = g_signal_new ("changed", SATCHEL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_HASH_TABLE);
  signals[DEFINITIONS] =
      g_signal_new ("definitions", SATCHEL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_desk_init (SatchelDesk *desk)
{
  desk->writes = g_async_queue_new ();
  desk->reads = g_async_queue_new ();
  g_queue_init (&desk->back);
  g_mutex_init (&desk->lock);
}

/* ---- asking ---- */

const char *
satchel_desk_get_profile (SatchelDesk *desk)
{
  return desk->place.profile;
}

SatchelSession *
satchel_desk_get_session (SatchelDesk *desk)
{
  return desk->session;
}

SatchelRegistry *
satchel_desk_get_registry (SatchelDesk *desk)
{
  return desk->registry;
}

gboolean
satchel_desk_changes_touch (GHashTable *records, const SatchelEntity *entity, const char *id)
{
  GPtrArray *ids;

  if (records == NULL)
    return TRUE;
  ids = g_hash_table_lookup (records, entity->name);
  if (ids == NULL)
    return FALSE;
  return ids->len == 0 || id == NULL || g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL);
}
