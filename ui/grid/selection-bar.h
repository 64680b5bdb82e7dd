/* At the foot of a list while records are selected: how many, and what can be done with them. Its buttons activate actions of the groups
 * "selected" and "act", which the page has.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/grid/selection.h"

G_BEGIN_DECLS

GtkWidget *satchel_selection_bar_new (SatchelDesk *desk, const SatchelEntity *entity, SatchelSelection *selection);

G_END_DECLS
