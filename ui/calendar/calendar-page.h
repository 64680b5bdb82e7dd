/* The calendar: a month, a week, a day, or what comes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/page.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CALENDAR_PAGE (satchel_calendar_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelCalendarPage, satchel_calendar_page, SATCHEL, CALENDAR_PAGE, SatchelPage)

SatchelPage *satchel_calendar_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error);

G_END_DECLS
