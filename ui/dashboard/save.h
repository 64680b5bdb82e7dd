/* A dashboard as a file that a person names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef enum { SATCHEL_SAVE_PDF, SATCHEL_SAVE_CSV } SatchelSaveFormat;

/* Asks where to, and writes @figures (SatchelFigures*, shared) there; a toast of @from's window says that it was done, or why not.
 * @subtitle: what was chosen. */
void satchel_dashboard_save (GtkWidget *from, SatchelDesk *desk, const char *title, const char *subtitle, GPtrArray *figures,
                             SatchelSaveFormat format);
/* The same without asking. */
void satchel_dashboard_save_to (GtkWidget *from, SatchelDesk *desk, const char *title, const char *subtitle, GPtrArray *figures,
                                SatchelSaveFormat format, GFile *file);

G_END_DECLS
