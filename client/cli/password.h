/* Asking for a password.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first line of @file ("-": standard input); NULL: asked for on the terminal without echo. INVALID when there is none.
 * Free with satchel_password_free(), which wipes it. */
char *satchel_password_read (const char *file, const char *prompt, GError **error);
void  satchel_password_free (char *password);

G_END_DECLS
