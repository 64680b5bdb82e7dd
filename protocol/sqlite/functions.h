/* What SQL may call of ours, on either side.
 *
 *   satchel_fold (text)    as satchel_fold(): what is compared when case and accents do not count
 *   satchel_digits (text)  the digits of a telephone number
 *
 * Both are deterministic, may stand in indexes, and give NULL for NULL.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

int satchel_sql_functions_register (sqlite3 *handle); /* SQLITE_OK or why not */

G_END_DECLS
