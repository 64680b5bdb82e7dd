/* Where a password comes from: a file or standard input, never the command line, which every user of the machine sees.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first line of @path, or of standard input when it is "-". Owned; free with satchel_password_free(). INVALID when it is
 * shorter than 8 characters, not UTF-8, or too long. */
char *satchel_password_read (const char *path, GError **error);
void  satchel_password_free (char *password); /* and wipes it */

G_END_DECLS
