/* Addresses as people type them, and two questions to the server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sign-in.h"

#include <string.h>

#include "client/sync/ask.h"
#include "client/sync/http.h"
#include "protocol/error.h"

/* ---- addresses ---- */

static gboolean
begins_with_host (const char *text, const char *host)
{
  gsize length = strlen (host);

  return g_ascii_strncasecmp (text, host, length) == 0 && strchr (":/", text[length]) != NULL;
}

char *
satchel_server_address (const char *typed, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autofree char *url = NULL;
  SatchelTransport *transport;

  if (strstr (text, "://") != NULL)
    url = g_strdup (text);
  else if (begins_with_host (text, "localhost") || begins_with_host (text, "127.0.0.1") ||
           begins_with_host (text, "[::1]"))
    url = g_strconcat ("http://", text, NULL);
  else
    url = g_strconcat ("https://", text, NULL);
  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  transport = satchel_http_transport_new (url, error); /* it knows which addresses there are */
  if (transport == NULL)
    return NULL;
  transport->free (transport);
  return g_steal_pointer (&url);
}

/* ---- questions ---- */

typedef struct {
  SatchelTransport *transport;
  gint64 retry_after_ms;
} Call;

static void
call_free (Call *call)
{
  call->transport->free (call->transport);
  g_free (call);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *text = satchel_ask_finish (result, &call->retry_after_ms, &error);
  SatchelSignInAnswer *answer =
      text != NULL ? satchel_sign_in_answer_from_text (text, strlen (text), &error) : NULL;

  if (text != NULL)
    explicit_bzero (text, strlen (text)); /* the token */
  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify)satchel_sign_in_answer_free);
  else
    g_task_return_error (task, error);
}

void
satchel_sign_in_async (const char *url, const char *user, const char *password, const char *device,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  SatchelSignIn request = { .user = (char *)user,
                            .password = (char *)password,
                            .device_name = (char *)g_get_host_name (),
                            .device = (char *)device };
  GError *error = NULL;
  SatchelTransport *transport = satchel_http_transport_new (url, &error);
  Call *call;

  g_task_set_source_tag (task, satchel_sign_in_async);
  g_task_set_check_cancellable (task, FALSE);
  if (transport == NULL) {
    g_task_return_error (task, error);
    return;
  }
  call = g_new0 (Call, 1);
  call->transport = transport;
  call->retry_after_ms = -1;
  g_task_set_task_data (task, call, (GDestroyNotify)call_free);
  satchel_ask_async (transport, "/v1/sign-in", NULL, satchel_sign_in_to_text (&request), cancellable,
                     signed_in_cb, g_object_ref (task));
}

SatchelSignInAnswer *
satchel_sign_in_finish (GAsyncResult *result, gint64 *retry_after_ms, GError **error)
{
  const Call *call = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, satchel_sign_in_async), NULL);
  if (retry_after_ms != NULL)
    *retry_after_ms = call != NULL ? call->retry_after_ms : -1;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelTransport *transport = data;
  g_autofree char *text = satchel_ask_finish (result, NULL, NULL);

  transport->free (transport);
}

void
satchel_sign_out_tell (const char *url, const char *token)
{
  SatchelTransport *transport = satchel_http_transport_new (url, NULL);

  if (transport != NULL)
    satchel_ask_async (transport, "/v1/sign-out", token, g_strdup ("{}"), NULL, signed_out_cb, transport);
}
