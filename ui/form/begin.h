/* What a new record's form begins with: values, a draft that was begun before, another record. The draft waits for the page that is gone to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

/* Goes to the form of a new record of @entity with these values (SatchelFieldValue*, borrowed): a copy, or one that belongs to another. */
void satchel_begin_new (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *values);
/* With what @record says but where that stands in its life, which is its own, and its files. */
void satchel_begin_duplicate (GtkWidget *from, SatchelDesk *desk, const SatchelRecord *record);
/* With a draft that was begun already; taken. */
void satchel_begin_resume (GtkWidget *from, SatchelDraft *taken);

/* For the page: the draft that was left for it, if it is of @entity, else an empty one. Owned. */
SatchelDraft *satchel_begin_take (SatchelDesk *desk, const SatchelEntity *entity);

/* When the window opens: offers to go on with what was typed and not saved before the program ended. */
void satchel_begin_offer_kept (GtkWidget *window, SatchelDesk *desk);

G_END_DECLS
