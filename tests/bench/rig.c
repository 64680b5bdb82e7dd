/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/rig.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/prctl.h>

#include "protocol/error.h"
#include "tests/bench/measure.h"
#include "tests/lib/fixture.h"

#define MOST_IMAGING_S    600
#define REST_MS           300
#define MOST_RESTING_LOAD 0.01 /* of a core */

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
make_demo (BenchRig *rig, guint thousands, GError **error)
{
  g_autofree char *number = g_strdup_printf ("%u", thousands);
  g_autofree char *data = g_build_filename (rig->directory, "server", NULL);
  g_autoptr (GSubprocess) init =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, error, BENCH_SATCHEL_SERVER, "init", "--data",
                        data, "--org", "Bench", "--demo", number, "--seed", "1", NULL);
  return init != NULL && g_subprocess_wait_check (init, NULL, error);
}

static gboolean
read_passwords (BenchRig *rig, GError **error)
{
  g_autofree char *path = g_build_filename (rig->directory, "server", "demo-users.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (!json_parser_load_from_file (parser, path, error))
    return FALSE;
  JsonObjectIter iter;
  const char *login;
  JsonNode *password;
  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next (&iter, &login, &password))
    g_hash_table_insert (rig->passwords, g_strdup (login), g_strdup (json_node_get_string (password)));
  return TRUE;
}

/* The server writes the port when it is ready; until then its standard error stays open and silent. */
static gboolean
wait_for_port (BenchRig *rig, const char *port_file, GError **error)
{
  for (guint tries = 0; tries < 1500; tries++) {
    g_autofree char *port = NULL;
    if (g_file_get_contents (port_file, &port, NULL, NULL) && g_strstrip (port)[0] != '\0') {
      rig->url = g_strdup_printf ("http://127.0.0.1:%s", port);
      return TRUE;
    }
    g_usleep (20000);
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the server did not start within 30 s");
  return FALSE;
}

static gboolean
start_server (BenchRig *rig, GError **error)
{
  g_autofree char *data = g_build_filename (rig->directory, "server", NULL);
  g_autofree char *port_file = g_build_filename (rig->directory, "port", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  rig->server = g_subprocess_launcher_spawn (launcher, error, BENCH_SATCHEL_SERVER, "serve", "--data", data,
                                             "--listen", "127.0.0.1:0", "--port-file", port_file, NULL);
  return rig->server != NULL && wait_for_port (rig, port_file, error);
}

/* Its people of the back office carry nothing by themselves; here they choose everything, before the first
 * figure. */
static gboolean
carry_all (BenchRig *rig, GError **error)
{
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  return device != NULL && bench_device_carry (device, SATCHEL_SCOPE_EVERY, error) &&
         bench_device_sync (device, error);
}

BenchRig *
bench_rig_new (guint thousands, GError **error)
{
  g_autoptr (BenchRig) rig = g_new0 (BenchRig, 1);
  rig->passwords = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  rig->thousands = thousands;
  rig->size =
      thousands % 1000 == 0 ? g_strdup_printf ("%um", thousands / 1000) : g_strdup_printf ("%uk", thousands);
  rig->directory = fixture_dir_new ();
  if (!make_demo (rig, thousands, error) || !read_passwords (rig, error) || !start_server (rig, error) ||
      !carry_all (rig, error))
    return NULL;
  return g_steal_pointer (&rig);
}

static void
stop_server (BenchRig *rig)
{
  if (rig->server == NULL)
    return;
  g_subprocess_send_signal (rig->server, SIGTERM);
  g_subprocess_wait (rig->server, NULL, NULL);
  g_clear_object (&rig->server);
}

void
bench_rig_free (BenchRig *rig)
{
  stop_server (rig);
  g_hash_table_unref (rig->passwords);
  fixture_dir_remove (rig->directory);
  g_free (rig->size);
  g_free (rig->url);
  g_free (rig);
}

gboolean
bench_rig_restart (BenchRig *rig, GError **error)
{
  g_autofree char *port_file = g_build_filename (rig->directory, "port", NULL);
  g_autofree char *images = g_build_filename (rig->directory, "server", "snapshots", NULL);

  stop_server (rig);
  g_unlink (port_file);
  if (g_file_test (images, G_FILE_TEST_EXISTS))
    fixture_dir_remove (g_steal_pointer (&images));
  g_clear_pointer (&rig->url, g_free);
  return start_server (rig, error);
}

gboolean
bench_rig_run_server (BenchRig *rig, const char *const *arguments, GError **error)
{
  g_autofree char *data = g_build_filename (rig->directory, "server", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) command = NULL;

  g_ptr_array_add (argv, (gpointer)BENCH_SATCHEL_SERVER);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, (gpointer) "--data");
  g_ptr_array_add (argv, data);
  g_ptr_array_add (argv, NULL);
  command = g_subprocess_newv ((const char *const *)argv->pdata, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, error);
  return command != NULL && g_subprocess_wait_check (command, NULL, error);
}

/* One that is being made has its plain file beside it: then they count as none. */
static guint
look_at_images (BenchRig *rig, gboolean *making)
{
  g_autofree char *path = g_build_filename (rig->directory, "server", "snapshots", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n_images = 0;
  const char *name;

  *making = FALSE;
  while (folder != NULL && !*making && (name = g_dir_read_name (folder)) != NULL) {
    *making = strchr (name, '.') != NULL;
    n_images++;
  }
  return *making ? 0 : n_images;
}

guint
bench_rig_count_images (BenchRig *rig)
{
  gboolean making;

  return look_at_images (rig, &making);
}

gint64
bench_rig_measure_images (BenchRig *rig)
{
  g_autofree char *path = g_build_filename (rig->directory, "server", "snapshots", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  gint64 bytes = 0;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    GStatBuf status;

    if (g_stat (file, &status) == 0)
      bytes += status.st_size;
  }
  return bytes;
}

gboolean
bench_rig_await_images (BenchRig *rig, guint n_images, GError **error)
{
  const double started = bench_now ();

  while (bench_rig_count_images (rig) != n_images) {
    if (bench_now () - started > MOST_IMAGING_S) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%u images instead of %u",
                   bench_rig_count_images (rig), n_images);
      return FALSE;
    }
    g_usleep (20 * 1000);
  }
  return TRUE;
}

