/* One record: its form, and beside it what happened about it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_RECORD_PAGE (satchel_record_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRecordPage, satchel_record_page, SATCHEL, RECORD_PAGE, SatchelPage)

/* For a route of the kind "record" or "new". NOT_FOUND. */
SatchelPage *satchel_record_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

/* Goes to the form of a new record of @entity with these values (SatchelFieldValue*, borrowed): a copy, or one that belongs to another. */
void satchel_record_page_start (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *values);

/* When the window opens: offers to go on with what was typed and not saved before the program ended. */
void satchel_record_page_offer_drafts (GtkWidget *window, SatchelDesk *desk);

G_END_DECLS
