/* The stages of a process as steps, where the record stands among them, and what a stage asks for.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_PROCESS_BAR (satchel_process_bar_get_type ())
G_DECLARE_FINAL_TYPE (SatchelProcessBar, satchel_process_bar, SATCHEL, PROCESS_BAR, GtkWidget)

/* Floating. What leads from one stage to another are actions of the record ("act.do", ui/act/act.h): promote, demote and those that close it. */
GtkWidget *satchel_process_bar_new (SatchelDraft *draft, const SatchelProcess *process);

G_END_DECLS
