/* "Undo" instead of "are you sure?": what was just done can be taken back for as long as a toast is shown, by its button and by
 * Ctrl+Z ("win.undo"). One thing at a time: the next offer replaces the last.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/deeds.h"
#include "ui/desk/desk.h"
#include "ui/routes/route.h"

G_BEGIN_DECLS

/* Says @message in the window of @from (or the one that its dialog belongs to). @undo runs as a write if the person wants it, and the
 * window says why when it fails; its result is ignored. @data belongs to the offer. */
void satchel_undo_offer (GtkWidget *from, SatchelDesk *desk, const char *message, SatchelDeskJob undo, gpointer data,
                         GDestroyNotify free_data);

/* The same for deeds, which are taken. Without any it is just said. */
void satchel_undo_offer_deeds (GtkWidget *from, SatchelDesk *desk, const char *message, SatchelDeeds *deeds);
/* With a way to the record that they made; @made NULL: none. */
void satchel_undo_offer_made (GtkWidget *from, SatchelDesk *desk, const char *message, SatchelDeeds *deeds, SatchelRoute *made);

/* The main window that @from stands in, or that its dialog belongs to; NULL when there is none. Borrowed. */
GtkWidget *satchel_undo_find_window (GtkWidget *from);

G_END_DECLS
