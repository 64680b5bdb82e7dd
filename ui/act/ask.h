/* Asking for what an action wants to know.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "protocol/rules/actions.h"
#include "ui/act/dialog.h"

G_BEGIN_DECLS

/* A dialog each, shown; @ids are copied. */
void satchel_ask_arguments (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                            const SatchelAction *action);
/* For one lead: which records it becomes, new ones or those that are there. */
void satchel_ask_qualify (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id,
                          const SatchelAction *action);
/* @other NULL: it is asked for first. */
void satchel_ask_merge (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id, const char *other,
                        const SatchelAction *action);

/* ---- for these dialogs ---- */

/* The dialog of an action on @ids, its subtitle naming them; takes @ids (char*). */
SatchelActDialog *satchel_ask_dialog_new (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                                          const SatchelAction *action);
/* A group with the margins of a dialog; @title may be NULL. */
GtkWidget *satchel_ask_group_new (const char *title);
/* @editor below its label, as a row of such a group. */
GtkWidget *satchel_ask_row_new (const char *label, GtkWidget *editor, gboolean required);
/* A value as the text of an argument. Owned. */
char *satchel_ask_value_to_argument (const SatchelField *field, const SatchelValue *value);

G_END_DECLS
