/* The files that belong to a record: notes about it that hold one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* Floating; as high as its files. Takes files that are dropped on it. NULL where no file can be about one of @entity. */
GtkWidget *satchel_attachments_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id);

/* Asks for files to attach; or takes those (GSList of GFile). Of a widget made by satchel_attachments_new(). */
void satchel_attachments_choose (GtkWidget *attachments);
void satchel_attachments_take (GtkWidget *attachments, GSList *files);

G_END_DECLS
