/* Widgets beside one another, each as wide as it likes to be; those for which there is no room begin the next line.
 * GtkFlowBox makes columns of them, as wide as the widest, and spreads these over all of the width.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_WRAP (satchel_wrap_get_type ())
G_DECLARE_FINAL_TYPE (SatchelWrap, satchel_wrap, SATCHEL, WRAP, GtkWidget)

/* @spacing: pixels between widgets, and between lines. */
GtkWidget *satchel_wrap_new (int spacing);
void satchel_wrap_append (SatchelWrap *wrap, GtkWidget *child);

G_END_DECLS
