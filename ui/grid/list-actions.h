/* What can be done with the selected records of a list, as action groups: "act" (do (s), delete: as ui/act names them) and "selected"
 * (edit, export, write, none). Which records these are is found out in a read job: a million is not looked at on the main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/grid/selection.h"

G_BEGIN_DECLS

/* Paths of the columns that are shown, NULL-terminated; owned. */
typedef char **(*SatchelListPaths) (gpointer data);

/* Into @widget, which owns them. @data is borrowed as long as @widget lives. */
void satchel_list_actions_install (GtkWidget *widget, SatchelDesk *desk, const SatchelEntity *entity, SatchelRows *rows,
                                   SatchelSelection *selection, SatchelListPaths paths, gpointer data);

G_END_DECLS
