/* One record: its form, and beside it what happened about it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/form/draft.h"
#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_RECORD_PAGE (satchel_record_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRecordPage, satchel_record_page, SATCHEL, RECORD_PAGE, SatchelPage)

/* For a route of the kind "record" or "new". NOT_FOUND. */
SatchelPage *satchel_record_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

/* A page ahead of its record, for a stack where it is hidden; "more" goes on with it, for a page of that width, as long as it returns TRUE;
 * then, or before, it becomes the page of a route of the kind "record". NULL: nothing can be done before the record is known. */
SatchelPage *satchel_record_page_prepare (SatchelDesk *desk, const SatchelEntity *entity);
gboolean     satchel_record_page_prepare_more (SatchelRecordPage *page, int width);
gboolean     satchel_record_page_begin (SatchelRecordPage *page, SatchelRoute *route, GError **error);

G_END_DECLS
