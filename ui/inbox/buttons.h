/* A few buttons side by side that wrap where room is short.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct {
  const char *label;     /* NULL: left out */
  const char *css_class; /* may be NULL */
  GCallback clicked;     /* (GtkButton *, gpointer data) */
} SatchelInboxButton;

/* Floating. @about: what they are for, added to their accessible descriptions, since many on a page have the same label. @data is
 * borrowed, and outlives the buttons. */
GtkWidget *satchel_inbox_buttons_new (const SatchelInboxButton *buttons, guint n_buttons, const char *about, gpointer data);

G_END_DECLS
