/* The same small work beside ever more records that it does not touch: the cost must not follow them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

#define ROUNDS 20
#define EDITS  20 /* a round */

typedef enum { COST_PUSH, COST_PULL, COST_QUERY, COST_SEARCH, COST_FIRST_SYNC, N_COSTS } Cost;

static const struct {
  const char *name, *unit, *note;
} costs[N_COSTS] = {
  [COST_PUSH] = { "push", "µs", "server CPU a change set, in pushes of 20, with the pull after each" },
  [COST_PULL] = { "pull", "µs", "server CPU of a pull of 20 changed rows" },
  [COST_QUERY] = { "query", "ms", "the first 50 contacts in order, at the client" },
  [COST_SEARCH] = { "search", "ms", "the first 50 contacts for two letters, at the client" },
  [COST_FIRST_SYNC] = { "first_sync", "s", "a first sync of 10,000 records' share, with nothing prepared" },
};

static double smallest[N_COSTS]; /* those of the smallest organisation of this run; 0: not measured yet */

static void
report (BenchRig *rig, Cost cost, double value)
{
  g_autofree char *name = g_strdup_printf ("curve_%s_%s", costs[cost].name, rig->size);

  if (smallest[cost] == 0)
    smallest[cost] = value;
  bench_report (name, value, costs[cost].unit, smallest[cost],
                "%s; floor: the same in the smallest organisation of this run", costs[cost].note);
}

static gboolean
edit_round (BenchDevice *device, const SatchelEntity *entity, GPtrArray *ids, guint round, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (entity, "mobile");

  for (guint i = 0; i < EDITS; i++) {
    g_autofree char *text = g_strdup_printf ("+40 %03u %03u", round, i);

    if (!bench_device_edit (device, entity, ids->pdata[round * EDITS + i], field, text, error))
      return FALSE;
  }
  return TRUE;
}

/* One writes, another hears of it. */
static gboolean
time_changes (BenchRig *rig, BenchDevice *writer, BenchDevice *reader, const SatchelEntity *entity,
              GError **error)
{
  const GPid server = bench_rig_get_pid (rig);
  g_autoptr (GPtrArray) ids = bench_device_list_ids (writer, entity, ROUNDS * EDITS, error);
  double push = 0, pull = 0;
  gint64 pulled = bench_device_get_pulled (reader);

  for (guint round = 0; ids != NULL && round < ROUNDS; round++) {
    double cpu;

    if (!edit_round (writer, entity, ids, round, error))
      return FALSE;
    cpu = bench_cpu_of (server);
    if (!bench_device_sync (writer, error))
      return FALSE;
    push += bench_cpu_of (server) - cpu;
    cpu = bench_cpu_of (server);
    if (!bench_device_sync (reader, error))
      return FALSE;
    pull += bench_cpu_of (server) - cpu;
  }
  if (ids == NULL)
    return FALSE;
  pulled = bench_device_get_pulled (reader) - pulled;
  if (pulled != ROUNDS * EDITS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 "curve: %" G_GINT64_FORMAT " rows were pulled instead of %d", pulled, ROUNDS * EDITS);
    return FALSE;
  }
  report (rig, COST_PUSH, push / ROUNDS / EDITS * 1e6);
  report (rig, COST_PULL, pull / ROUNDS * 1e6);
  return TRUE;
}

static gboolean
count_row (const SatchelRecord *record, gpointer rows)
{
  ++*(guint *)rows;
  return TRUE;
}

static gboolean
time_query (BenchRig *rig, BenchDevice *device, const SatchelEntity *entity, Cost cost, GError **error)
{
  const SatchelQuery query = { .entity = entity, .find = cost == COST_SEARCH ? "an" : NULL, .limit = 50 };
  SatchelSession *session = bench_device_get_session (device);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  for (guint i = 0; i < ROUNDS; i++) {
    const double started = bench_now ();
    double milliseconds;
    guint rows = 0;

    if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, count_row, &rows,
                                error))
      return FALSE;
    milliseconds = (bench_now () - started) * 1e3;
    g_array_append_val (times, milliseconds);
    if (rows == 0) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "curve: a query found nothing");
      return FALSE;
    }
  }
  report (rig, cost, bench_median (times));
  return TRUE;
}

gboolean
bench_curve (BenchRig *rig, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "contact");
  g_autoptr (BenchDevice) writer = NULL, reader = NULL;
  double started, seconds;
  gint64 records;

  if (!bench_rig_restart (rig, error))
    return FALSE;
  reader = bench_rig_add_device (rig, BENCH_READER, error);
  writer = reader != NULL ? bench_rig_add_device (rig, BENCH_READER, error) : NULL;
  started = bench_now ();
  if (writer == NULL || !bench_device_sync (reader, error))
    return FALSE;
  seconds = bench_now () - started;
  if (!bench_device_count (reader, &records, error) || !bench_device_sync (writer, error) ||
      !bench_rig_settle (rig, error))
    return FALSE;
  report (rig, COST_FIRST_SYNC, seconds * 10000 / records);
  return time_changes (rig, writer, reader, entity, error) &&
         time_query (rig, reader, entity, COST_QUERY, error) &&
         time_query (rig, reader, entity, COST_SEARCH, error);
}
