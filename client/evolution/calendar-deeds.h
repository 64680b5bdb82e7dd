/* What is done to appointments and tasks of any calendar: tracked, and told what they are about. A tracked item of a calendar of the
 * user's own gets a category, which every calendar program shows; those of the calendar "Satchel" need none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <e-util/e-util.h>
#include <libecal/libecal.h>

G_BEGIN_DECLS

typedef struct {
  ECalClient *client;
  char *uid;
} SatchelItem;

SatchelItem *satchel_item_new (ECalClient *client, const char *uid);
void         satchel_item_free (gpointer item);

typedef struct {
  gboolean regarding; /* says what they are about: @entity ("": nothing), @id, @title */
  const char *entity, *id, *title;
} SatchelItemDeed;

/* @items: of SatchelItem; kept. */
void satchel_items_do (const SatchelItemDeed *deed, GPtrArray *items, EAlertSink *sink);

G_END_DECLS
