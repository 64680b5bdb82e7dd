/* Where the pane is: to the right of the message, as wide as the user made it; where the message would be squeezed, behind a button at its
 * edge.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_PLACE_USUAL_WIDTH 280

typedef struct _SatchelPlace SatchelPlace;

/* Puts @widget beside @text, a child of the box @preview. Freed with the preview. @width: as wide as it was; @resized: the user chose another. */
SatchelPlace *satchel_place_new (GtkWidget *widget, GtkWidget *preview, GtkWidget *text, int width,
                                 void (*resized) (int width, gpointer data), gpointer data);
void          satchel_place_set_shown (SatchelPlace *place, gboolean shown);
/* What the button says when the pane is behind it. */
void satchel_place_set_words (SatchelPlace *place, const char *words);

G_END_DECLS