/* What it still does for itself, such as an image, is nobody's request. On a busy machine an image stands
 * still for a while. */
gboolean
bench_rig_settle (BenchRig *rig, GError **error)
{
  const double started = bench_now ();
  double cpu = bench_cpu_of (bench_rig_get_pid (rig)), before;
  gboolean making;

  do {
    if (bench_now () - started > MOST_IMAGING_S) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the server does not come to rest");
      return FALSE;
    }
    before = cpu;
    g_usleep (REST_MS * 1000);
    cpu = bench_cpu_of (bench_rig_get_pid (rig));
    look_at_images (rig, &making);
  } while (making || cpu - before > REST_MS / 1e3 * MOST_RESTING_LOAD);
  return TRUE;
}

GPid
bench_rig_get_pid (BenchRig *rig)
{
  return g_ascii_strtoll (g_subprocess_get_identifier (rig->server), NULL, 10);
}

guint
bench_rig_get_port (BenchRig *rig)
{
  return (guint)g_ascii_strtoull (strrchr (rig->url, ':') + 1, NULL, 10);
}

static char *
device_dir (BenchRig *rig, guint device)
{
  return g_strdup_printf ("%s/device-%u", rig->directory, device);
}

BenchDevice *
bench_rig_add_device_in (BenchRig *rig, const char *login, BenchFiles files, GError **error)
{
  g_autofree char *dir = device_dir (rig, rig->devices++);
  g_mkdir (dir, 0700);
  return bench_device_new_in (dir, files, satchel_registry_builtin (), rig->url, login,
                              g_hash_table_lookup (rig->passwords, login), error);
}

BenchDevice *
bench_rig_add_device (BenchRig *rig, const char *login, GError **error)
{
  return bench_rig_add_device_in (rig, login, BENCH_PLAIN, error);
}

char *
bench_rig_dup_replica (BenchRig *rig, guint device)
{
  g_autofree char *dir = device_dir (rig, device);
  return g_build_filename (dir, "bench", "replica.db", NULL);
}
