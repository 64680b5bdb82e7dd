/* Runs simulated worlds: one from a seed or a script, or many, each in a process of its own. A world that
 * fails is replayed with fewer and fewer steps, and the short script printed.
 *
 *   SATCHEL_SIM_SEED=7       only this seed, in this process
 *   SATCHEL_SIM_SCRIPT=FILE  only this script, in this process
 *   SATCHEL_SIM_SEEDS=200    so many seeds, from SATCHEL_SIM_FIRST on (1)
 *   SATCHEL_SIM_MINUTES=60   seeds as long as that; SATCHEL_SIM_FIRST: the time of day
 *   SATCHEL_SIM_STEPS=3000   steps of each
 *   SATCHEL_SIM_DEVICES=24   devices of each
 *   SATCHEL_SIM_RECORD=FILE  the script is written there while it happens
 *   SATCHEL_SIM_SHRINK=300   seconds for making a script short; 0: not at all
 *   SATCHEL_SIM_VERBOSE=1    tell what happens
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <unistd.h>

#include "tests/lib/fixture.h"
#include "tests/simulation/child.h"
#include "tests/simulation/run.h"

#define USUAL_SEEDS    2
#define USUAL_STEPS    300
#define MANY_STEPS     600 /* of every other world, where nothing begins anew */
#define USUAL_DEVICES  7
#define MANY_DEVICES   24 /* of every tenth world */
#define LONG_SEEDS     200
#define MOST_SECONDS   1800 /* of one world */
#define SHRINK_SECONDS 300

static guint64
setting (const char *name, guint64 otherwise)
{
  const char *text = g_getenv (name);
  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
tell_days (double days)
{
  g_test_message ("device-days %.1f", days);
}

/* ---- one world ---- */

static void
test_seed (void)
{
  const guint64 seed = setting ("SATCHEL_SIM_SEED", 1);
  const SimLife life = {
    .n_devices = setting ("SATCHEL_SIM_DEVICES", seed % 10 == 0 ? MANY_DEVICES : USUAL_DEVICES),
    .n_steps = setting ("SATCHEL_SIM_STEPS", seed % 2 == 1 ? MANY_STEPS : USUAL_STEPS),
    .record = g_getenv ("SATCHEL_SIM_RECORD"),
    .verbose = g_getenv ("SATCHEL_SIM_VERBOSE") != NULL,
  };
  tell_days (sim_run_seed (seed, &life));
}

static void
test_script (void)
{
  tell_days (sim_run_script (g_getenv ("SATCHEL_SIM_SCRIPT"), g_getenv ("SATCHEL_SIM_VERBOSE") != NULL));
}

/* ---- many ---- */

/* The world is kept, and so is the script, as long as it was and made short. */
static void
report (guint64 seed, const char *record, const char *failure)
{
  const guint seconds = setting ("SATCHEL_SIM_SHRINK", SHRINK_SECONDS);
  g_printerr ("# seed %" G_GUINT64_FORMAT " fails: %s\n# its script is %s\n", seed, failure, record);
  if (seconds == 0)
    return;
  g_autofree char *shortest = sim_shrink (record, failure, seconds);
  g_autofree char *path = g_strconcat (record, ".short", NULL);
  if (!g_file_set_contents (path, shortest, -1, NULL))
    g_error ("%s cannot be written", path);
  g_printerr ("# SATCHEL_SIM_SCRIPT=%s does it, too:\n%s", path, shortest);
}

static double
run_one (guint64 seed)
{
  char *directory = fixture_dir_new ();
  g_autofree char *record = g_strdup_printf ("%s/seed-%" G_GUINT64_FORMAT, directory, seed);
  g_autofree char *a = g_strdup_printf ("SATCHEL_SIM_SEED=%" G_GUINT64_FORMAT, seed);
  g_autofree char *b = g_strconcat ("SATCHEL_SIM_RECORD=", record, NULL);
  const char *const variables[] = { a, b, NULL };
  g_auto (SimEnd) end = { 0 };
  sim_child_run (variables, NULL, &end);
  if (end.failure != NULL) {
    report (seed, record, end.failure);
    g_test_fail ();
    g_free (directory);
    return 0;
  }
  fixture_dir_remove (directory);
  return end.device_days;
}

static void
test_seeds (void)
{
  const gboolean lasting = g_getenv ("SATCHEL_SIM_MINUTES") != NULL;
  const gint64 begun_us = g_get_monotonic_time ();
  const gint64 until_us = begun_us + setting ("SATCHEL_SIM_MINUTES", 0) * 60 * G_USEC_PER_SEC;
  const guint64 first = setting ("SATCHEL_SIM_FIRST", lasting ? g_get_real_time () / G_USEC_PER_SEC : 1);
  const guint64 n =
      setting ("SATCHEL_SIM_SEEDS", g_getenv ("SATCHEL_TEST_LONG") != NULL ? LONG_SEEDS : USUAL_SEEDS);
  double days = 0;
  guint64 seed = first;
  for (; lasting ? g_get_monotonic_time () < until_us : seed < first + n; seed++)
    days += run_one (seed);
  g_test_message ("report: seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ": %.0f device-days in %.0f s",
                  first, seed - 1, days, (double)(g_get_monotonic_time () - begun_us) / G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  /* Camel reads its settings where they are installed; all that is written is in directories of each world.
   */
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("SATCHEL_SIM_SCRIPT") != NULL)
    g_test_add_func ("/simulation/script", test_script);
  else if (g_getenv ("SATCHEL_SIM_SEED") != NULL)
    g_test_add_func ("/simulation/seed", test_seed);
  else
    g_test_add_func ("/simulation/seeds", test_seeds);
  if (g_getenv ("SATCHEL_SIM_SCRIPT") != NULL || g_getenv ("SATCHEL_SIM_SEED") != NULL)
    alarm (MOST_SECONDS); /* a world that never ends fails */
  return g_test_run ();
}
