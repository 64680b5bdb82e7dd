/* What breaks beside the network: processes die, a server is put back from a backup, a laptop's disk is
 * copied.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/deeds.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/read.h"
#include "tests/simulation/tap.h"

#define MOST_CLONES 2

void
sim_do_restart_server (SimDevice *device)
{
  SimWorld *world = device->world;
  sim_server_handle_close (world);
  g_clear_pointer (&world->server, satchel_server_close);
  sim_disk_mend (world);
  sim_server_open (world);
  sim_tap_note (world);
}

void
sim_do_back_up (SimDevice *device)
{
  SimWorld *world = device->world;
  char *file = g_strdup_printf ("%s/backup-%u.db", world->directory, world->backups->len);
  g_autoptr (GError) error = NULL;
  gboolean ok = satchel_server_backup (world->server, file, &error);
  sim_check (world, ok, error, "backing up");
  if (ok)
    g_ptr_array_add (world->backups, file);
  sim_tell (world, "backup at S %" G_GINT64_FORMAT, satchel_server_get_s (world->server));
}

/* Mostly the newest one; with an older one also goes what devices have ceased to keep. */
void
sim_do_restore_server (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autoptr (GError) error = NULL;
  if (world->backups->len == 0)
    return;
  guint i = sim_chance (world, 70) ? world->backups->len - 1 : sim_random (world, world->backups->len);
  gint64 s = satchel_server_get_s (world->server);
  world->n_restores++;
  sim_server_handle_close (world);
  g_clear_pointer (&world->server, satchel_server_close);
  sim_disk_mend (world);
  gboolean ok =
      satchel_server_restore (world->directory, g_ptr_array_index (world->backups, i), &world->clock, &error);
  sim_check (world, ok, error, "restoring");
  sim_server_open (world);
  sim_tap_note (world);
  for (guint d = 0; d < world->devices->len && i + 1 < world->backups->len; d++)
    sim_ledger_give_up_lost (g_ptr_array_index (world->devices, d));
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

void
sim_copy_directory (SimWorld *world, const char *from, const char *to)
{
  g_autoptr (GDir) directory = g_dir_open (from, 0, NULL);
  g_mkdir_with_parents (to, 0700);
  for (const char *name; (name = g_dir_read_name (directory)) != NULL;) {
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);
    g_autoptr (GFile) a = g_file_new_for_path (source), b = g_file_new_for_path (target);
    g_autoptr (GError) error = NULL;
    if (g_file_test (source, G_FILE_TEST_IS_DIR))
      sim_copy_directory (world, source, target);
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
  sim_copy_directory (world, device->directory, directory);
  SimDevice *clone = sim_device_new (world, device->user, directory);
  sim_ledger_free (clone->ledger);
  clone->ledger = sim_ledger_copy (device->ledger);
  sim_oracle_copy (clone, device);
  sim_device_start (device);
  device->offline = FALSE;
  sim_tell (world, "device %u is cloned as %u", device->index, clone->index);
}
