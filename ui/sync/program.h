/* The other programs of this product.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Path of @name: beside this program, in the folder for programs near it, or on the path. Owned; NULL: not installed. */
char *satchel_program_find (const char *name);

/* Path of this program; owned, NULL where the system does not tell. */
char *satchel_program_self (void);

G_END_DECLS
