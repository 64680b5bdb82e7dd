/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"

#include <glib/gstdio.h>
#include <math.h>

#include "tests/bench/floor.h"
#include "tests/bench/measure.h"

static char *
scratch (BenchRig *rig, const char *name)
{
  return g_build_filename (rig->directory, name, NULL);
}

static gboolean
count_row (const SatchelRecord *record, gpointer data)
{
  ++*(gint64 *)data;
  return TRUE;
}

static gint64
count_records (BenchDevice *device)
{
  guint n;
  gint64 total = 0;
  SatchelSession *session = bench_device_get_session (device);
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (session), &n);
  SatchelPredicateContext context;
  satchel_session_get_context (session, &context);
  for (guint i = 0; i < n; i++) {
    SatchelQuery query = { .entity = entities[i], .limit = -1 };
    gint64 count = 0;
    if (satchel_replica_count (satchel_session_get_replica (session), &query, &context, &count, NULL))
      total += count;
  }
  return total;
}

/* The ids of some accounts, in a fixed order: char*, owned. */
static gboolean
collect_id (const SatchelRecord *record, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (record->id));
  return TRUE;
}

static GPtrArray *
record_ids (BenchDevice *device, const SatchelEntity *entity, gint64 limit, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  SatchelSession *session = bench_device_get_session (device);
  SatchelPredicateContext context;
  satchel_session_get_context (session, &context);
  SatchelQuery query = { .entity = entity, .limit = limit };
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, collect_id, ids,
                              error))
    return NULL;
  return g_steal_pointer (&ids);
}

gboolean
bench_first_sync (BenchRig *rig, GError **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) floors = g_array_new (FALSE, FALSE, sizeof (double));
  double client_cpu = 0, server_cpu = 0;
  guint64 bytes = 0;
  gint64 records = 0;
  for (guint run = 0; run < 4; run++) {
    g_autofree char *replica = bench_rig_dup_replica (rig, rig->devices);
    g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
    if (device == NULL)
      return FALSE;
    bytes = bench_device_get_bytes (device);
    client_cpu = bench_cpu_self ();
    server_cpu = bench_cpu_of (bench_rig_get_pid (rig));
    double started = bench_now ();
    if (!bench_device_sync (device, error))
      return FALSE;
    double seconds = bench_now () - started;
    client_cpu = bench_cpu_self () - client_cpu;
    server_cpu = bench_cpu_of (bench_rig_get_pid (rig)) - server_cpu;
    bytes = bench_device_get_bytes (device) - bytes;
    records = count_records (device);
    g_autofree char *path = scratch (rig, "floor.db");
    double floor = bench_floor_load (replica, path, error);
    if (isnan (floor))
      return FALSE;
    /* The server makes its image for the first. */
    if (run == 0) {
      g_autofree char *cold =
          g_strdup_printf ("first_sync_cold_%" G_GINT64_FORMAT "k", (records + 500) / 1000);
      bench_report (cold, seconds, "s", floor, "the image is made; CPU client %.2f s, server %.2f s", client_cpu,
                    server_cpu);
      continue;
    }
    g_array_append_val (times, seconds);
    g_array_append_val (floors, floor);
  }
  g_autofree char *name = g_strdup_printf ("first_sync_%" G_GINT64_FORMAT "k", (records + 500) / 1000);
  bench_report (name, bench_median (times), "s", bench_median (floors),
                "%" G_GINT64_FORMAT
                " records, %.1f MB, CPU client %.2f s, server %.2f s; floor: the same rows, indexes and "
                "full-text tables loaded into a bare SQLite file",
                records, bytes / 1e6, client_cpu, server_cpu);
  return TRUE;
}

