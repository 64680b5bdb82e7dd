/* One call, with its progress.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/agent.h"

#include <inttypes.h>
#include <glib/gi18n.h>
#include <glib-unix.h>
#include <signal.h>

#include "client/agent/link.h"

typedef struct {
  SatchelCli *cli;
  GMainLoop *loop;
  SatchelSyncTotals *moved;
  GError *error;
  gboolean left, interrupted;
} Wait;

gboolean
satchel_cli_agent_runs (void)
{
  g_autoptr (SatchelAgentLink) link = satchel_agent_link_find (NULL);

  return link != NULL;
}

void
satchel_cli_show_progress (SatchelCli *cli, const char *state, const SatchelSyncTotals *totals,
                           gint64 waiting)
{
  g_autofree char *text = NULL, *size = NULL;

  if (g_str_equal (state, satchel_sync_state_name (SATCHEL_SYNC_PULLING))) {
    size = g_format_size (totals->bytes_in);
    text = g_strdup_printf (_ ("receiving, %s"), size);
  } else if (g_str_equal (state, satchel_sync_state_name (SATCHEL_SYNC_PUSHING)) &&
             totals->pushed + waiting > 0) {
    text = g_strdup_printf (_ ("pushed %" PRId64 " of %" PRId64), totals->pushed, totals->pushed + waiting);
  }
  if (text != NULL)
    satchel_cli_progress (cli, text);
}

static void
progress_cb (const char *state, gint64 waiting, const SatchelSyncTotals *moved, gpointer data)
{
  satchel_cli_show_progress (((Wait *)data)->cli, state, moved, waiting);
}

static void
done_cb (const GError *error, const SatchelSyncTotals *moved, gboolean left, gpointer data)
{
  Wait *wait = data;

  *wait->moved = *moved;
  wait->left = left;
  wait->error = error != NULL ? g_error_copy (error) : NULL;
  g_main_loop_quit (wait->loop);
}

static gboolean
interrupt_cb (gpointer data)
{
  Wait *wait = data;

  wait->interrupted = TRUE;
  g_main_loop_quit (wait->loop);
  return G_SOURCE_CONTINUE;
}

gboolean
satchel_cli_agent_sync (SatchelCli *cli, SatchelSyncTotals *moved, gboolean *absent, GError **error)
{
  static const SatchelAgentEvents events = { .progress = progress_cb };
  g_autoptr (SatchelAgentLink) link = satchel_agent_link_find (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait wait = { .cli = cli, .loop = loop, .moved = moved };
  guint interrupt;

  *absent = link == NULL;
  if (link == NULL)
    return FALSE;
  satchel_agent_link_listen (link, cli->profile, &events, &wait);
  satchel_agent_link_sync (link, cli->profile, done_cb, &wait);
  interrupt = g_unix_signal_add (SIGINT, interrupt_cb, &wait);
  g_main_loop_run (loop);
  g_source_remove (interrupt);
  satchel_cli_progress (cli, NULL);
  if (wait.interrupted)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED,
                         _ ("stopped waiting; the agent goes on"));
  else if (wait.error != NULL && !wait.left)
    g_propagate_error (error, g_steal_pointer (&wait.error));
  else if (!wait.left)
    return TRUE;
  *absent = wait.left;
  g_clear_error (&wait.error);
  return FALSE;
}
