/* The palette (Ctrl+K): records of every kind by what one types, those looked at last first; places, views and actions. Made for the
 * keyboard: arrows choose, Enter goes, Escape leaves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_PALETTE (satchel_palette_get_type ())
G_DECLARE_FINAL_TYPE (SatchelPalette, satchel_palette, SATCHEL, PALETTE, AdwWindow)

/* A dialog of @window, whose actions it activates; to be presented. */
GtkWindow *satchel_palette_new (GtkWindow *window, SatchelDesk *desk);

/* As if somebody had typed it. */
void satchel_palette_set_text (SatchelPalette *palette, const char *text);

G_END_DECLS
