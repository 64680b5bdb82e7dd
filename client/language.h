/* The language of a program: where its texts are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes gettext speak the language of the environment: with the catalogues of the build tree or the installation that the
 * program itself lies in, wherever that was moved to; else with those of the prefix it was built for. Once, in main(), after
 * setlocale() and before the first text. */
void satchel_language_bind (void);

/* The same for another program's folder: the one of its catalogues, or NULL where there are none beside it. Owned. */
char *satchel_language_find (const char *program_folder);

G_END_DECLS
