/* Texts for people in the one catalogue of the house. Included by sources, after all other headers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#undef GETTEXT_PACKAGE
#define GETTEXT_PACKAGE "satchel"
#include <glib/gi18n-lib.h>

/* What the kinds of records are called; an entity that is not known keeps its name. Borrowed. */
const char *satchel_words_get_kind (const char *entity);
const char *satchel_words_get_icon (const char *entity);

/* Binds the catalogue: the one of the build tree that the module lies in, else of where it is installed. */
void satchel_words_bind (void);
