/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"

#include <glib/gstdio.h>
#include <math.h>

#include "tests/bench/asker.h"
#include "tests/bench/floor.h"
#include "tests/bench/measure.h"

static char *
scratch (BenchRig *rig, const char *name)
{
  return g_build_filename (rig->directory, name, NULL);
}

static gboolean
measure_empty (BenchRig *rig, BenchDevice *device, guint n, const char *name, const char *what,
               double milliseconds, GError **error)
{
  g_auto (GStrv) requests = bench_asker_format_pulls (device, NULL, 0, n, error);
  double cpu, floor;

  if (requests == NULL || !bench_asker_compare (rig, (const char *const *)requests, &cpu, &floor, error))
    return FALSE;
  bench_report (
      name, cpu, "µs", floor,
      "server CPU of a pull with nothing new, %s, asked back to back on a kept connection; a sync of our "
      "client takes %.2f ms; floor: a bare SoupServer that gets the same request",
      what, milliseconds);
  return TRUE;
}

gboolean
bench_pull_empty (BenchRig *rig, GError **error)
{
  const guint rounds = 200;
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  guint64 bytes;
  double started, milliseconds;

  if (device == NULL || !bench_device_sync (device, error) || !bench_rig_settle (rig, error))
    return FALSE;
  bytes = bench_device_get_bytes (device);
  started = bench_now ();
  for (guint i = 0; i < rounds; i++) {
    if (!bench_device_sync (device, error))
      return FALSE;
  }
  milliseconds = (bench_now () - started) * 1e3 / rounds;
  bytes = (bench_device_get_bytes (device) - bytes) / rounds;
  if (!measure_empty (rig, device, 2, "pull_empty", "worked out each time", milliseconds, error) ||
      !measure_empty (rig, device, 1, "pull_empty_again", "the same as before while nothing was committed",
                      milliseconds, error))
    return FALSE;
  bench_report ("pull_empty_bytes", bytes, "bytes", NAN, "both ways, headers included, on a kept connection");
  return TRUE;
}

gboolean
bench_edit_live (BenchRig *rig, GError **error)
{
  const guint rounds = 40;
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  const SatchelField *field = satchel_entity_find_field (entity, "phone");
  g_autoptr (BenchDevice) a = bench_rig_add_device (rig, BENCH_READER, error);
  g_autoptr (BenchDevice) b = a != NULL ? bench_rig_add_device (rig, BENCH_READER, error) : NULL;
  if (b == NULL || !bench_device_sync (a, error) || !bench_device_sync (b, error))
    return FALSE;
  g_autoptr (GPtrArray) ids = bench_device_list_ids (a, entity, rounds, error);
  BenchHello hello;
  if (ids == NULL || !bench_hello_start (&hello, error))
    return FALSE;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  guint64 bytes = bench_device_get_bytes (a) + bench_device_get_bytes (b);
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < ids->len; i++) {
    g_autofree char *text = g_strdup_printf ("+40 7%02u 555 0000", i);
    double started = bench_now ();
    ok = bench_device_edit (a, entity, g_ptr_array_index (ids, i), field, text, error) &&
         bench_device_sync (a, error) && bench_device_sync (b, error);
    double milliseconds = (bench_now () - started) * 1e3;
    g_array_append_val (times, milliseconds);
  }
  bytes = (bench_device_get_bytes (a) + bench_device_get_bytes (b) - bytes) / rounds;
  g_autofree char *path = scratch (rig, "floor-edit.db");
  double floor = ok ? bench_hello_round_trip (&hello, 200, error) * 3e3 +
                          bench_floor_transactions (path, 400, 1, error) / 400 * 4e3
                    : NAN;
  bench_hello_stop (&hello);
  bench_report ("edit_live", bench_median (times), "ms", floor,
                "one field, A's commit to B's replica, A and B syncing one after the other; floor: three "
                "bare round trips "
                "and four durable transactions");
  bench_report ("edit_live_bytes", bytes, "bytes", NAN, "both devices, both ways, headers included");
  return ok && !isnan (floor);
}
