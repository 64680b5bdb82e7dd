/* Which page shows a route: the one table of what there is to go to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

/* Whether a page that shows @old may go on as the one for @new, by a visit: a list keeps its page in whatever view. */
gboolean satchel_pages_share (const SatchelRoute *old, const SatchelRoute *new);

/* A page for @route, floating; NOT_FOUND, with a sentence, where there is none: an entity that the definitions do not have. */
SatchelPage *satchel_pages_open (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
