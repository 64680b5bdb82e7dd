/* The benchmark suite: satchel-bench [--long] [NAME] prints a table and writes bench.json into the build
 * directory. NAME keeps the figures whose entry begins with it; those of a million records run only then, or
 * with --long.
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

#define LONG_THOUSANDS 1000 /* a rig of so many takes minutes to make */

/* Neighbours with the same number of records share a rig. */
static const Entry entries[] = {
  { "curve_10k", 10, bench_curve },
  { "eds_10k", 10, bench_eds },
  { "first_sync_50k", 50, bench_first_sync },
  { "pull_empty", 50, bench_pull_empty },
  { "pull_20", 50, bench_pull_20 },
  { "edit_live", 50, bench_edit_live },
  { "edit_live_woken", 50, bench_live },
  { "sealed", 50, bench_sealed },
  { "queue_5k", 50, bench_queue_replay },
  { "swarm_2k", 50, bench_swarm },
  { "first_sync_100k", 100, bench_first_sync },
  { "curve_100k", 100, bench_curve },
  { "search_100k", 100, bench_search },
  { "online_100k", 100, bench_online },
  { "heal_1_of_100k", 100, bench_heal },
  { "replica_100k", 100, bench_replica },
  { "revoke_100k", 100, bench_revoke },
  { "mail_100k", 100, bench_mail },
  { "memory_100k", 100, bench_memory },
  { "application_100k", 100, bench_application },
  { "first_sync_1m", 1000, bench_first_sync },
  { "curve_1m", 1000, bench_curve },
  { "search_1m", 1000, bench_search },
  { "heal_1_of_1m", 1000, bench_heal },
  { "replica_1m", 1000, bench_replica },
  { "memory_1m", 1000, bench_memory },
  { "application_1m", 1000, bench_application },
};

typedef struct {
  gboolean with_long;
  const char *name; /* NULL: all */
} Choice;

static gboolean
is_chosen (const Entry *entry, const Choice *choice)
{
  if (choice->name != NULL && !g_str_has_prefix (entry->name, choice->name))
    return FALSE;
  return entry->thousands < LONG_THOUSANDS || choice->with_long || choice->name != NULL;
}

/* A figure that fails says so and leaves the others alone. Whether none did. */
static gboolean
run_entries (const Choice *choice)
{
  g_autoptr (BenchRig) rig = NULL;
  guint thousands = 0;
  gboolean succeeded = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_autoptr (GError) error = NULL;

    if (!is_chosen (&entries[i], choice))
      continue;
    if (rig == NULL || thousands != entries[i].thousands) {
      g_clear_pointer (&rig, bench_rig_free);
      rig = bench_rig_new (entries[i].thousands, &error);
      thousands = entries[i].thousands;
    }
    fprintf (stderr, "%s…\n", entries[i].name);
    if (rig != NULL && entries[i].run (rig, &error))
      continue;
    fprintf (stderr, "satchel-bench: %s: %s\n", entries[i].name, error->message);
    succeeded = FALSE;
  }
  return succeeded;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Choice choice = { FALSE, NULL };

  for (int i = 1; i < argc; i++) {
    if (g_str_equal (argv[i], "--long"))
      choice.with_long = TRUE;
    else
      choice.name = argv[i];
  }
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* tokens go to files */
  const gboolean succeeded = run_entries (&choice);

  if (bench_report_finish (BENCH_REPORT, &error))
    return succeeded ? 0 : 1;
  fprintf (stderr, "satchel-bench: %s\n", error->message);
  return 1;
}
