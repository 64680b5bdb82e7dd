/* Opening an attachment with the program that is there for its kind: fetched first where it is not here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* @progress (may be NULL) hears, in the main context, how much of it has come (0 to 1), and once, with -1, that it is over; @data is
 * kept alive as long. What goes wrong is said in the window of @from. A program gets a copy that goes with the session: what it changes
 * is not the attachment. */
typedef void (*SatchelFileProgress) (double fraction, GObject *data);
void satchel_file_open (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id, const SatchelField *field,
                        SatchelFileProgress progress, GObject *data);

/* The name of an attachment as one of a file here: no folders, no hidden file, nothing that is no name. Owned. */
char *satchel_file_make_name (const char *name);

G_END_DECLS
