/* The records that a person looked at last on this device, and those that she pinned. Kept in the profile, so that they are sealed and
 * leave with it; what they are called is looked up when they are shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"
#include "ui/routes/route.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_RECENT (satchel_recent_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRecent, satchel_recent, SATCHEL, RECENT, GObject)

/* The one of @desk; borrowed. Signal "changed". */
SatchelRecent *satchel_recent_get (SatchelDesk *desk);

/* Somebody looks at it now. Routes that are no records are ignored. */
void     satchel_recent_visit (SatchelRecent *recent, SatchelRoute *route);
void     satchel_recent_set_pinned (SatchelRecent *recent, SatchelRoute *route, gboolean pinned);
gboolean satchel_recent_is_pinned (SatchelRecent *recent, SatchelRoute *route);

/* SatchelRoute*, owned: the pinned ones in the order in which they were pinned; the others, the last first, without those that are pinned. */
GPtrArray *satchel_recent_list_pinned (SatchelRecent *recent);
GPtrArray *satchel_recent_list (SatchelRecent *recent);

/* What the record of @route is called, owned; NULL: it is not here any more. A look. */
char *satchel_recent_dup_title (SatchelDesk *desk, SatchelRoute *route);

G_END_DECLS
