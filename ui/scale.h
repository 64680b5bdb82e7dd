/* How large text is: widths that are given in pixels are meant for text of ordinary size.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* 1: ordinary; 2: twice as large. */
double satchel_scale_of_text (GtkWidget *widget);

G_END_DECLS
