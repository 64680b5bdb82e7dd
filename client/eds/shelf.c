/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/shelf.h"

void
satchel_shelf_free (SatchelShelf *shelf)
{
  if (shelf != NULL)
    shelf->free (shelf);
}

void
satchel_shelf_item_free (SatchelShelfItem *item)
{
  g_free (item->uid);
  g_free (item->text);
  g_free (item);
}
