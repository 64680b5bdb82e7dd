/* The actions on appointments and tasks that are selected in a view of the main window.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <shell/e-shell-view.h>

G_BEGIN_DECLS

/* Whether the menus and the toolbar have them. @tasks: a task list, else a calendar. */
void satchel_calendar_actions_merge (EShellView *view, gboolean tasks, gboolean merged);

G_END_DECLS
