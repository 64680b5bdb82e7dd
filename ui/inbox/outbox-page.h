/* The outbox: what was refused and needs a person, and what waits for the server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_OUTBOX_PAGE (satchel_outbox_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelOutboxPage, satchel_outbox_page, SATCHEL, OUTBOX_PAGE, SatchelPage)

SatchelPage *satchel_outbox_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
