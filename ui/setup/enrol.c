/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/enrol.h"

#include "client/sign-in.h"

/* Belongs to its task, which the job that stores the answer outlives. */
typedef struct {
  char *url;
  gboolean held;
  SatchelSignInAnswer *answer; /* NULL before */
  gint64 retry_after_ms;
} Enrolment;

static void
enrolment_free (gpointer data)
{
  Enrolment *enrolment = data;

  g_free (enrolment->url);
  satchel_sign_in_answer_free (enrolment->answer);
  g_free (enrolment);
}

/* Held first: an agent hears of the sign-in at once. */
static gpointer
enrol_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Enrolment *enrolment = g_task_get_task_data (data);
  gboolean in_file, offline = satchel_session_get_offline (session);

  if (enrolment->held && !satchel_session_set_choosing (session, TRUE, error))
    return NULL;
  if (!satchel_session_enrol (session, enrolment->url, enrolment->answer, &in_file, error) &&
      enrolment->held && satchel_session_set_choosing (session, FALSE, NULL))
    (void)!satchel_session_set_offline (session, offline, NULL); /* what failed is told */
  return NULL;
}

static void
enrolled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Enrolment *enrolment = g_task_get_task_data (task);
  GError *error = NULL;

  enrolment->answer = satchel_sign_in_finish (result, &enrolment->retry_after_ms, &error);
  if (enrolment->answer == NULL)
    g_task_return_error (task, error);
  else
    satchel_desk_write (g_task_get_source_object (task), enrol_job, g_object_ref (task), g_object_unref, NULL,
                        enrolled_cb, g_object_ref (task));
}

/* The device that the profile is already, if the same user signs in again; the server decides whether it may
 * stay that. */
void
satchel_enrol_async (SatchelDesk *desk, const char *url, const char *user, const char *password,
                     gboolean held, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  gboolean known = g_strcmp0 (satchel_session_get_user_name (session), user) == 0;
  GTask *task = g_task_new (desk, cancellable, callback, data);
  Enrolment *enrolment = g_new0 (Enrolment, 1);

  enrolment->url = g_strdup (url);
  enrolment->held = held;
  enrolment->retry_after_ms = -1;
  g_task_set_check_cancellable (task, FALSE); /* what is stored is stored */
  g_task_set_task_data (task, enrolment, enrolment_free);
  satchel_sign_in_async (url, user, password, known ? satchel_session_get_device (session) : NULL,
                         cancellable, signed_in_cb, task);
}

gboolean
satchel_enrol_finish (SatchelDesk *desk, GAsyncResult *result, gint64 *retry_after_ms, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, desk), FALSE);
  if (retry_after_ms != NULL)
    *retry_after_ms = ((const Enrolment *)g_task_get_task_data (G_TASK (result)))->retry_after_ms;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the choice is made ---- */

static gpointer
release_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (satchel_session_set_choosing (session, FALSE, error));
}

void
satchel_enrol_release_async (SatchelDesk *desk, GAsyncReadyCallback callback, gpointer data)
{
  satchel_desk_write (desk, release_job, NULL, NULL, NULL, callback, data);
}

gboolean
satchel_enrol_release_finish (SatchelDesk *desk, GAsyncResult *result, GError **error)
{
  return satchel_desk_finish (desk, result, error) != NULL;
}
