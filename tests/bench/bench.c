/* The benchmark suite: satchel-bench [NAME] prints a table and writes bench.json into the build directory.
 * NAME keeps the figures whose name begins with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

typedef struct {
  const char *name;
  guint thousands; /* of demo records in its rig */
  BenchFigure run;
} Entry;

/* Neighbours with the same number of records share a rig. */
static const Entry entries[] = {
  { "first_sync_50k", 50, bench_first_sync },
  { "pull_empty", 50, bench_pull_empty },
  { "edit_live", 50, bench_edit_live },
  { "edit_live_woken", 50, bench_live },
  { "sealed", 50, bench_sealed },
  { "queue_5k", 50, bench_queue_replay },
  { "first_sync_100k", 100, bench_first_sync },
  { "search_100k", 100, bench_search },
  { "online_100k", 100, bench_online },
};

static gboolean
run_entries (const char *only, GError **error)
{
  g_autoptr (BenchRig) rig = NULL;
  guint thousands = 0;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    if (only != NULL && !g_str_has_prefix (entries[i].name, only))
      continue;
    if (rig == NULL || thousands != entries[i].thousands) {
      g_clear_pointer (&rig, bench_rig_free);
      rig = bench_rig_new (entries[i].thousands, error);
      thousands = entries[i].thousands;
    }
    fprintf (stderr, "%s…\n", entries[i].name);
    if (rig == NULL || !entries[i].run (rig, error))
      return FALSE;
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* tokens go to files */
  if (run_entries (argc > 1 ? argv[1] : NULL, &error) && bench_report_finish (BENCH_REPORT, &error))
    return 0;
  fprintf (stderr, "satchel-bench: %s\n", error->message);
  return 1;
}
