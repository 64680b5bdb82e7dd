/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/along.h"

static gboolean
append_cb (const char *bytes, gsize size, gpointer data, GError **error)
{
  GString *text = data;

  if (text->len + size > SATCHEL_MAX_ALONG_BYTES) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                         "the pull asks for an answer of its own");
    return FALSE;
  }
  g_string_append_len (text, bytes, size);
  return TRUE;
}

char *
satchel_server_pull_along (SatchelServer *server, SatchelVisit *visit, const SatchelCaller *caller,
                           const SatchelPull *request, const char *outcomes, SatchelSignature **signature,
                           gint64 *s)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  gint64 until_ms;

  if (visit == NULL || !satchel_server_pull_on_visit (server, visit, caller, request, signature, s, &until_ms,
                                                      append_cb, lines, NULL))
    return g_strdup (outcomes);
  return g_strconcat (outcomes, "\n", lines->str, NULL);
}
