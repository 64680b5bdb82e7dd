/* One conflict: what was before, what each of two people wrote, side by side, and a button for each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"
#include "ui/inbox/disagreement.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CONFLICT_CARD (satchel_conflict_card_get_type ())
G_DECLARE_FINAL_TYPE (SatchelConflictCard, satchel_conflict_card, SATCHEL, CONFLICT_CARD, GtkListBoxRow)

/* Signal "decided": the outbox has a decision; another look shows the next conflict. */
GtkWidget *satchel_conflict_card_new (SatchelDesk *desk, SatchelDisagreement *disagreement);

G_END_DECLS
