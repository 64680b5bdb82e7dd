/* Widgets of a page as a person finds them: by what they are and what they are called. For tests on a display with GTK_A11Y=test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The first below @root (or itself) of @type whose accessible name, or label, is @name (NULL: any). NULL when there is none. */
GtkWidget *test_seek_widget (GtkWidget *root, GType type, const char *name);
/* The same, which must be there. */
GtkWidget *test_find_widget (GtkWidget *root, GType type, const char *name);
/* Presses the button, which must be sensitive. */
void       test_click (GtkWidget *root, const char *name);
/* Closes the window, and turns the main context until it is gone. */
void       test_close_window (GtkWindow *window);

G_END_DECLS
