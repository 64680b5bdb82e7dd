/* The inbox of conflicts: open ones one after the other, and those that are settled.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CONFLICTS_PAGE (satchel_conflicts_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelConflictsPage, satchel_conflicts_page, SATCHEL, CONFLICTS_PAGE, SatchelPage)

SatchelPage *satchel_conflicts_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
