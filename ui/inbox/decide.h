/* A person's decision of a conflict, as a write that can be undone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"
#include "ui/inbox/disagreement.h"

G_BEGIN_DECLS

/* @value is for DECIDE_VALUE. Says in the window of @from, which may go meanwhile with its page staying, what came of it. @done
 * is called afterwards with @owner, which is held until then. */
void satchel_decide (GtkWidget *from, SatchelDesk *desk, const SatchelDisagreement *disagreement, SatchelDecision decision,
                     const SatchelValue *value, void (*done) (gpointer owner), gpointer owner);
/* Takes back one that waits to be sent. */
void satchel_undecide (GtkWidget *from, SatchelDesk *desk, const SatchelDisagreement *disagreement,
                       void (*done) (gpointer owner), gpointer owner);

G_END_DECLS
