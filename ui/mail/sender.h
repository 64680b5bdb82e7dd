/* From which of the person's mail accounts: a choice, or a sentence where there is none. Who comes back from setting one up finds it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_SENDER (satchel_sender_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSender, satchel_sender, SATCHEL, SENDER, GtkWidget)

/* @name: what it is called. Signal "changed": the accounts are known, or others. */
GtkWidget *satchel_sender_new (SatchelDesk *desk, const char *name);

/* Id of the one that is chosen; borrowed until "changed"; NULL: none that sends, or not known yet. */
const char *satchel_sender_get_account (SatchelSender *sender);

G_END_DECLS
