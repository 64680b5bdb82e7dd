/* Sending to a marketing list, one message each: who gets it and who not and why, before anything is sent; then how far it is, with pause and resume.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Over the window of @from. @list: id of a marketing_list. */
void satchel_mailing_show (GtkWidget *from, SatchelDesk *desk, const char *list);

G_END_DECLS
