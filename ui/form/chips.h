/* A row of small labels that wraps, each with a button that takes it away.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_CHIPS (satchel_chips_get_type ())
G_DECLARE_FINAL_TYPE (SatchelChips, satchel_chips, SATCHEL, CHIPS, GtkWidget)

/* Signal "removed" (guint index): its button was pressed; who fills it takes it out. */
GtkWidget *satchel_chips_new (void);
void       satchel_chips_clear (SatchelChips *chips);
void       satchel_chips_add (SatchelChips *chips, const char *label);

G_END_DECLS
