/* The main window over one profile: navigation on one side, the workspace with its pages on the other.
 *
 * Actions "win.…": go (s: a route's text), back, forward, find, print, palette, new (s: entity), close, and what the menus need. Pages add their
 * own as groups of other names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"
#include "ui/routes/route.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_WINDOW (satchel_window_get_type ())
G_DECLARE_FINAL_TYPE (SatchelWindow, satchel_window, SATCHEL, WINDOW, AdwApplicationWindow)

/* Without a desk it shows that it is opening; show_desk() fills it. */
SatchelWindow *satchel_window_new (AdwApplication *application);
void           satchel_window_show_desk (SatchelWindow *window, SatchelDesk *desk);
/* Before there is a desk: what is shown then, in front of where it would begin. */
void           satchel_window_begin_at (SatchelWindow *window, SatchelRoute *route);
/* Instead of everything, before there is a desk: what is waited for. */
void           satchel_window_show_waiting (SatchelWindow *window, const char *title, const char *description);
/* Instead of everything: why the profile cannot be opened, and what can be done (@action may be NULL). */
void           satchel_window_show_problem (SatchelWindow *window, const char *title, const char *description,
                                            const char *label, const char *action);

SatchelDesk *satchel_window_get_desk (SatchelWindow *window); /* NULL: not yet */
SatchelRoute *satchel_window_get_route (SatchelWindow *window); /* where it is; borrowed, NULL: nowhere yet */
/* It begins where it was, and is kept as it is when it closes (desktop/keeping.h). Before it is shown, and before it has a desk. */
void         satchel_window_keep (SatchelWindow *window, GSettings *settings);
/* The palette, with what was typed elsewhere; once there is a desk. */
void         satchel_window_search (SatchelWindow *window, const char *text);
void         satchel_window_go (SatchelWindow *window, SatchelRoute *route);
void         satchel_window_toast (SatchelWindow *window, const char *message, const char *label, const char *action);
/* The same for a toast with more to it, which is taken: its title becomes @message (NULL: it has one). It takes the place of plain ones. */
void         satchel_window_add_toast (SatchelWindow *window, AdwToast *toast, const char *message);
/* It goes again. */
void         satchel_window_drop_toast (SatchelWindow *window, AdwToast *toast);

G_END_DECLS
