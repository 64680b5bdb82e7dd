/* Rows of choices that are sentences: a combo row shows some twenty characters of what is chosen, and of each choice.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What is chosen stands below the title, all of it, and so do the choices (of a GtkStringList) in the list. The words are no markup. */
void satchel_combo_show_whole (AdwComboRow *row);

G_END_DECLS
