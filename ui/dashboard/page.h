/* Dashboards: charts of what there is, for a period and a seller, as they are now; saved as pages or as a table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_DASHBOARD_PAGE (satchel_dashboard_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelDashboardPage, satchel_dashboard_page, SATCHEL, DASHBOARD_PAGE, SatchelPage)

/* For a route of the kind "dashboard". */
SatchelPage *satchel_dashboard_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
