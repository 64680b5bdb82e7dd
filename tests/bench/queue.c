/* 5,000 edits made without a network, and what it takes to give them back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "client/tally.h"
#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/floor.h"
#include "tests/bench/measure.h"

#define EDITS  5000
#define CHUNKS 10 /* edits and floor take turns, so that both meet the same disk */

typedef struct {
  BenchDevice *device; /* borrowed */
  BenchFile *file;
  GPtrArray *ids; /* of EDITS contacts */
  const SatchelEntity *entity;
  const SatchelField *field;
  double seconds, floor, cpu, floor_cpu;
} Queue;

static void
queue_clear (Queue *queue)
{
  g_clear_pointer (&queue->file, bench_floor_close);
  g_clear_pointer (&queue->ids, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Queue, queue_clear)

static gboolean
fail (const char *what, gint64 found, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "queue_5k: %" G_GINT64_FORMAT " %s instead of %d",
               found, what, EDITS);
  return FALSE;
}

static char *
number_of (guint i)
{
  return g_strdup_printf ("+40 7%02u %03u %03u", i % 90, i / 90, i % 997);
}

static gboolean
edit_some (Queue *queue, guint first, guint n, GError **error)
{
  const double cpu = bench_cpu_self (), started = bench_now ();

  for (guint i = first; i < first + n; i++) {
    g_autofree char *text = number_of (i);

    if (!bench_device_edit (queue->device, queue->entity, queue->ids->pdata[i], queue->field, text, error))
      return FALSE;
  }
  queue->seconds += bench_now () - started;
  queue->cpu += bench_cpu_self () - cpu;
  return TRUE;
}

static gboolean
fill (Queue *queue, GError **error)
{
  for (guint i = 0; i < CHUNKS; i++) {
    double cpu, seconds;

    if (!edit_some (queue, i * (EDITS / CHUNKS), EDITS / CHUNKS, error))
      return FALSE;
    cpu = bench_cpu_self ();
    seconds = bench_floor_update (queue->file, EDITS / CHUNKS, 1, error);
    queue->floor_cpu += bench_cpu_self () - cpu;
    queue->floor += seconds;
    if (isnan (seconds))
      return FALSE;
  }
  bench_report (
      "queue_5k", queue->seconds, "s", queue->floor,
      "5,000 offline edits, each durable, CPU %.0f µs each; floor: 5,000 plain durable transactions, "
      "CPU %.0f µs each",
      queue->cpu / EDITS * 1e6, queue->floor_cpu / EDITS * 1e6);
  return TRUE;
}

/* What a person sees of a full outbox: the first page of it, and how much there is. */
static gboolean
look (Queue *queue, GError **error)
{
  SatchelSession *session = bench_device_get_session (queue->device);
  SatchelOutbox *outbox = satchel_session_get_outbox (session);
  g_autoptr (GArray) pages = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < 20; i++) {
    double started = bench_now (), milliseconds;
    g_autoptr (GPtrArray) page =
        satchel_outbox_list (outbox, 1 << SATCHEL_SET_PENDING | 1 << SATCHEL_SET_PARKED, 50, error);
    SatchelTally tally;

    milliseconds = (bench_now () - started) * 1e3;
    g_array_append_val (pages, milliseconds);
    started = bench_now ();
    if (page == NULL || !satchel_session_count_waiting (session, &tally, error))
      return FALSE;
    milliseconds = (bench_now () - started) * 1e3;
    g_array_append_val (counts, milliseconds);
    if (page->len != 50 || tally.pending != EDITS)
      return fail ("sets wait", tally.pending, error);
  }
  bench_report ("outbox_page_5k", bench_median (pages), "ms", NAN, "the first 50 of 5,000 sets that wait");
  bench_report ("outbox_count_5k", bench_median (counts), "ms", NAN, "how many wait, for the status");
  return TRUE;
}

/* At another device everything must be what was typed. */
static gboolean
expect_everywhere (BenchRig *rig, Queue *queue, GError **error)
{
  g_autoptr (BenchDevice) other = bench_rig_add_device (rig, BENCH_READER, error);
  gint64 same = 0;

  if (other == NULL || !bench_device_sync (other, error))
    return FALSE;
  for (guint i = 0; i < EDITS; i++) {
    g_autofree char *text = number_of (i), *found = NULL;

    if (!bench_device_read (other, queue->entity, queue->ids->pdata[i], queue->field, &found, error))
      return FALSE;
    same += g_strcmp0 (found, text) == 0;
  }
  return same == EDITS || fail ("edits arrived", same, error);
}

static gboolean
replay (BenchRig *rig, Queue *queue, GError **error)
{
  const GPid server = bench_rig_get_pid (rig);
  const guint64 bytes_in = bench_device_get_bytes_in (queue->device);
  const guint64 bytes = bench_device_get_bytes (queue->device);
  const double server_cpu = bench_cpu_of (server), client_cpu = bench_cpu_self (), started = bench_now ();
  double seconds, floor, client, push;
  g_autofree char *path = g_build_filename (rig->directory, "floor-grouped.db", NULL);
  guint64 received, moved;

  if (!bench_device_sync (queue->device, error))
    return FALSE;
  seconds = bench_now () - started;
  client = (bench_cpu_self () - client_cpu) / EDITS * 1e6;
  push = (bench_cpu_of (server) - server_cpu) / EDITS * 1e6;
  received = bench_device_get_bytes_in (queue->device) - bytes_in;
  moved = bench_device_get_bytes (queue->device) - bytes;
  floor = bench_floor_transactions (path, EDITS, 1000, error);
  if (isnan (floor) || !bench_device_expect_rest (queue->device, error) ||
      !expect_everywhere (rig, queue, error))
    return FALSE;
  bench_report (
      "replay_5k", seconds, "s", floor,
      "until all are merged, durable, acknowledged and pulled; client CPU %.0f µs each; floor: 5,000 "
      "plain updates in groups of 1,000",
      client);
  bench_report ("replay_5k_bytes", moved, "bytes", NAN,
                "both ways, headers included; %" G_GUINT64_FORMAT " of them from the server", received);
  bench_report ("push_us", push, "µs", NAN, "server CPU per merged durable change set, pull included");
  return TRUE;
}

gboolean
bench_queue_replay (BenchRig *rig, GError **error)
{
  g_autofree char *path = g_build_filename (rig->directory, "floor-one.db", NULL);
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  g_auto (Queue) queue = { .device = device };

  queue.entity = satchel_registry_find (satchel_registry_builtin (), "contact");
  queue.field = satchel_entity_find_field (queue.entity, "mobile");
  /* The image that the first sync asks for is nobody's edit. */
  if (device == NULL || !bench_device_sync (device, error) || !bench_rig_settle (rig, error))
    return FALSE;
  queue.ids = bench_device_list_ids (device, queue.entity, EDITS, error);
  if (queue.ids == NULL)
    return FALSE;
  queue.file = bench_floor_open (path, error);
  return queue.file != NULL && fill (&queue, error) && look (&queue, error) && replay (rig, &queue, error);
}
