/* satchel-agent: keeps the profiles of a user in sync, on demand of the session bus or of systemd.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "client/agent/agent.h"
#include "client/language.h"

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static void
refused_cb (gpointer data)
{
  fprintf (stderr, "satchel-agent: it runs already\n");
  g_main_loop_quit (data);
}

static gboolean
read_arguments (int argc, char **argv, gboolean *version, GError **error)
{
  const GOptionEntry entries[] = {
    { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, "Keeps Satchel's records in sync in the background. The desktop starts it by itself.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc == 1)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "it takes no arguments");
  return FALSE;
}

static gboolean
run (GError **error)
{
  g_autofree char *data_dir = g_build_filename (g_get_user_data_dir (), "satchel", NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SatchelAgent) agent = satchel_agent_new (data_dir, refused_cb, loop, error);

  if (agent == NULL)
    return FALSE;
  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_main_loop_run (loop);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean version = FALSE;

  setlocale (LC_ALL, "");
  satchel_language_bind ();
  umask (077);
  if (!read_arguments (argc, argv, &version, &error)) {
    fprintf (stderr, "satchel-agent: %s\n", error->message);
    return 2;
  }
  if (version) {
    printf ("satchel-agent %s\n", SATCHEL_VERSION);
    return 0;
  }
  if (!run (&error)) {
    fprintf (stderr, "satchel-agent: %s\n", error->message);
    return 1;
  }
  return 0;
}
