/* Tooltips that cost nothing until somebody points: to set one in GTK is to ask the display where the pointer is, and to wait for the answer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows @text (copied; NULL: nothing any more) while the pointer rests on @widget. */
void satchel_tip (GtkWidget *widget, const char *text);

/* The same for what shows no words: it is its name as well, for assistive programs. */
void satchel_tip_name (GtkWidget *widget, const char *name);

/* The whole of a label that is cut off; nothing while it is not. */
void satchel_tip_whole (GtkLabel *label);

G_END_DECLS