gboolean
bench_pull_empty (BenchRig *rig, GError **error)
{
  const guint rounds = 2000;
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  BenchHello hello;
  if (device == NULL || !bench_device_sync (device, error) || !bench_hello_start (&hello, error))
    return FALSE;
  double cpu = bench_cpu_of (bench_rig_get_pid (rig));
  guint64 bytes = bench_device_get_bytes (device);
  gboolean ok = TRUE;
  double started = bench_now ();
  for (guint i = 0; ok && i < rounds; i++)
    ok = bench_device_sync (device, error);
  double milliseconds = (bench_now () - started) * 1e3 / rounds;
  cpu = (bench_cpu_of (bench_rig_get_pid (rig)) - cpu) / rounds * 1e6;
  bytes = (bench_device_get_bytes (device) - bytes) / rounds;

  double floor_cpu = bench_cpu_of (hello.pid);
  ok = ok && !isnan (bench_hello_round_trip (&hello, rounds, error));
  floor_cpu = (bench_cpu_of (hello.pid) - floor_cpu) / rounds * 1e6;
  bench_hello_stop (&hello);
  bench_report (
      "pull_empty", cpu, "µs", floor_cpu,
      "server CPU of a pull with nothing new; %.2f ms for the client; floor: a bare SoupServer's hello",
      milliseconds);
  bench_report ("pull_empty_bytes", bytes, "bytes", NAN, "both ways, headers included, on a kept connection");
  return ok;
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
  g_autoptr (GPtrArray) ids = record_ids (a, entity, rounds, error);
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

gboolean
bench_queue_replay (BenchRig *rig, GError **error)
{
  const guint edits = 5000;
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "contact");
  const SatchelField *field = satchel_entity_find_field (entity, "mobile");
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  if (device == NULL || !bench_device_sync (device, error))
    return FALSE;
  g_autoptr (GPtrArray) ids = record_ids (device, entity, edits, error);
  if (ids == NULL)
    return FALSE;
  double queue_cpu = bench_cpu_self ();
  double started = bench_now ();
  for (guint i = 0; i < edits; i++) {
    g_autofree char *text = g_strdup_printf ("+40 7%02u %03u %03u", i % 90, i / 90, i % 997);
    if (!bench_device_edit (device, entity, g_ptr_array_index (ids, i % ids->len), field, text, error))
      return FALSE;
  }
  double queued = bench_now () - started;
  queue_cpu = bench_cpu_self () - queue_cpu;

  guint64 bytes = bench_device_get_bytes (device);
  double cpu = bench_cpu_of (bench_rig_get_pid (rig));
  started = bench_now ();
  if (!bench_device_sync (device, error))
    return FALSE;
  double replayed = bench_now () - started;
  cpu = bench_cpu_of (bench_rig_get_pid (rig)) - cpu;
  bytes = bench_device_get_bytes (device) - bytes;

  g_autofree char *one = scratch (rig, "floor-one.db");
  g_autofree char *grouped = scratch (rig, "floor-grouped.db");
  double floor_cpu = bench_cpu_self ();
  double floor_queue = bench_floor_transactions (one, edits, 1, error);
  floor_cpu = bench_cpu_self () - floor_cpu;
  double floor_replay = isnan (floor_queue) ? NAN : bench_floor_transactions (grouped, edits, 1000, error);
  if (isnan (floor_replay))
    return FALSE;
  bench_report (
      "queue_5k", queued, "s", floor_queue,
      "5,000 offline edits, each durable, CPU %.0f µs each; floor: 5,000 plain durable transactions, "
      "CPU %.0f µs each",
      queue_cpu / edits * 1e6, floor_cpu / edits * 1e6);
  bench_report ("replay_5k", replayed, "s", floor_replay,
                "until all are merged, durable, acknowledged and pulled back; floor: 5,000 plain updates in "
                "groups of 1,000");
  bench_report ("replay_5k_bytes", bytes, "bytes", NAN, "both ways, headers included");
  bench_report ("push_us", cpu / edits * 1e6, "µs", NAN,
                "server CPU per merged durable change set, pull included");
  return TRUE;
}

/* ---- search ---- */

static double
time_query (BenchDevice *device, const SatchelEntity *entity, const char *typed, gint64 *hits, GError **error)
{
  SatchelSession *session = bench_device_get_session (device);
  SatchelPredicateContext context;
  satchel_session_get_context (session, &context);
  SatchelQuery query = { .entity = entity, .find = typed, .limit = 50 };
  double started = bench_now ();
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, count_row, hits,
                              error))
    return NAN;
  return (bench_now () - started) * 1e3;
}

gboolean
bench_search (BenchRig *rig, GError **error)
{
  static const char *const typed[] = { "c",      "co", "con",  "cons",    "consu", "m",           "mü",
                                       "mül",    "北", "北京", "机械",    "s",     "st",          "str",
                                       "strada", "po", "pop",  "popescu", "gmbh",  "machinery gr" };
  const SatchelEntity *const entities[] = { satchel_registry_find (satchel_registry_builtin (), "account"),
                                            satchel_registry_find (satchel_registry_builtin (), "contact") };
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  if (device == NULL || !bench_device_sync (device, error))
    return FALSE;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) floors = g_array_new (FALSE, FALSE, sizeof (double));
  SatchelDatabase *database =
      satchel_replica_get_database (satchel_session_get_replica (bench_device_get_session (device)));
  gint64 hits = 0;
  for (guint run = 0; run < 5; run++)
    for (guint e = 0; e < G_N_ELEMENTS (entities); e++)
      for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
        double milliseconds = time_query (device, entities[e], typed[i], &hits, error);
        double floor = bench_floor_match (database, entities[e], typed[i], error) * 1e3;
        if (isnan (milliseconds) || isnan (floor))
          return FALSE;
        g_array_append_val (times, milliseconds);
        g_array_append_val (floors, floor);
      }
  gint64 records = count_records (device);
  g_autofree char *name = g_strdup_printf ("search_%" G_GINT64_FORMAT "k_p95", (records + 500) / 1000);
  double median = bench_median (times);
  bench_report (name, bench_percentile (times, 95), "ms", bench_percentile (floors, 95),
                "a keystroke in quick find to the first 50 rows in order; median %.2f ms; %" G_GINT64_FORMAT
                " rows shown; floor: any 50 matches of the full-text table",
                median, hits);
  return TRUE;
}
