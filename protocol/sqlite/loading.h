/* Filling a file that was all but empty. By way of the log each page would be written twice, and the log be as large as the file.
 * With a rollback journal new pages go to their place at once: all there is to undo is to cut them off.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* Outside of transactions. While another connection has the file open the log stays; that is no error. What is filled must be one
 * transaction between begin and end; one that dies in between is undone when the file is opened next. */
gboolean satchel_loading_begin (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sets a file that is being opened to the log, whenever whoever fills it has done so: waits for a minute at most. */
gboolean satchel_loading_await (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Back to the log. Where that cannot be now, it is when the file is opened next. */
void satchel_loading_end (SatchelDatabase *database);

G_END_DECLS
