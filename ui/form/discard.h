/* "Undo" for a new record that was never created: what was typed is gone from the store, and waits in the window for a change of mind.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Says in the window of @from that it was discarded. @text, of satchel_draft_dup_text(), is taken. */
void satchel_discard_offer (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, char *text);

G_END_DECLS
