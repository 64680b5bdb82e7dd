/* The most memory that a server takes that serves a first sync and an audit, and that the program takes that
 * asks for them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

/* What a run of satchelctl took and said. */
typedef struct {
  double peak; /* MB */
  gint64 pulled;
} Run;

/* Until the program ends. What the kernel tells of a child that is gone counts its parent, too, as it was
 * before the child became another program: so the child is asked while it lives. */
static double
watch (GSubprocess *program)
{
  double peak = NAN;
  const char *identifier;

  while ((identifier = g_subprocess_get_identifier (program)) != NULL) {
    const double now = bench_memory_of ((GPid)g_ascii_strtoll (identifier, NULL, 10), BENCH_MEMORY_MOST);

    if (!isnan (now))
      peak = now;
    g_main_context_iteration (NULL, FALSE);
    g_usleep (2000);
  }
  return peak;
}

/* Runs satchelctl --json in a profile of its own. */
static gboolean
run_client (BenchRig *rig, const char *const *arguments, Run *run, GError **error)
{
  g_autofree char *home = g_build_filename (rig->directory, "memory", NULL), *said = NULL;
  g_autofree char *said_file = g_build_filename (rig->directory, "memory.json", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) program = NULL;
  g_autoptr (JsonNode) answer = NULL;

  g_ptr_array_add (argv, (gpointer)BENCH_SATCHELCTL);
  g_ptr_array_add (argv, (gpointer) "--json");
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", home, TRUE);
  g_subprocess_launcher_set_stdout_file_path (launcher, said_file);
  g_unlink (said_file); /* it would be written over, not emptied */
  program = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, error);
  if (program == NULL)
    return FALSE;
  run->peak = watch (program);
  if (!g_subprocess_wait_check (program, NULL, error) || !g_file_get_contents (said_file, &said, NULL, error))
    return FALSE;
  answer = json_from_string (said, NULL);
  run->pulled = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
                    ? json_object_get_int_member_with_default (json_node_get_object (answer), "pulled", 0)
                    : 0;
  if (!isnan (run->peak))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                       "memory: the program was not seen running");
  return FALSE;
}

static gboolean
sign_in (BenchRig *rig, GError **error)
{
  g_autofree char *file = g_build_filename (rig->directory, "password", NULL);
  const char *const login[] = { "login", rig->url, "--user", BENCH_READER, "--password-file", file, NULL };
  Run run;

  return g_file_set_contents (file, g_hash_table_lookup (rig->passwords, BENCH_READER), -1, error) &&
         run_client (rig, login, &run, error);
}

gboolean
bench_memory (BenchRig *rig, GError **error)
{
  static const char *const status[] = { "status", NULL }, *const sync[] = { "sync", NULL },
                           *const prove[] = { "sync", "--audit", NULL };
  g_autofree char *client_name = g_strdup_printf ("memory_client_%s", rig->size);
  g_autofree char *server_name = g_strdup_printf ("memory_server_%s", rig->size);
  Run idle, first, audited;
  double server, server_idle;
  const char *way;

  /* Not a bare server that is forked off: it would count what this process holds. */
  if (!bench_rig_restart (rig, error))
    return FALSE;
  server_idle = bench_memory_of (bench_rig_get_pid (rig), BENCH_MEMORY_MOST);
  if (!sign_in (rig, error) || !run_client (rig, status, &idle, error) ||
      !run_client (rig, sync, &first, error))
    return FALSE;
  if (first.pulled < (gint64)rig->thousands * 900) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 "memory: only %" G_GINT64_FORMAT " records came", first.pulled);
    return FALSE;
  }
  /* Images have a largest size. */
  way = bench_rig_count_images (rig) > 0 ? "as an image" : "as rows";
  if (!run_client (rig, prove, &audited, error))
    return FALSE;
  server = bench_memory_of (bench_rig_get_pid (rig), BENCH_MEMORY_MOST);
  if (isnan (server) || isnan (server_idle)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "memory: the server is gone");
    return FALSE;
  }
  bench_report (client_name, MAX (first.peak, audited.peak), "MB", idle.peak,
                "peak of “satchelctl sync”: the first, %" G_GINT64_FORMAT
                " records %s, %.0f MB; one with an audit of "
                "all, %.0f MB; floor: “satchelctl status”",
                first.pulled, way, first.peak, audited.peak);
  bench_report (server_name, server, "MB", server_idle,
                "peak while it hands out that first sync, %s, and answers the audit; floor: before it was "
                "asked anything",
                way);
  return TRUE;
}
