/* Address books and calendars of EDS as shelves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libedataserver/libedataserver.h>

#include "client/eds/shelf.h"

G_BEGIN_DECLS

/* Connects; waits. The calling thread's default main context is where it tells what was touched. */
SatchelShelf *satchel_shelf_book_new (ESource *source, GError **error);
/* @extension: E_SOURCE_EXTENSION_CALENDAR or E_SOURCE_EXTENSION_TASK_LIST. */
SatchelShelf *satchel_shelf_calendar_new (ESource *source, const char *extension, GError **error);

/* An error of EDS as one of ours: UNREACHABLE for one that died, EXISTS, NOT_FOUND, BUSY for what was changed meanwhile, INVALID. Takes @problem. */
void satchel_shelf_propagate (GError **error, GError *problem);

G_END_DECLS
