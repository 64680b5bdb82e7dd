/* The print dialog, with its preview, for what a job composes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

void satchel_print_record (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id);
/* As satchel_compose_list(). @numbers and @paths are taken. */
void satchel_print_list (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, GArray *numbers, char **paths,
                         const char *subtitle);

G_END_DECLS
