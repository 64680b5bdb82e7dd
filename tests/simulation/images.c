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

/* An image holds what its first asker carried at the S at which it was made for her, and later ones must have
 * been able to read the same. */
void
sim_image_told (SimDevice *device, const SatchelCaller *caller, const char *head)
{
  SimWorld *world = device->world;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSnapshotHead) told = satchel_snapshot_head_from_text (head, strlen (head), &error);
  GHashTableIter iter;
  gpointer key;
  GHashTable *carried;
  sim_check (world, told != NULL, error, "the head of an image");
  if (told->id == NULL)
    return;
  carried = sim_oracle_promise_image (device, caller, told->id, told->cursor);
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
