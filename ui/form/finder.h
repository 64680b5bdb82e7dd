/* An entry that finds records as one types, of all the entities that a field may name: the hits stand below it, moved through with the
 * arrow keys.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_FINDER (satchel_finder_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFinder, satchel_finder, SATCHEL, FINDER, GtkWidget)

/* Signals:
 *   "typed"                               the text is another one, by a person
 *   "picked" (entity, id)                 a hit was chosen
 *   "create" (entity, text)               a new one is wanted, of that name
 *   "left"                                the focus went elsewhere, or Enter was pressed where no hit was marked: then the
 *                                         first is chosen, unless this has taken the text; one that is chosen is left to the
 *                                         window's default */
GtkWidget  *satchel_finder_new (SatchelDesk *desk, const SatchelField *field);
GtkWidget  *satchel_finder_get_entry (SatchelFinder *finder);
const char *satchel_finder_get_text (SatchelFinder *finder);
void        satchel_finder_set_text (SatchelFinder *finder, const char *text); /* what is chosen; says nothing, looks for nothing */
void        satchel_finder_type (SatchelFinder *finder, const char *text);     /* the same for what was typed before */
/* Shows what there is to choose from. */
void        satchel_finder_open (SatchelFinder *finder);

G_END_DECLS
