/* What images hold, by their ids.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/images.h"

#include <string.h>

#include "sync-server/scope/snapshot.h"
#include "sync-server/server-private.h"
#include "tests/simulation/tap.h"

#define LEAST_ROWS 1

void
sim_images_begin (SimWorld *world)
{
  satchel_snapshots_set_least_rows (world->server->snapshots, LEAST_ROWS);
}

static SatchelSnapshotHead *
read_head (SimWorld *world, const char *head)
{
  g_autoptr (GError) error = NULL;
  SatchelSnapshotHead *told = satchel_snapshot_head_from_text (head, strlen (head), &error);

  sim_check (world, told != NULL, error, "the head of an image");
  return told;
}

void
sim_image_made (SimDevice *device, const SatchelCaller *caller, const char *head)
{
  g_autoptr (SatchelSnapshotHead) told = read_head (device->world, head);

  if (told->id != NULL)
    sim_oracle_note_image (device, caller, told->id);
}

/* An image holds what the device for which it was made carried then, and later ones must have been able to
 * read the same. */
void
sim_image_told (SimDevice *device, const SatchelCaller *caller, const char *head)
{
  SimWorld *world = device->world;
  g_autoptr (SatchelSnapshotHead) told = read_head (world, head);
  GHashTableIter iter;
  gpointer key;
  GHashTable *carried;

  if (told->id == NULL)
    return;
  if (!sim_oracle_knows_image (world, told->id))
    sim_fail (world, "5: device %u is told of an image that nobody made", device->index);
  carried = sim_oracle_promise_image (device, told->id, told->cursor);
  sim_tell (world, "device %u is told of an image of S %" G_GINT64_FORMAT, device->index, told->s);
  if ((gint64)g_hash_table_size (carried) != told->rows)
    sim_fail (world, "5: device %u (%s): an image of %" G_GINT64_FORMAT " rows should have %u", device->index,
              device->user, told->rows, g_hash_table_size (carried));
  g_hash_table_iter_init (&iter, carried);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!sim_tap_knew (world, caller->user, strchr (key, '/') + 1))
      sim_fail (world, "4: device %u (%s) is told of an image with %s", device->index, device->user,
                (char *)key);
}

void
sim_image_piece (SimDevice *device, const SatchelCaller *caller, const char *id)
{
  if (!sim_oracle_knows_image (device->world, id))
    sim_fail (device->world, "5: device %u gets pieces of an image that nobody was told of", device->index);
}
