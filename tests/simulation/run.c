/* Steps from a seed, or from a script.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/deeds.h"
#include "tests/simulation/disk.h"

#define STORMS        3
#define PERCENT_DEEDS 30
#define MOST_EVENTS   400 /* a device and round, after the storm */
#define LEAST_ROUNDS  2
#define MOST_ROUNDS   6
#define DAY_MS        86400000.0

/* ---- what a step does ---- */

static void
check_devices (SimWorld *world)
{
  for (guint i = 0; i < world->devices->len; i++)
    sim_oracle_check_device (g_ptr_array_index (world->devices, i));
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
    check_devices (world);
    if (++n > MOST_EVENTS * world->devices->len)
      sim_fail (world, "13: no rest after %u events", n);
  }
}

/* Everything that waits must find its way within a bounded number of rounds. What one brings, the others fetch in the next. */
static void
settle (SimWorld *world)
{
  gint64 s = -1;
  for (guint round = 0; round < LEAST_ROUNDS || s != satchel_server_get_s (world->server); round++) {
    if (round == MOST_ROUNDS)
      sim_fail (world, "13: no rest after %u rounds", round);
    s = satchel_server_get_s (world->server);
    go_round (world);
  }
}

/* The faults stop. */
static void
come_to_rest (SimWorld *world)
{
  gint64 s;
  world->weather = SIM_CALM;
  sim_disk_mend (world);
  settle (world);
  sim_oracle_check_rest (world);
  s = satchel_server_get_s (world->server);
  sim_damage_and_heal (world);
  if (s != satchel_server_get_s (world->server)) /* somebody's choice by the time of day has other rows now */
    settle (world);
  sim_oracle_check_rest (world);
  world->weather = SIM_STORMY;
}

static void
let_happen (SimWorld *world)
{
  if (!sim_network_step (world))
    world->now_ms += 1000;
}

/* ---- steps ---- */

typedef struct {
  const char *name;    /* static */
  const SimDeed *deed; /* NULL: "event" or "rest" */
  guint device;
  guint64 stream;
} Step;

static void
take_step (SimWorld *world, const Step *step)
{
  world->steps++;
  world->state = step->stream;
  if (g_str_equal (step->name, "rest")) {
    come_to_rest (world);
    return;
  }
  if (step->deed == NULL) {
    let_happen (world);
  } else if (step->device < world->devices->len) { /* a script may lack the step that makes the device */
    sim_tell (world, "device %u: %s", step->device, step->name);
    step->deed->act (g_ptr_array_index (world->devices, step->device));
  }
  check_devices (world);
  sim_disk_step (world);
}

/* Written before it happens, for whoever dies of it. */
static void
write_step (FILE *record, const Step *step)
{
  if (record == NULL)
    return;
  if (step->deed != NULL)
    fprintf (record, "%s %u %016" G_GINT64_MODIFIER "x\n", step->name, step->device, step->stream);
  else
    fprintf (record, "%s - %016" G_GINT64_MODIFIER "x\n", step->name, step->stream);
  fflush (record);
}

static gboolean
read_step (const char *line, Step *step)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  if (g_strv_length (words) != 3)
    return FALSE;
  step->deed = sim_deed_find (words[0]);
  step->name = step->deed != NULL                ? step->deed->name
               : g_str_equal (words[0], "event") ? "event"
               : g_str_equal (words[0], "rest")  ? "rest"
                                                 : NULL;
  step->device = strtoul (words[1], NULL, 10);
  step->stream = g_ascii_strtoull (words[2], NULL, 16);
  return step->name != NULL;
}

/* ---- lives ---- */

static double
end (SimWorld *world)
{
  double days = 0;
  for (guint i = 0; i < world->devices->len; i++) {
    const SimDevice *device = g_ptr_array_index (world->devices, i);
    days += (double)(world->now_ms - device->born_ms) / DAY_MS;
  }
  sim_world_free (world);
  return days;
}

static guint64
new_stream (SimWorld *world)
{
  return (guint64)sim_random (world, G_MAXUINT) << 32 | sim_random (world, G_MAXUINT);
}

double
sim_run_seed (guint64 seed, const SimLife *life)
{
  FILE *record = life->record != NULL ? fopen (life->record, "w") : NULL;
  SimWorld *world;
  guint64 chance; /* what decides about steps; each has its own stream */
  if (record != NULL)
    fprintf (record, "world %" G_GUINT64_FORMAT " %u\n", seed, life->n_devices);
  world = sim_world_new (seed, life->n_devices, life->verbose);
  chance = new_stream (world);
  world->weather = SIM_STORMY;
  for (guint i = 1; i <= life->n_steps; i++) {
    Step step = { .name = "event" };
    world->state = chance;
    if (sim_chance (world, PERCENT_DEEDS)) {
      step.deed = sim_deed_pick (world);
      step.name = step.deed->name;
      step.device = sim_random (world, world->devices->len);
    }
    if (i % (life->n_steps / STORMS) == 0)
      step = (Step){ .name = "rest" };
    step.stream = new_stream (world);
    chance = world->state;
    write_step (record, &step);
    take_step (world, &step);
  }
  if (record != NULL)
    fclose (record);
  return end (world);
}

double
sim_run_script (const char *file, gboolean verbose)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 seed;
  guint n_devices;
  SimWorld *world;
  if (!g_file_get_contents (file, &text, NULL, NULL))
    g_error ("the script %s cannot be read", file);
  lines = g_strsplit (text, "\n", -1);
  if (sscanf (lines[0], "world %" G_GINT64_MODIFIER "u %u", &seed, &n_devices) != 2)
    g_error ("%s is no script", file);
  world = sim_world_new (seed, n_devices, verbose);
  world->weather = SIM_STORMY;
  for (guint i = 1; lines[i] != NULL; i++) {
    Step step;
    if (*lines[i] == '\0')
      continue;
    if (!read_step (lines[i], &step))
      g_error ("%s:%u: no step: %s", file, i + 1, lines[i]);
    take_step (world, &step);
  }
  return end (world);
}
