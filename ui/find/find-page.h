/* Advanced find: a condition is put together, how many records fulfil it is counted meanwhile, and it is looked at, or kept as a view of
 * one's own. Of a view that is kept already it is changed, shared, given away or deleted here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_FIND_PAGE (satchel_find_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFindPage, satchel_find_page, SATCHEL, FIND_PAGE, SatchelPage)

/* For a route of the kind "find". NOT_FOUND for a view that is not here; a condition that is not understood is shown as text. */
SatchelPage *satchel_find_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
