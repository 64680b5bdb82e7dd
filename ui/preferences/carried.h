/* What the devices of the person carry: her filters, with how many records each brings; adding one, with the server's word of what it
 * would cost; removing one, which can be undone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Adds the groups to @page, which holds what they need. */
void satchel_carried_fill (AdwPreferencesPage *page, SatchelDesk *desk);

G_END_DECLS
