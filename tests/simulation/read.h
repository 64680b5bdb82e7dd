/* Plain SQL for the oracle, which trusts nothing of the code under test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

sqlite3 *sim_server_handle (SimWorld *world);   /* borrowed */
void     sim_server_handle_close (SimWorld *world); /* before the file is replaced */
sqlite3 *sim_device_handle (SimDevice *device); /* borrowed */

/* The entities of which the device has rows, shown or kept aside: SatchelEntity*, borrowed. Most tables are empty, and asking
 * each takes long. */
GPtrArray *sim_device_list_filled (SimDevice *device);

sqlite3_stmt *sim_prepare (SimWorld *world, sqlite3 *db, const char *sql);
/* With @argument, or NULL, as first parameter. -1 when there is no row; NULL likewise. */
gint64 sim_read_integer (SimWorld *world, sqlite3 *db, const char *sql, const char *argument);
char  *sim_read_text (SimWorld *world, sqlite3 *db, const char *sql, const char *argument);
/* The first columns of all rows, one a line. */
char *sim_read_lines (SimWorld *world, sqlite3 *db, const char *sql, const char *argument);

G_END_DECLS
