/* An address book or calendar of the desktop as a file to import.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_CLI_SOURCE "eds:" /* before its id, in the place of a file's name */

/* All items of the source @uid, in a private file of the session's run-time folder. Owned; NULL: NOT_FOUND, UNREACHABLE, STORAGE. */
char *satchel_cli_source_fetch (const char *uid, GError **error);
/* Removes the file, and frees @path. NULL-safe. */
void  satchel_cli_source_drop (char *path);

G_END_DECLS
