/* The table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/pages.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "ui/find/find-page.h"
#include "ui/dashboard/page.h"
#include "ui/calendar/calendar-page.h"
#include "ui/form/page.h"
#include "ui/grid/list-page.h"
#include "ui/inbox/conflicts-page.h"
#include "ui/inbox/outbox-page.h"
#include "ui/workplace/workplace-page.h"

typedef struct {
  SatchelPage *(*open) (SatchelDesk *desk, SatchelRoute *route, GError **error);
  gboolean shared; /* one page for all routes to the same entity, or without one */
} Kind;

static const Kind kinds[SATCHEL_ROUTE_N_KINDS] = {
  [SATCHEL_ROUTE_DASHBOARD] = { satchel_dashboard_page_new, TRUE },
  [SATCHEL_ROUTE_RECORD] = { satchel_record_page_new, FALSE },
  [SATCHEL_ROUTE_NEW] = { satchel_record_page_new, FALSE },
  [SATCHEL_ROUTE_LIST] = { satchel_list_page_new, TRUE },
  [SATCHEL_ROUTE_WORKPLACE] = { satchel_workplace_page_new, TRUE },
  [SATCHEL_ROUTE_CALENDAR] = { satchel_calendar_page_new, TRUE },
  [SATCHEL_ROUTE_OUTBOX] = { satchel_outbox_page_new, TRUE },
  [SATCHEL_ROUTE_CONFLICTS] = { satchel_conflicts_page_new, TRUE },
  [SATCHEL_ROUTE_FIND] = { satchel_find_page_new, FALSE },
};

gboolean
satchel_pages_share (const SatchelRoute *old, const SatchelRoute *new)
{
  SatchelRouteKind kind = satchel_route_get_kind (new);

  return satchel_route_get_kind (old) == kind && kinds[kind].shared &&
         g_strcmp0 (satchel_route_get_entity (old), satchel_route_get_entity (new)) == 0;
}

SatchelPage *
satchel_pages_open (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  const Kind *kind = &kinds[satchel_route_get_kind (route)];
  const char *entity = satchel_route_get_entity (route);

  if (entity != NULL && satchel_registry_find (satchel_desk_get_registry (desk), entity) == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                 _ ("There are no records of the kind “%s” here."), entity);
    return NULL;
  }
  if (kind->open != NULL)
    return kind->open (desk, route, error);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("There is nothing to show there."));
  return NULL;
}
