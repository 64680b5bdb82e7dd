/* Above a list: View, Type, Date and quick find, which hold together.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_FILTER_BAR (satchel_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFilterBar, satchel_filter_bar, SATCHEL, FILTER_BAR, GtkWidget)

/* Signals:
 *   "changed"             Type, Date or what is typed is another one: ask the list anew
 *   "view" (char *name)   another view was chosen: show() follows */
GtkWidget *satchel_filter_bar_new (SatchelDesk *desk);

/* @view is borrowed until the next call. Type and Date begin at "all" where the view is another one. @where: what holds besides the
 * view and these filters; may be NULL. */
void satchel_filter_bar_show (SatchelFilterBar *bar, const SatchelEntity *entity, const SatchelView *view, const char *where);

/* All conditions but quick find, as predicate text; owned. */
char       *satchel_filter_bar_dup_where (SatchelFilterBar *bar);
const char *satchel_filter_bar_get_find (SatchelFilterBar *bar); /* borrowed */
/* As if it was typed: says "changed" soon. */
void        satchel_filter_bar_set_find (SatchelFilterBar *bar, const char *text);
/* Type, Date or quick find leave something out. */
gboolean    satchel_filter_bar_is_used (SatchelFilterBar *bar);
void        satchel_filter_bar_clear (SatchelFilterBar *bar); /* says "changed" */

/* What is typed while @widget or something in it has the focus is typed here. */
void satchel_filter_bar_listen (SatchelFilterBar *bar, GtkWidget *widget);
void satchel_filter_bar_focus (SatchelFilterBar *bar);
void satchel_filter_bar_set_narrow (SatchelFilterBar *bar, gboolean narrow);

G_END_DECLS
