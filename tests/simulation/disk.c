/* Failing disks (tests/lib/faulty-vfs.h), and copies of a device's disk that are put back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/disk.h"

#include "protocol/error.h"
#include "tests/lib/faulty-vfs.h"
#include "tests/lib/fixture.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/read.h"

#define MOST_STEPS 40 /* that a fault waits for its moment, or lasts */
#define MOST_SCALE 9  /* the operation that fails is among the next 2^n */
#define MOST_KEPT  2
#define WRITES     (FAULTY_VFS_WRITE | FAULTY_VFS_SYNC | FAULTY_VFS_TRUNCATE | FAULTY_VFS_DELETE)

/* ---- failing ---- */

static void
arm (SimWorld *world, SimDevice *device, FaultyVfsKind kind, gboolean dies)
{
  const guint at = 1 + sim_random (world, 1u << sim_random (world, MOST_SCALE));
  g_autofree char *under =
      device != NULL ? g_strdup (device->directory) : g_build_filename (world->directory, "satchel.db", NULL);
  if (world->failing.armed)
    return;
  world->failing = (SimFailing){ TRUE, dies, device, at, MOST_STEPS };
  faulty_vfs_arm (&(FaultyVfsPlan){ WRITES, at, kind, FAULTY_VFS_LASTING, under });
  sim_tell (world, "the disk will fail at its operation %u", at);
}

void
sim_disk_mend (SimWorld *world)
{
  if (world->failing.armed)
    faulty_vfs_disarm ();
  world->failing.armed = FALSE;
}

static void
die (SimWorld *world)
{
  SimDevice *device = world->failing.device;
  sim_tell (world, "the power is gone");
  if (device != NULL)
    sim_do_restart (device);
  else
    sim_do_restart_server (g_ptr_array_index (world->devices, 0));
}

void
sim_disk_step (SimWorld *world)
{
  if (!world->failing.armed)
    return;
  gboolean failed = faulty_vfs_get_count () >= world->failing.at;
  if (failed && world->failing.dies)
    die (world);
  else if (--world->failing.steps_left == 0)
    sim_disk_mend (world);
}

gboolean
sim_disk_excuses (const SimWorld *world, const GError *error)
{
  return world->failing.armed && faulty_vfs_get_count () >= world->failing.at &&
         g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
}

void
sim_do_cut_power (SimDevice *device)
{
  arm (device->world, device, sim_chance (device->world, 70) ? FAULTY_VFS_TORN : FAULTY_VFS_BROKEN, TRUE);
}

void
sim_do_fill_disk (SimDevice *device)
{
  arm (device->world, device, FAULTY_VFS_FULL, FALSE);
}

void
sim_do_cut_server_power (SimDevice *device)
{
  arm (device->world, NULL, sim_chance (device->world, 70) ? FAULTY_VFS_TORN : FAULTY_VFS_BROKEN, TRUE);
}

void
sim_do_fill_server_disk (SimDevice *device)
{
  arm (device->world, NULL, FAULTY_VFS_FULL, FALSE);
}

/* ---- what was kept ---- */

typedef struct {
  char *directory;
  SimLedger *ledger;
  SimDevice *promises; /* holds what the oracle knew of it, and nothing else */
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;
  sim_ledger_free (kept->ledger);
  sim_oracle_forget (kept->promises);
  g_free (kept->promises->last_cursor);
  g_free (kept->promises);
  fixture_dir_remove (kept->directory);
  g_free (kept);
}

void
sim_disk_forget (SimDevice *device)
{
  g_clear_pointer (&device->kept, g_ptr_array_unref);
}

void
sim_do_keep_disk (SimDevice *device)
{
  Kept *kept;
  if (device->kept == NULL)
    device->kept = g_ptr_array_new_with_free_func (kept_free);
  if (device->kept->len == MOST_KEPT)
    return;
  kept = g_new0 (Kept, 1);
  sim_device_crash (device);
  kept->directory = fixture_dir_new ();
  sim_copy_directory (device->world, device->directory, kept->directory);
  sim_device_start (device);
  device->offline = FALSE;
  kept->ledger = sim_ledger_copy (device->ledger);
  kept->promises = g_new0 (SimDevice, 1);
  kept->promises->promised = g_queue_new ();
  kept->promises->last_cursor = g_strdup (device->last_cursor);
  sim_oracle_copy (kept->promises, device);
  g_ptr_array_add (device->kept, kept);
  sim_tell (device->world, "the disk of device %u is kept", device->index);
}

/* What was written since is known to the server at most. */
void
sim_do_put_disk_back (SimDevice *device)
{
  const Kept *kept;
  if (device->kept == NULL || device->kept->len == 0)
    return;
  kept = g_ptr_array_index (device->kept, sim_random (device->world, device->kept->len));
  sim_device_crash (device);
  fixture_dir_remove (g_strdup (device->directory));
  sim_copy_directory (device->world, kept->directory, device->directory);
  sim_ledger_give_up (device->ledger, kept->ledger);
  sim_oracle_copy (device, kept->promises);
  g_free (device->last_cursor);
  device->last_cursor = g_strdup (kept->promises->last_cursor);
  sim_device_start (device);
  device->offline = FALSE;
  sim_ledger_note (device);
  sim_tell (device->world, "device %u is what it was", device->index);
}

/* Another laptop of the same person. What was on the old one and not sent is lost. */
void
sim_do_new_laptop (SimDevice *device)
{
  if (sim_is_disabled (device->world, device->user))
    return;
  sim_disk_mend (device->world);
  sim_device_crash (device);
  fixture_dir_remove (g_strdup (device->directory));
  sim_ledger_give_up (device->ledger, NULL);
  g_clear_pointer (&device->last_cursor, g_free);
  sim_disk_forget (device);
  sim_device_start (device);
  device->offline = FALSE;
  sim_device_sign_in (device);
  sim_tell (device->world, "device %u is new", device->index);
}
