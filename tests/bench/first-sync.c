/* The first sync of a seller: before there is an image of what she carries, and with one that is kept.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/floor.h"
#include "tests/bench/measure.h"
#include "tests/bench/office.h"

#define RUNS 3

typedef struct {
  GArray *seconds, *floors, *client_cpu, *server_cpu, *floor_cpu; /* double, one a run */
  double megabytes, written;                                      /* of the last run */
  gint64 records;                                                 /* the same in every run */
} Runs;

static void
runs_init (Runs *runs)
{
  *runs = (Runs){ .records = -1 };
  runs->seconds = g_array_new (FALSE, FALSE, sizeof (double));
  runs->floors = g_array_new (FALSE, FALSE, sizeof (double));
  runs->client_cpu = g_array_new (FALSE, FALSE, sizeof (double));
  runs->server_cpu = g_array_new (FALSE, FALSE, sizeof (double));
  runs->floor_cpu = g_array_new (FALSE, FALSE, sizeof (double));
}

static void
runs_clear (Runs *runs)
{
  g_array_unref (runs->seconds);
  g_array_unref (runs->floors);
  g_array_unref (runs->client_cpu);
  g_array_unref (runs->server_cpu);
  g_array_unref (runs->floor_cpu);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Runs, runs_clear)

static void
add (GArray *values, double value)
{
  g_array_append_val (values, value);
}

/* All that she may read is here, and the same each time, but for the choices that these runs make. */
static gboolean
expect_records (BenchDevice *device, guint thousands, Runs *runs, GError **error)
{
  gint64 records;

  if (!bench_device_count (device, &records, error))
    return FALSE;
  if (records >= thousands * G_GINT64_CONSTANT (900) &&
      (runs->records < 0 || records - runs->records < RUNS)) {
    runs->records = records;
    return TRUE;
  }
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "first_sync: %" G_GINT64_FORMAT " records came",
               records);
  return FALSE;
}

/* An image that was refused on the way would be followed by rows. */
static gboolean
expect_image (BenchRig *rig, const Runs *runs, GError **error)
{
  const double image = bench_rig_measure_images (rig) / 1e6;

  if (image > 0 && runs->megabytes >= image && runs->megabytes < 1.1 * image)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
               "first_sync: %.1f MB came where the image has %.1f", runs->megabytes, image);
  return FALSE;
}

typedef enum { BY_IMAGE, BY_ROWS } Way;

static gboolean
run_once (BenchRig *rig, Way way, Runs *runs, GError **error)
{
  g_autofree char *replica = bench_rig_dup_replica (rig, rig->devices);
  g_autofree char *scratch = g_build_filename (rig->directory, "floor.db", NULL);
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_SELLER, error);
  const GPid server = bench_rig_get_pid (rig);
  double started, client_cpu, server_cpu, written, floor;
  guint64 bytes;

  if (device == NULL || (way == BY_ROWS && !bench_device_carry_here (device, "account", error)))
    return FALSE;
  bytes = bench_device_get_bytes (device);
  written = bench_written_self ();
  client_cpu = bench_cpu_self ();
  server_cpu = bench_cpu_of (server);
  started = bench_now ();
  if (!bench_device_sync (device, error))
    return FALSE;
  add (runs->seconds, bench_now () - started);
  add (runs->client_cpu, bench_cpu_self () - client_cpu);
  add (runs->server_cpu, bench_cpu_of (server) - server_cpu);
  runs->written = bench_written_self () - written;
  runs->megabytes = (bench_device_get_bytes (device) - bytes) / 1e6;
  client_cpu = bench_cpu_self ();
  floor = bench_floor_load (replica, scratch, error);
  add (runs->floors, floor);
  add (runs->floor_cpu, bench_cpu_self () - client_cpu);
  return !isnan (floor) && expect_records (device, rig->thousands, runs, error);
}

static void
report (const char *name, Runs *runs, const char *what)
{
  g_autofree char *megabytes = g_strdup_printf ("%s_mb", name), *cpu = g_strdup_printf ("%s_cpu", name);
  const double client = bench_median (runs->client_cpu), server = bench_median (runs->server_cpu);

  bench_report (name, bench_median (runs->seconds), "s", bench_median (runs->floors),
                "a seller's %" G_GINT64_FORMAT " records, %s; floor: the same rows, indexes and full-text "
                "tables loaded into a bare SQLite file",
                runs->records, what);
  bench_report (megabytes, runs->megabytes, "MB", NAN, "both ways");
  bench_report (cpu, client + server, "s", bench_median (runs->floor_cpu),
                "CPU of both sides: client %.2f s, server %.2f s; the client wrote %.0f MB; floor: its CPU",
                client, server, runs->written);
}

gboolean
bench_first_sync (BenchRig *rig, GError **error)
{
  g_autofree char *cached_name = g_strdup_printf ("first_sync_%s", rig->size);
  g_autofree char *cold_name = g_strdup_printf ("first_sync_cold_%s", rig->size);
  g_autofree char *rows_name = g_strdup_printf ("first_sync_rows_%s", rig->size);
  g_autofree char *image_name = g_strdup_printf ("image_%s_cpu", rig->size);
  g_autoptr (GArray) imaging = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (Runs) cold, cached, rows;

  runs_init (&cold);
  runs_init (&cached);
  runs_init (&rows);
  if (!bench_office_arrange (rig, error))
    return FALSE;
  for (guint i = 0; i < RUNS; i++) {
    /* Images do not outlive the process that made them. */
    double started;

    if (!bench_rig_restart (rig, error))
      return FALSE;
    started = bench_cpu_of (bench_rig_get_pid (rig));
    if (!run_once (rig, BY_IMAGE, &cold, error) || !bench_rig_await_images (rig, 1, error))
      return FALSE;
    add (imaging, bench_cpu_of (bench_rig_get_pid (rig)) - started);
    if (!run_once (rig, BY_IMAGE, &cached, error) || !expect_image (rig, &cached, error))
      return FALSE;
  }
  for (guint i = 0; i < RUNS; i++) {
    if (!run_once (rig, BY_ROWS, &rows, error))
      return FALSE;
  }
  report (cold_name, &cold, "no image is there: rows come while one is made");
  bench_report (image_name, bench_median (imaging), "s", NAN,
                "server CPU of the first sync with the image that is made beside it");
  report (cached_name, &cached, "from an image that is kept");
  report (rows_name, &rows, "as rows, because something waits here already");
  return TRUE;
}
