/* What a vault costs: the same work of one device with ordinary files and of one in a vault, in turns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

#define EDITS  1000
#define ROUNDS 3

typedef struct {
  double load, edits, search; /* seconds */
} Cost;

static gboolean
take_id (const SatchelRecord *record, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (record->id));
  return TRUE;
}

static gboolean
query (BenchDevice *device, const SatchelEntity *entity, const char *find, gint64 limit, GPtrArray *ids,
       GError **error)
{
  SatchelSession *session = bench_device_get_session (device);
  SatchelQuery wanted = { .entity = entity, .find = find, .limit = limit };
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  return satchel_replica_query (satchel_session_get_replica (session), &wanted, &context, take_id, ids,
                                error);
}

static gboolean
measure (BenchRig *rig, BenchFiles files, Cost *cost, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "contact");
  const SatchelField *field = satchel_entity_find_field (entity, "mobile");
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BenchDevice) device = bench_rig_add_device_in (rig, BENCH_READER, files, error);
  double started = bench_now ();

  if (device == NULL || !bench_device_sync (device, error))
    return FALSE;
  cost->load = bench_now () - started;
  if (!query (device, entity, NULL, EDITS, ids, error))
    return FALSE;
  started = bench_now ();
  for (guint i = 0; i < EDITS && ids->len > 0; i++) {
    g_autofree char *text = g_strdup_printf ("+40 7%02u %06u", i % 90, i);

    if (!bench_device_edit (device, entity, ids->pdata[i % ids->len], field, text, error))
      return FALSE;
  }
  cost->edits = bench_now () - started;
  started = bench_now ();
  for (char letter = 'a'; letter <= 'z'; letter++) {
    const char typed[] = { letter, '\0' };

    if (!query (device, entity, typed, 50, ids, error))
      return FALSE;
  }
  cost->search = bench_now () - started;
  return TRUE;
}

gboolean
bench_sealed (BenchRig *rig, GError **error)
{
  static const struct {
    const char *name, *what;
    gsize place;
  } figures[] = {
    { "sealed_first_sync", "first sync", G_STRUCT_OFFSET (Cost, load) },
    { "sealed_queue_1k", "1,000 offline edits, each durable", G_STRUCT_OFFSET (Cost, edits) },
    { "sealed_search", "26 searches, in a cold cache", G_STRUCT_OFFSET (Cost, search) },
  };
  Cost costs[2][ROUNDS];

  for (guint round = 0; round < ROUNDS; round++) {
    if (!measure (rig, BENCH_PLAIN, &costs[0][round], error) ||
        !measure (rig, BENCH_SEALED, &costs[1][round], error))
      return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    g_autoptr (GArray) plain = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (GArray) sealed = g_array_new (FALSE, FALSE, sizeof (double));

    for (guint round = 0; round < ROUNDS; round++) {
      g_array_append_val (plain, G_STRUCT_MEMBER (double, &costs[0][round], figures[i].place));
      g_array_append_val (sealed, G_STRUCT_MEMBER (double, &costs[1][round], figures[i].place));
    }
    bench_report (figures[i].name, bench_median (sealed), "s", bench_median (plain),
                  "%s in a vault; floor: the same with ordinary files", figures[i].what);
  }
  return TRUE;
}
