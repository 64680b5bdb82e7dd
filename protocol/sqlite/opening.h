/* One attempt at opening a database; satchel_database_open_in() makes as many as it takes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

#define SATCHEL_DATABASE_PATIENCE_MS 5000 /* while others write */

SatchelDatabase *satchel_database_open_once (const char *path, SatchelDatabaseMode mode, const SatchelDatabaseStore *store,
                                             GError **error);

G_END_DECLS
