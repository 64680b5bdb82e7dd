/* An exchange that can be cancelled from wherever its GCancellable is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/ask.h"

#include <string.h>

#include "protocol/error.h"

/* A question under way; belongs to its task. */
typedef struct {
  SatchelTransport *transport;
  SatchelWireExchange *exchange; /* NULL before and afterwards */
  gulong cancelled;
  gint64 retry_after_ms;
} Question;

/* The exchange is over; takes over the reference that it had. */
static GTask *
end (gpointer data)
{
  GTask *task = data;
  Question *question = g_task_get_task_data (task);

  question->exchange = NULL;
  if (question->cancelled != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), question->cancelled);
  return task;
}

static void
done_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  g_autoptr (GTask) task = end (data);
  Question *question = g_task_get_task_data (task);
  gsize size = 0;
  const char *bytes = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  question->retry_after_ms = retry_after_ms;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_strndup (bytes != NULL ? bytes : "", size), g_free);
}

/* Within the cancellable's lock: the exchange goes, the rest waits for the main loop. */
static gboolean
cancelled_in_loop_cb (gpointer data)
{
  GTask *task = data;
  Question *question = g_task_get_task_data (task);

  if (question->exchange == NULL)
    return G_SOURCE_REMOVE;
  question->transport->cancel (question->transport, question->exchange);
  g_autoptr (GTask) ended = end (task);
  g_task_return_new_error (ended, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "%s",
                           satchel_error_sentence (SATCHEL_ERROR_CANCELLED));
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer task)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, cancelled_in_loop_cb, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

void
satchel_ask_async (SatchelTransport *transport, const char *path, const char *token, char *text,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  static const SatchelExchangeHandler handler = { .done = done_cb };
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
  Question *question = g_new0 (Question, 1);

  question->transport = transport;
  question->retry_after_ms = -1;
  g_task_set_task_data (task, question, g_free);
  g_task_set_source_tag (task, satchel_ask_async);
  g_task_set_check_cancellable (task, FALSE); /* what has come is given */
  question->exchange = transport->start (transport, path, token, body, &handler, g_object_ref (task));
  if (cancellable != NULL)
    question->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), task, NULL);
}

char *
satchel_ask_finish (GAsyncResult *result, gint64 *retry_after_ms, GError **error)
{
  const Question *question = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, satchel_ask_async), NULL);
  if (retry_after_ms != NULL)
    *retry_after_ms = question->retry_after_ms;
  return g_task_propagate_pointer (G_TASK (result), error);
}
