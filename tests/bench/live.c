/* A colleague's edit by the wake-up: two agents' keepers, a writer that is neither.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "client/agent/keeper.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

#define ROUNDS 40

typedef struct {
  GMainLoop *loop;
  const char *awaited; /* id of a record */
} Wait;

static void
state_cb (SatchelKeeper *keeper, gpointer data)
{
}

static void
changed_cb (SatchelKeeper *keeper, GHashTable *records, gpointer data)
{
  Wait *wait = data;
  GPtrArray *ids = records != NULL ? g_hash_table_lookup (records, "account") : NULL;

  for (guint i = 0; ids != NULL && wait->awaited != NULL && i < ids->len; i++) {
    if (g_str_equal (ids->pdata[i], wait->awaited))
      g_main_loop_quit (wait->loop);
  }
}

static void
progress_cb (SatchelKeeper *keeper, gint64 waiting, const SatchelSyncTotals *moved, gpointer data)
{
}

static void
rested_cb (SatchelKeeper *keeper, const GError *error, const SatchelSyncTotals *moved, gpointer data)
{
}

static void
attention_cb (SatchelKeeper *keeper, const char *code, const char *reason, gpointer data)
{
}

static const SatchelKeeperEvents events = { state_cb, changed_cb, progress_cb, rested_cb, attention_cb };

static void
synced_cb (const GError *error, const SatchelSyncTotals *moved, gpointer data)
{
  g_main_loop_quit (((Wait *)data)->loop);
}

static void
settle (Wait *wait, SatchelKeeper *keeper)
{
  wait->awaited = NULL;
  satchel_keeper_sync (keeper, synced_cb, wait);
  g_main_loop_run (wait->loop);
}

static gboolean
take_id (const SatchelRecord *record, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (record->id));
  return TRUE;
}

gboolean
bench_live (BenchRig *rig, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  const SatchelField *field = satchel_entity_find_field (entity, "phone");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *a_path = bench_rig_dup_replica (rig, rig->devices);
  g_autoptr (BenchDevice) a = bench_rig_add_device (rig, BENCH_READER, error);
  g_autofree char *b_path = bench_rig_dup_replica (rig, rig->devices);
  g_autoptr (BenchDevice) b = a != NULL ? bench_rig_add_device (rig, BENCH_READER, error) : NULL;
  g_autofree char *a_profile = g_path_get_dirname (a_path), *b_profile = g_path_get_dirname (b_path);
  g_autofree char *a_dir = g_path_get_dirname (a_profile), *b_dir = g_path_get_dirname (b_profile);
  g_autoptr (SatchelKeeper) a_keeper = NULL, b_keeper = NULL;
  SatchelQuery query = { .entity = entity, .limit = ROUNDS };
  SatchelPredicateContext context;
  Wait mine = { .loop = loop }, theirs = { .loop = loop };

  if (b == NULL || !bench_device_sync (a, error) || !bench_device_sync (b, error))
    return FALSE;
  satchel_session_get_context (bench_device_get_session (a), &context);
  if (!satchel_replica_query (satchel_session_get_replica (bench_device_get_session (a)), &query, &context,
                              take_id, ids, error))
    return FALSE;
  a_keeper = satchel_keeper_new (a_dir, "bench", satchel_registry_builtin (), satchel_clock_system (),
                                 &events, &mine);
  b_keeper = satchel_keeper_new (b_dir, "bench", satchel_registry_builtin (), satchel_clock_system (),
                                 &events, &theirs);
  for (guint i = 0; i < ids->len; i++) {
    g_autofree char *text = g_strdup_printf ("+40 7%02u 556 0000", i);
    double started, milliseconds;

    settle (&mine, a_keeper);
    settle (&theirs, b_keeper);
    theirs.awaited = ids->pdata[i];
    started = bench_now ();
    if (!bench_device_edit (a, entity, ids->pdata[i], field, text, error))
      return FALSE;
    g_main_loop_run (loop);
    milliseconds = (bench_now () - started) * 1e3;
    g_array_append_val (times, milliseconds);
  }
  bench_report ("edit_live_woken", bench_median (times), "ms", NAN,
                "one field, another program's commit on A to B's replica, by bell, agents and wake-up");
  return TRUE;
}
