/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/preview.h"

#include "client/sync/ask.h"
#include "protocol/error.h"

#define SHORTEST_PAUSE_MS 250
#define LONGEST_PAUSE_MS  5000
#define PATIENCE_MS       30000

/* Belongs to its task. */
typedef struct {
  SatchelTransport *transport;
  char *token, *text;
  gint64 paused_ms; /* in all */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->token);
  g_free (question->text);
  g_free (question);
}

static void ask (GTask *task);

static gboolean
pause_over_cb (gpointer data)
{
  GTask *task = data;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "%s",
                             satchel_error_sentence (SATCHEL_ERROR_CANCELLED));
  else
    ask (task);
  return G_SOURCE_REMOVE;
}

/* Ends early when nobody waits any more. */
static void
pause_then_ask (GTask *task, gint64 ms)
{
  Question *question = g_task_get_task_data (task);
  g_autoptr (GSource) source = g_timeout_source_new ((guint)ms);

  question->paused_ms += ms;
  if (g_task_get_cancellable (task) != NULL) {
    g_autoptr (GSource) stop = g_cancellable_source_new (g_task_get_cancellable (task));

    g_source_set_dummy_callback (stop);
    g_source_add_child_source (source, stop);
  }
  g_source_set_callback (source, pause_over_cb, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const Question *question = g_task_get_task_data (task);
  SatchelScopePreview preview;
  GError *error = NULL;
  gint64 retry_after_ms;
  g_autofree char *text = satchel_ask_finish (result, &retry_after_ms, &error);

  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_RATE) && question->paused_ms < PATIENCE_MS) {
    g_error_free (error);
    pause_then_ask (task, CLAMP (retry_after_ms, SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS));
    return;
  }
  if (text == NULL || !satchel_scope_preview_from_text (text, &preview, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_memdup2 (&preview, sizeof preview), g_free);
}

static void
ask (GTask *task)
{
  const Question *question = g_task_get_task_data (task);

  satchel_ask_async (question->transport, "/v1/preview", question->token, g_strdup (question->text),
                     g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

void
satchel_preview_async (SatchelSession *session, SatchelTransport *transport, const SatchelScopeChoice *choice,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Question *question = g_new0 (Question, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, satchel_preview_async);
  g_task_set_check_cancellable (task, FALSE); /* what has come is given */
  g_task_set_task_data (task, question, question_free);
  question->transport = transport;
  question->token = satchel_session_dup_token (session, &error);
  if (question->token != NULL)
    question->text = satchel_session_scope_preview_to_text (session, choice, &error);
  if (question->text == NULL)
    g_task_return_error (task, error);
  else
    ask (task);
}

gboolean
satchel_preview_finish (GAsyncResult *result, SatchelScopePreview *preview, GError **error)
{
  g_autofree SatchelScopePreview *told = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, satchel_preview_async), FALSE);
  told = g_task_propagate_pointer (G_TASK (result), error);
  if (told != NULL)
    *preview = *told;
  return told != NULL;
}
