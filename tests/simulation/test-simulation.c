/* Runs the simulated world from one seed or from many.
 *
 *   SATCHEL_SIM_SEED=7     only this seed          SATCHEL_SIM_VERBOSE=1   tell what happens
 *   SATCHEL_SIM_SEEDS=200  so many seeds, from 1   SATCHEL_SIM_STEPS=3000  steps of each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/world.h"

#include <stdlib.h>

#define MOST_EVENTS  400 /* a device and round, after the storm */
#define LEAST_ROUNDS 2
#define MOST_ROUNDS  6

static guint64
setting (const char *name, guint64 otherwise)
{
  const char *text = g_getenv (name);
  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
check_devices (SimWorld *world)
{
  for (guint i = 0; i < world->devices->len; i++)
    sim_oracle_check_device (g_ptr_array_index (world->devices, i));
}

static void
step (SimWorld *world)
{
  world->steps++;
  if (sim_chance (world, 30))
    sim_act (world);
  else if (!sim_network_step (world))
    world->now_ms += 1000;
  check_devices (world);
}

static void
wake (SimDevice *device)
{
  device->shut_out = sim_is_disabled (device->world, device->user);
  device->offline = FALSE;
  if (satchel_sync_driver_get_state (device->driver) == SATCHEL_SYNC_SIGNED_OUT)
    sim_device_sign_in (device);
  satchel_sync_driver_feed (device->driver, SATCHEL_SYNC_EVENT_GO_ONLINE);
  satchel_sync_driver_feed (device->driver, SATCHEL_SYNC_EVENT_START);
}

/* Everybody syncs until nothing is under way. */
static void
go_round (SimWorld *world)
{
  guint n = 0;
  for (guint i = 0; i < world->devices->len; i++)
    wake (g_ptr_array_index (world->devices, i));
  while (sim_network_step (world)) {
    world->steps++;
    check_devices (world);
    if (++n > MOST_EVENTS * world->devices->len)
      sim_fail (world, "13: no rest after %u events", n);
  }
}

/* The faults stop: everything that waits must find its way within a bounded number of rounds. What one
 * brings, the others fetch in the next. */
static void
come_to_rest (SimWorld *world)
{
  gint64 s = -1;
  world->weather = SIM_CALM;
  for (guint round = 0; round < LEAST_ROUNDS || s != satchel_server_get_s (world->server); round++) {
    if (round == MOST_ROUNDS)
      sim_fail (world, "13: no rest after %u rounds", round);
    s = satchel_server_get_s (world->server);
    go_round (world);
  }
  sim_oracle_check_rest (world);
  sim_damage_and_heal (world);
  sim_oracle_check_rest (world);
}

static void
run_seed (guint64 seed)
{
  guint64 steps = setting ("SATCHEL_SIM_STEPS", 600);
  SimWorld *world = sim_world_new (seed, 7);
  world->verbose = g_getenv ("SATCHEL_SIM_VERBOSE") != NULL;
  for (guint phase = 0; phase < 3; phase++) {
    world->weather = SIM_STORMY;
    for (guint64 i = 0; i < steps / 3; i++)
      step (world);
    come_to_rest (world);
  }
  sim_world_free (world);
}

static void
test_seeds (void)
{
  if (g_getenv ("SATCHEL_SIM_SEED") != NULL) {
    run_seed (setting ("SATCHEL_SIM_SEED", 1));
    return;
  }
  guint64 seeds = setting ("SATCHEL_SIM_SEEDS", g_getenv ("SATCHEL_TEST_LONG") != NULL ? 200 : 4);
  for (guint64 seed = 1; seed <= seeds; seed++) {
    g_test_message ("seed %" G_GUINT64_FORMAT, seed);
    run_seed (seed);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/simulation/seeds", test_seeds);
  return g_test_run ();
}
