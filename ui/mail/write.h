/* Where letters begin: to the people of a record or of several, as an answer, as a mailing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/act/act.h"

G_BEGIN_DECLS

/* Whether somebody can be written to about records of @entity, and the person may write emails. */
gboolean satchel_mail_can_write (SatchelDesk *desk, const SatchelEntity *entity);

/* Shows the form of a new email. One id: to the record, or to whom it names, about it; @address NULL: the first one filled in. Several: asks first whether
 * all see each other, nobody sees anybody, or everybody gets a message of her own. Who is left out is told. @ids: char*, copied. */
void satchel_mail_write (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids, const char *address);

/* Appends to @menu what can be done: writing, and of a marketing list the mailing. Items activate actions of the group "mail". */
void satchel_mail_append_menu (GMenu *menu, SatchelDesk *desk, const SatchelEntity *entity);
/* Puts the group "mail" into @widget: write, to (s: an address of the record), reply, reply-all, forward, mailing. @targets as in ui/act/act.h. */
void satchel_mail_install (GtkWidget *widget, SatchelDesk *desk, const SatchelEntity *entity, SatchelActTargets targets, gpointer data);

G_END_DECLS
