/* A group of conditions: what of it must hold, its members, and what adds more. Groups within groups are boxes within boxes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"
#include "ui/find/clause.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_GROUP_BOX (satchel_group_box_get_type ())
G_DECLARE_FINAL_TYPE (SatchelGroupBox, satchel_group_box, SATCHEL, GROUP_BOX, GtkWidget)

/* As satchel_test_row_new(), for every other kind of clause. Signals: "changed"; "removed", never of the root. */
GtkWidget *satchel_group_box_new (SatchelDesk *desk, SatchelRegistry *registry, SatchelClause *group);

G_END_DECLS
