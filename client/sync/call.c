/* A transport is asynchronous; this is the one place that makes it wait.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/call.h"

#include <string.h>

typedef struct {
  GBytes *body;
  GError *error;
  gboolean done;
} Call;

static void
done_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  Call *call = data;

  call->body = body != NULL ? g_bytes_ref (body) : NULL;
  call->error = error != NULL ? g_error_copy (error) : NULL;
  call->done = TRUE;
}

GBytes *
satchel_transport_call (SatchelTransport *transport, const char *path, const char *token, const char *text,
                        GError **error)
{
  static const SatchelExchangeHandler handler = { .done = done_cb };
  GMainContext *context = g_main_context_get_thread_default ();
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  Call call = { 0 };

  transport->start (transport, path, token, body, &handler, &call);
  while (!call.done)
    g_main_context_iteration (context, TRUE);
  if (call.error != NULL)
    g_propagate_error (error, call.error);
  return call.body;
}
