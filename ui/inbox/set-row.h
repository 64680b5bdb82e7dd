/* One change of the outbox: what it writes, how it stands, and what can be done; edited in place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"
#include "ui/inbox/waiting.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_SET_ROW (satchel_set_row_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSetRow, satchel_set_row, SATCHEL, SET_ROW, AdwExpanderRow)

/* Signal "done": something was written to the outbox. */
GtkWidget         *satchel_set_row_new (SatchelDesk *desk, SatchelWaitingSet *set);
SatchelWaitingSet *satchel_set_row_get_set (SatchelSetRow *row); /* borrowed */

G_END_DECLS
