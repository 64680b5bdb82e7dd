/* A record's page is made before somebody opens one: from a list, or from a record, the next is most likely of the same entity. Made when idle,
 * after the frame that shows what was asked for, a piece at a time; in the workspace, hidden.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

typedef struct _SatchelSpare SatchelSpare;

/* Both outlive it. */
SatchelSpare *satchel_spare_new (GtkStack *workspace, SatchelDesk *desk);
void          satchel_spare_free (SatchelSpare *spare); /* the page that nobody opened stays in the workspace */

/* Is shown now: what may be opened from there is prepared. */
void satchel_spare_follow (SatchelSpare *spare, SatchelRoute *route);
/* As satchel_pages_open(). The page may have a place in the workspace already. */
SatchelPage *satchel_spare_open (SatchelSpare *spare, SatchelRoute *route, GError **error);

G_END_DECLS
