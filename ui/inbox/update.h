/* Bringing a list up to date without disturbing what stays: rows that somebody reads, or types in, are not built anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Says what an item is and holds: two items with the same text are shown alike. Borrowed. */
typedef const char *(*SatchelFingerprintFunc) (gpointer item);

/* @store holds @items (GObject*) afterwards, in their order; those whose fingerprint it has in that place already stay the objects
 * that they are. */
void satchel_list_update (GListStore *store, GPtrArray *items, SatchelFingerprintFunc fingerprint);

G_END_DECLS
