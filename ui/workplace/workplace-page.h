/* The home page: what is to be done today, and what is new.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_WORKPLACE_PAGE (satchel_workplace_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelWorkplacePage, satchel_workplace_page, SATCHEL, WORKPLACE_PAGE, SatchelPage)

SatchelPage *satchel_workplace_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
