/* Actions as people call them: from a record's menu or a list's action bar, on one record or many.
 *
 * What an action wants to know is asked in a dialog made of its declaration; qualifying and merging have dialogs of their own. What is
 * refused is told by record and reason, with the way out; all of it can be undone as one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "protocol/rules/actions.h"
#include "ui/act/run.h"

G_BEGIN_DECLS

/* @ids: char*, copied; all of @entity. Asks first where the action has arguments. */
void satchel_act (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                  const SatchelAction *action);
/* At once. @arguments: name → text, taken; NULL: none. */
void satchel_act_now (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                      const SatchelAction *action, GHashTable *arguments);
void satchel_act_delete (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids);

/* Any run, started here and taken: with progress where it takes long, refusals, and undo. @label says what is done ("Assign"). */
void satchel_act_show_run (GtkWidget *from, SatchelDesk *desk, SatchelRun *run, const char *label);

/* ---- menus ---- */

/* The actions that @record allows where it stands, or those of the entity (@record NULL: several are meant), and deleting.
 * What the person may not do with @record is
 * insensitive, and the menu says so. Items activate "act.do" (s: the action's name) and "act.delete". */
GMenuModel *satchel_act_menu_new (SatchelDesk *desk, const SatchelEntity *entity, const SatchelRecord *record);

/* The ids (char*) that an action of the menu is about, when it is chosen; owned. */
typedef GPtrArray *(*SatchelActTargets) (gpointer data);
/* Puts the group "act" into @widget. @entity is of the desk's definitions; @data is borrowed as long as @widget lives. */
void satchel_act_install (GtkWidget *widget, SatchelDesk *desk, const SatchelEntity *entity, SatchelActTargets targets,
                          gpointer data);

G_END_DECLS
