/* A record made in passing, where a lookup wants one that is not there: a small dialog with what is needed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* @name stands where the title is entered. @created is called once it is stored; never when the dialog is closed before. @data is kept
 * alive while the dialog is open. */
typedef void (*SatchelCreatedFunc) (GObject *data, const char *entity, const char *id);
void satchel_create_show (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *name,
                          SatchelCreatedFunc created, GObject *data);

G_END_DECLS
