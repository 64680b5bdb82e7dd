/* GTestDBus is not used: that of GLib 2.74 was seen to wait for ever while it starts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/bus.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* It starts nothing: what tests do to the agent must not reach the address book of whoever runs them. */
static char *
write_configuration (void)
{
  static const char text[] =
      "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>"
      "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
      "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>";
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int file = g_file_open_tmp ("satchel-bus-XXXXXX.conf", &path, &error);

  g_assert_no_error (error);
  close (file);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

GSubprocess *
fixture_bus_start (char **address)
{
  g_autofree char *configuration = write_configuration ();
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *bus;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  bus = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", "--config-file", configuration,
                                     "--nofork", "--nopidfile", "--print-address=1", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus));
  *address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_unlink (configuration);
  return bus;
}

void
fixture_bus_stop (GSubprocess *bus)
{
  g_subprocess_send_signal (bus, SIGTERM);
  g_subprocess_wait (bus, NULL, NULL);
  g_object_unref (bus);
}
