/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/sign-out.h"

#include <string.h>

#include "client/sign-in.h"

/* What was the token, for the server; "" where there was none. */
static gpointer
forget_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *token = satchel_session_dup_token (session, NULL);

  if (!satchel_session_forget_token (session, error))
    return NULL;
  return token != NULL ? g_steal_pointer (&token) : g_strdup ("");
}

static void
free_token (gpointer token)
{
  explicit_bzero (token, strlen (token));
  g_free (token);
}

void
satchel_sign_out (SatchelDesk *desk, GAsyncReadyCallback callback, gpointer data)
{
  satchel_desk_write (desk, forget_job, NULL, NULL, free_token, callback, data);
}

gboolean
satchel_sign_out_finish (SatchelDesk *desk, GAsyncResult *result, GError **error)
{
  char *token = satchel_desk_finish (desk, result, error);
  const char *url = satchel_session_get_url (satchel_desk_get_session (desk));

  if (token == NULL)
    return FALSE;
  if (*token != '\0' && url != NULL)
    satchel_sign_out_tell (url, token);
  free_token (token);
  return TRUE;
}
