/* What a person waits for at the window: bench-window does it, on a display of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

#define RUNS 5

/* Adds what bench-window tells to @figures: name → GArray of doubles. */
static gboolean
run_window (const char *home, const char *mode, GHashTable *figures, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) program = NULL;
  g_autofree char *said = NULL, *profiles = g_strdup_printf ("XDG_DATA_HOME=%s", home);
  g_auto (GStrv) lines = NULL;

  program = g_subprocess_launcher_spawn (launcher, error, "/usr/bin/python3", BENCH_HEADLESS, "/usr/bin/env",
                                         profiles, BENCH_WINDOW, mode, NULL);
  if (program == NULL || !g_subprocess_communicate_utf8 (program, NULL, NULL, &said, NULL, error) ||
      !g_subprocess_wait_check (program, NULL, error))
    return FALSE;
  lines = g_strsplit (said, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    char *space = strchr (lines[i], ' ');
    GArray *values;
    double value;

    if (space == NULL)
      continue;
    *space = '\0';
    value = g_ascii_strtod (space + 1, NULL);
    values = g_hash_table_lookup (figures, lines[i]);
    if (values == NULL)
      g_hash_table_insert (figures, g_strdup (lines[i]),
                           values = g_array_new (FALSE, FALSE, sizeof (double)));
    g_array_append_val (values, value);
  }
  return TRUE;
}

static gboolean
report (BenchRig *rig, GHashTable *figures, const char *name, guint percent, const char *unit, double floor,
        const char *note, GError **error)
{
  GArray *values = g_hash_table_lookup (figures, g_str_has_prefix (name, "start") ? "start" : name);
  g_autofree char *full = g_strdup_printf ("%s_%s%s", name, rig->size, percent == 95 ? "_p95" : "");

  if (values == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "the window measured no %s", name);
    return FALSE;
  }
  bench_report (full, bench_percentile (values, percent), unit, floor, "%s; median %.1f of %u", note,
                bench_median (values), values->len);
  return TRUE;
}

/* The profile as the application looks for it: HOME/satchel/bench. */
static char *
make_home (BenchRig *rig, GError **error)
{
  g_autofree char *home = g_build_filename (rig->directory, "window", NULL);
  g_autofree char *place = g_build_filename (home, "satchel", NULL), *replica = NULL, *profile = NULL,
                  *device_dir = NULL;
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);

  if (device == NULL || !bench_device_sync (device, error))
    return NULL;
  replica = bench_rig_dup_replica (rig, rig->devices - 1);
  profile = g_path_get_dirname (replica);
  device_dir = g_path_get_dirname (profile);
  if (g_mkdir_with_parents (home, 0700) == 0 && symlink (device_dir, place) == 0)
    return g_steal_pointer (&home);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the profile could not be laid out");
  return NULL;
}

gboolean
bench_application (BenchRig *rig, GError **error)
{
  g_autofree char *home = make_home (rig, error);
  g_autoptr (GHashTable) bare =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr (GHashTable) full =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);

  if (home == NULL)
    return FALSE;
  for (guint i = 0; i < RUNS; i++)
    if (!run_window (home, "bare", bare, error) || !run_window (home, "start", full, error))
      return FALSE;
  if (!report (rig, full, "start", 50, "ms", bench_median (g_hash_table_lookup (bare, "start")),
               "from exec to the first frame that shows contacts; floor: a bare AdwApplicationWindow",
               error) ||
      !run_window (home, "work", full, error))
    return FALSE;
  return report (rig, full, "open_record", 95, "ms", NAN, "a contact opened, to the painted frame", error) &&
         report (rig, full, "scroll", 95, "ms", NAN, "a jump anywhere in the list, to the painted frame",
                 error) &&
         report (rig, full, "search_painted", 95, "ms", NAN, "a keystroke in quick find, to painted hits",
                 error) &&
         report (rig, full, "memory", 50, "MB", bench_median (g_hash_table_lookup (bare, "memory")),
                 "the most that the application took for all of that; floor: a bare AdwApplicationWindow",
                 error);
}
