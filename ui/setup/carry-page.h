/* The choice of what to take along, as a page: what comes with the role, what is added kind by kind, what that brings, and the way on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/setup/carry.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CARRY_PAGE (satchel_carry_page_get_type ())
G_DECLARE_FINAL_TYPE (SatchelCarryPage, satchel_carry_page, SATCHEL, CARRY_PAGE, GtkWidget)

/* Holds @choices. Signal "start": she is content with them. */
GtkWidget *satchel_carry_page_new (SatchelCarryChoices *choices);

/* Why it did not begin, a sentence; NULL: nothing is wrong. Lets her try again. */
void satchel_carry_page_set_problem (SatchelCarryPage *page, const char *problem);

G_END_DECLS
