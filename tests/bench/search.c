/* What a person waits for at her own replica: a keystroke, a page of a list, a count, a record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/floor.h"
#include "tests/bench/measure.h"

#define ROUNDS 5
#define PAGE   50

/* First letters and beginnings that many records have, whole words, pairs of Chinese characters, two words.
 */
static const char *const typed[] = {
  "c", "co", "con", "cons", "const", "m",   "mü",      "müh",  "北", "北京", "天津", "机械",
  "s", "st", "str", "stra", "mu",    "mur", "mureșan", "gmbh", "a",  "an",   "i",    "construction l"
};

typedef struct {
  SatchelReplica *replica; /* borrowed */
  SatchelPredicateContext context;
} Asker;

static gboolean
count_row (const SatchelRecord *record, gpointer rows)
{
  ++*(gint64 *)rows;
  return TRUE;
}

static gboolean
note_id (const SatchelRecord *record, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (record->id));
  return TRUE;
}

static void
add (GArray *values, double started)
{
  const double milliseconds = (bench_now () - started) * 1e3;

  g_array_append_val (values, milliseconds);
}

static gboolean
ask (Asker *asker, const SatchelQuery *query, GArray *times, gint64 *rows, GError **error)
{
  const double started = bench_now ();

  if (!satchel_replica_query (asker->replica, query, &asker->context, count_row, rows, error))
    return FALSE;
  add (times, started);
  return TRUE;
}

static gboolean
expect (gint64 found, const char *what, GError **error)
{
  if (found > 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "search: nothing was found for “%s”", what);
  return FALSE;
}

static void
report (BenchRig *rig, const char *what, GArray *times, double floor, const char *note)
{
  g_autofree char *name = g_strdup_printf ("%s_%s_p95", what, rig->size);
  const double median = bench_median (times);

  bench_report (name, bench_percentile (times, 95), "ms", floor, "%s; median %.2f ms", note, median);
}

static gboolean
time_keystrokes (BenchRig *rig, Asker *asker, const SatchelEntity *const *entities, guint n_entities,
                 GError **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) floors = g_array_new (FALSE, FALSE, sizeof (double));
  SatchelDatabase *database = satchel_replica_get_database (asker->replica);

  for (guint i = 0; i < ROUNDS * G_N_ELEMENTS (typed); i++) {
    const char *word = typed[i % G_N_ELEMENTS (typed)];
    gint64 rows = 0;

    for (guint e = 0; e < n_entities; e++) {
      const SatchelQuery query = { .entity = entities[e], .find = word, .limit = PAGE };
      const double floor = bench_floor_match (database, entities[e], word, error) * 1e3;

      if (isnan (floor) || !ask (asker, &query, times, &rows, error))
        return FALSE;
      g_array_append_val (floors, floor);
    }
    if (!expect (rows, word, error))
      return FALSE;
  }
  report (rig, "search", times, bench_percentile (floors, 95),
          "a keystroke in quick find to the first 50 rows in order; floor: any 50 matches of the full-text "
          "table");
  return TRUE;
}

static gboolean
time_lists (BenchRig *rig, Asker *asker, const SatchelEntity *entity, GError **error)
{
  static const char *const conditions[] = { "", "owner = me", "city = \"Cluj-Napoca\"", "city = \"北京\"" };
  SatchelRegistry *registry = satchel_replica_get_registry (asker->replica);
  g_autoptr (GArray) pages = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (double));
  gint64 rows = 0, counted = 0;

  for (guint i = 0; i < ROUNDS * G_N_ELEMENTS (conditions); i++) {
    const char *text = conditions[i % G_N_ELEMENTS (conditions)];
    g_autoptr (SatchelPredicate) where =
        *text != '\0' ? satchel_predicate_parse (registry, entity, text, error) : NULL;
    const SatchelQuery query = { .entity = entity, .where = where, .limit = PAGE };
    double started;
    gint64 count;

    if ((*text != '\0' && where == NULL) || !ask (asker, &query, pages, &rows, error))
      return FALSE;
    started = bench_now ();
    if (!satchel_replica_count (asker->replica, &query, &asker->context, &count, error))
      return FALSE;
    add (counts, started);
    counted += count;
  }
  if (!expect (rows, "a page", error) || !expect (counted, "a count", error))
    return FALSE;
  report (rig, "list", pages, NAN, "the first 50 contacts in order, all and by a condition");
  report (rig, "count", counts, NAN, "how many contacts there are, all and by a condition");
  return TRUE;
}

static gboolean
time_records (BenchRig *rig, Asker *asker, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  const SatchelQuery query = { .entity = entity, .find = "c", .limit = 200 };

  if (!satchel_replica_query (asker->replica, &query, &asker->context, note_id, ids, error) ||
      !expect (ids->len, "records", error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (SatchelRecord) record = NULL;
    const double started = bench_now ();

    if (!satchel_replica_read (asker->replica, entity, ids->pdata[i], &record, error) ||
        !expect (record != NULL, "a record", error))
      return FALSE;
    add (times, started);
  }
  report (rig, "open", times, NAN, "a contact by its id");
  return TRUE;
}

gboolean
bench_search (BenchRig *rig, GError **error)
{
  const SatchelEntity *const entities[] = { satchel_registry_find (satchel_registry_builtin (), "account"),
                                            satchel_registry_find (satchel_registry_builtin (), "contact") };
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  Asker asker;

  if (device == NULL || !bench_device_sync (device, error))
    return FALSE;
  asker.replica = satchel_session_get_replica (bench_device_get_session (device));
  satchel_session_get_context (bench_device_get_session (device), &asker.context);
  return time_keystrokes (rig, &asker, entities, G_N_ELEMENTS (entities), error) &&
         time_lists (rig, &asker, entities[1], error) && time_records (rig, &asker, entities[1], error);
}
