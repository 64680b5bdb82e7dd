/* The most memory that a server takes that serves a first sync and an audit, and that the program takes that
 * asks for them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/floor.h"
#include "tests/bench/measure.h"

/* MB at most since the process began; NAN when it is not there. */
static double
peak_of (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int)pid), *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NAN;
  line = strstr (text, "VmHWM:");
  return line != NULL ? g_ascii_strtod (line + strlen ("VmHWM:"), NULL) / 1024 : NAN;
}

/* Runs satchelctl in a profile of its own: MB at most, or NAN with an error. */
static double
run_client (BenchRig *rig, const char *const *arguments, GError **error)
{
  g_autofree char *home = g_build_filename (rig->directory, "memory", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "XDG_DATA_HOME", home, TRUE);
  struct rusage usage;
  int status;
  GPid pid;

  g_ptr_array_add (argv, (gpointer)BENCH_SATCHELCTL);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  if (!g_spawn_async (NULL, (char **)argv->pdata, environment,
                      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &pid, error))
    return NAN;
  while (wait4 (pid, &status, 0, &usage) < 0 && errno == EINTR)
    ;
  if (g_spawn_check_wait_status (status, error))
    return (double)usage.ru_maxrss / 1024;
  return NAN;
}

static gboolean
sign_in (BenchRig *rig, GError **error)
{
  g_autofree char *file = g_build_filename (rig->directory, "password", NULL);
  const char *const login[] = { "login", rig->url, "--user", BENCH_READER, "--password-file", file, NULL };

  return g_file_set_contents (file, g_hash_table_lookup (rig->passwords, BENCH_READER), -1, error) &&
         !isnan (run_client (rig, login, error));
}

/* A server of the same kind that keeps and does nothing. */
static double
peak_of_hello (GError **error)
{
  BenchHello hello;
  double peak;

  if (!bench_hello_start (&hello, error))
    return NAN;
  peak = isnan (bench_hello_round_trip (&hello, 100, error)) ? NAN : peak_of (hello.pid);
  bench_hello_stop (&hello);
  return peak;
}

gboolean
bench_memory (BenchRig *rig, GError **error)
{
  static const char *const idle[] = { "status", NULL }, *const sync[] = { "sync", NULL },
                           *const prove[] = { "sync", "--audit", NULL };
  g_autofree char *client_name = g_strdup_printf ("memory_client_%s", rig->size);
  g_autofree char *server_name = g_strdup_printf ("memory_server_%s", rig->size);
  double client_idle, first, audited, server, server_idle;

  if (!bench_rig_restart (rig, error) || !sign_in (rig, error))
    return FALSE;
  client_idle = run_client (rig, idle, error);
  first = isnan (client_idle) ? NAN : run_client (rig, sync, error);
  audited = isnan (first) ? NAN : run_client (rig, prove, error);
  server_idle = isnan (audited) ? NAN : peak_of_hello (error);
  if (isnan (server_idle))
    return FALSE;
  server = peak_of (bench_rig_get_pid (rig));
  if (isnan (server)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "memory: the server is gone");
    return FALSE;
  }
  bench_report (
      client_name, MAX (first, audited), "MB", client_idle,
      "peak of “satchelctl sync”: the first %.0f MB, one with an audit of all %.0f MB; floor: “satchelctl "
      "status”",
      first, audited);
  bench_report (
      server_name, server, "MB", server_idle,
      "peak while it makes an image for that first sync and answers the audit; floor: a bare SoupServer");
  return TRUE;
}
