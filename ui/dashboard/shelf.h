/* Children side by side in as many columns as have room, each below what stands highest: cards of different heights without gaps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_SHELF (satchel_shelf_get_type ())
G_DECLARE_FINAL_TYPE (SatchelShelf, satchel_shelf, SATCHEL, SHELF, GtkWidget)

SatchelShelf *satchel_shelf_new (void);
void          satchel_shelf_append (SatchelShelf *shelf, GtkWidget *child);
void          satchel_shelf_clear (SatchelShelf *shelf);

G_END_DECLS
