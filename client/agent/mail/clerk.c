/* A queue and the thread that empties it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/clerk.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "protocol/error.h"

typedef enum { DUTY_ASK, DUTY_TELL, DUTY_REST, DUTY_LEAVE } Duty;

typedef struct {
  Duty duty;
  SatchelClerkWork work;
  gpointer data;
} Task;

struct _SatchelClerk {
  char *data_dir, *profile;
  SatchelRegistry *registry;
  const SatchelClock *clock;
  GAsyncQueue *queue; /* Task* */
  GThread *thread;
  int waiting; /* atomic: questions in the queue */
  int leaving; /* atomic */

  /* The thread's own. */
  SatchelSession *session;
  GStatBuf opened; /* the file that the session is of */
};

/* ---- in the thread ---- */

static gboolean
look_at_file (SatchelClerk *clerk, GStatBuf *found, GError **error)
{
  g_autofree char *folder = g_build_filename (clerk->data_dir, clerk->profile, NULL);
  g_autofree char *path = g_build_filename (folder, "replica.db", NULL);

  if (g_stat (path, found) == 0)
    return TRUE;
  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, _ ("nobody has signed in yet"));
  else
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such profile");
  return FALSE;
}

/* A replica that was erased, or made anew, leaves an open file that nobody else sees any more. */
static gboolean
ensure_session (SatchelClerk *clerk, GError **error)
{
  GStatBuf now;
  gboolean there = look_at_file (clerk, &now, error);

  if (clerk->session != NULL &&
      (!there || now.st_ino != clerk->opened.st_ino || now.st_dev != clerk->opened.st_dev))
    g_clear_pointer (&clerk->session, satchel_session_close);
  if (!there)
    return FALSE;
  if (clerk->session == NULL) {
    clerk->session =
        satchel_session_open_sealed (clerk->data_dir, clerk->profile, clerk->registry, clerk->clock, error);
    clerk->opened = now;
  }
  if (clerk->session == NULL)
    return FALSE;
  if (satchel_session_get_user (clerk->session) != NULL)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, _ ("nobody has signed in yet"));
  return FALSE;
}

static void
do_ask (SatchelClerk *clerk, const Task *task)
{
  g_autoptr (GError) problem = NULL;

  g_atomic_int_add (&clerk->waiting, -1);
  if (g_atomic_int_get (&clerk->leaving)) {
    g_set_error_literal (&problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "the agent stops");
    task->work (NULL, problem, task->data);
    return;
  }
  if (ensure_session (clerk, &problem))
    task->work (clerk->session, NULL, task->data);
  else
    task->work (NULL, problem, task->data);
}

static gpointer
thread_cb (gpointer data)
{
  SatchelClerk *clerk = data;
  gboolean leaves = FALSE;

  while (!leaves) {
    g_autofree Task *task = g_async_queue_pop (clerk->queue);

    switch (task->duty) {
    case DUTY_ASK:
      do_ask (clerk, task);
      break;
    case DUTY_TELL:
      task->work (NULL, NULL, task->data);
      break;
    case DUTY_LEAVE:
      leaves = TRUE;
      G_GNUC_FALLTHROUGH;
    case DUTY_REST:
      g_clear_pointer (&clerk->session, satchel_session_close);
      break;
    }
  }
  return NULL;
}

/* ---- the door ---- */

static void
push (SatchelClerk *clerk, Duty duty, SatchelClerkWork work, gpointer data)
{
  Task *task = g_new0 (Task, 1);

  *task = (Task){ duty, work, data };
  g_async_queue_push (clerk->queue, task);
}

SatchelClerk *
satchel_clerk_new (const char *data_dir, const char *profile, SatchelRegistry *registry,
                   const SatchelClock *clock)
{
  SatchelClerk *clerk = g_new0 (SatchelClerk, 1);

  clerk->data_dir = g_strdup (data_dir);
  clerk->profile = g_strdup (profile);
  clerk->registry = registry;
  clerk->clock = clock;
  clerk->queue = g_async_queue_new ();
  clerk->thread = g_thread_new ("clerk", thread_cb, clerk);
  return clerk;
}

void
satchel_clerk_free (SatchelClerk *clerk)
{
  if (clerk == NULL)
    return;
  g_atomic_int_set (&clerk->leaving, TRUE);
  push (clerk, DUTY_LEAVE, NULL, NULL);
  g_thread_join (clerk->thread);
  g_async_queue_unref (clerk->queue);
  g_free (clerk->data_dir);
  g_free (clerk->profile);
  g_free (clerk);
}

gboolean
satchel_clerk_ask (SatchelClerk *clerk, SatchelClerkWork work, gpointer data, GError **error)
{
  if (g_atomic_int_get (&clerk->waiting) >= SATCHEL_CLERK_MOST_WAITING) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "too many questions wait already");
    return FALSE;
  }
  g_atomic_int_add (&clerk->waiting, 1);
  push (clerk, DUTY_ASK, work, data);
  return TRUE;
}

void
satchel_clerk_tell (SatchelClerk *clerk, SatchelClerkWork work, gpointer data)
{
  push (clerk, DUTY_TELL, work, data);
}

void
satchel_clerk_rest (SatchelClerk *clerk)
{
  push (clerk, DUTY_REST, NULL, NULL);
}
