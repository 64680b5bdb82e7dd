/* The window in which something is asked before it is done, and its progress while it is: one look for arguments, qualifying, merging.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/act/run.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_ACT_DIALOG (satchel_act_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SatchelActDialog, satchel_act_dialog, SATCHEL, ACT_DIALOG, AdwWindow)

/* Over the window of @from, not shown yet. @label: the action's, also on the button that does it. Signal "go": that was pressed, and
 * nothing is under way. */
SatchelActDialog *satchel_act_dialog_new (GtkWidget *from, SatchelDesk *desk, const char *label, const char *subtitle);

/* Below the header; scrolls. */
void satchel_act_dialog_set_content (SatchelActDialog *dialog, GtkWidget *content);
/* Whether it can be done as things stand. */
void satchel_act_dialog_set_ready (SatchelActDialog *dialog, gboolean ready);
/* A sentence above the content; NULL: none. */
void satchel_act_dialog_set_problem (SatchelActDialog *dialog, const char *problem);

/* Starts @run, which is taken, and shows how far it is. Closes when it is done, and offers undo; stays open with the reason where one record
 * was refused, so that what was typed can be mended; lists those that were refused of many. */
void satchel_act_dialog_run (SatchelActDialog *dialog, SatchelRun *run);

G_END_DECLS
