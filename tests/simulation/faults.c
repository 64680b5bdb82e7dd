/* What breaks beside the network: processes die, a server is put back from a backup, a laptop's disk is
 * copied.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "tests/simulation/deeds.h"
#include "tests/simulation/read.h"

#define MOST_CLONES 2

void
sim_do_restart_server (SimDevice *device)
{
  SimWorld *world = device->world;
  sim_server_handle_close (world);
  g_clear_pointer (&world->server, satchel_server_close);
  sim_server_open (world);
}

void
sim_do_back_up (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autoptr (GError) error = NULL;
  if (world->backup == NULL)
    world->backup = g_build_filename (world->directory, "backup.db", NULL);
  g_unlink (world->backup);
  sim_check (world, satchel_server_backup (world->server, world->backup, &error), error, "backing up");
  sim_tell (world, "backup at S %" G_GINT64_FORMAT, satchel_server_get_s (world->server));
}

void
sim_do_restore_server (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autoptr (GError) error = NULL;
  if (world->backup == NULL)
    return;
  gint64 s = satchel_server_get_s (world->server);
  world->n_restores++;
  sim_server_handle_close (world);
  g_clear_pointer (&world->server, satchel_server_close);
  gboolean ok = satchel_server_restore (world->directory, world->backup, &world->clock, &error);
  sim_check (world, ok, error, "restoring");
  sim_server_open (world);
  sim_tell (world, "restore: S %" G_GINT64_FORMAT " is %" G_GINT64_FORMAT " again", s,
            satchel_server_get_s (world->server));
}

void
sim_do_restart (SimDevice *device)
{
  sim_device_crash (device);
  sim_device_start (device);
  if (device->offline)
    satchel_sync_driver_feed (device->driver, SATCHEL_SYNC_EVENT_GO_OFFLINE);
}

static void
copy_directory (SimWorld *world, const char *from, const char *to)
{
  g_autoptr (GDir) directory = g_dir_open (from, 0, NULL);
  g_mkdir_with_parents (to, 0700);
  for (const char *name; (name = g_dir_read_name (directory)) != NULL;) {
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);
    g_autoptr (GFile) a = g_file_new_for_path (source), b = g_file_new_for_path (target);
    g_autoptr (GError) error = NULL;
    if (g_file_test (source, G_FILE_TEST_IS_DIR))
      copy_directory (world, source, target);
    else
      sim_check (world, g_file_copy (a, b, G_FILE_COPY_ALL_METADATA, NULL, NULL, NULL, &error), error,
                 "copying a device");
  }
}

void
sim_do_clone (SimDevice *device)
{
  SimWorld *world = device->world;
  if (world->n_clones == MOST_CLONES)
    return;
  world->n_clones++;
  sim_device_crash (device);
  char *directory = g_strdup_printf ("%s/device-%u", world->directory, world->devices->len);
  copy_directory (world, device->directory, directory);
  SimDevice *clone = sim_device_new (world, device->user, directory);
  sim_ledger_free (clone->ledger);
  clone->ledger = sim_ledger_copy (device->ledger);
  sim_oracle_copy (clone, device);
  sim_device_start (device);
  device->offline = FALSE;
  sim_tell (world, "device %u is cloned as %u", device->index, clone->index);
}
