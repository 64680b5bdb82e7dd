/* Single questions to the server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/remote.h"

#include <glib/gi18n.h>

#include "client/connect.h"
#include "client/sync/call.h"
#include "protocol/error.h"

void
satchel_transport_free (SatchelTransport *transport)
{
  if (transport != NULL)
    transport->free (transport);
}

SatchelTransport *
satchel_cli_connect (SatchelCli *cli, GError **error)
{
  if (satchel_session_get_offline (cli->session)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_OFFLINE,
                 _ ("the profile is switched offline: satchelctl offline off"));
    return NULL;
  }
  return satchel_connect (cli->session, error);
}

char *
satchel_cli_ask (SatchelCli *cli, SatchelTransport *transport, const char *path, const char *text,
                 GError **error)
{
  g_autofree char *token = satchel_session_dup_token (cli->session, error);
  g_autoptr (GBytes) answer = NULL;

  if (token == NULL)
    return NULL;
  answer = satchel_transport_call (transport, path, token, text, error);
  if (answer == NULL)
    return NULL;
  return g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
}
