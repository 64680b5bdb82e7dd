/* The records of an entity, as one of its views shows them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_LIST_PAGE (satchel_list_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelListPage, satchel_list_page, SATCHEL, LIST_PAGE, SatchelPage)

/* For a route of the kind "list". A view that is not there is the default one; INVALID for a condition that does not parse. */
SatchelPage *satchel_list_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
