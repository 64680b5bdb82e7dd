/* A line to type an activity in, with what it is understood as.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/calendar/calendar.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_QUICK_ADD (satchel_quick_add_get_type ())
G_DECLARE_FINAL_TYPE (SatchelQuickAdd, satchel_quick_add, SATCHEL, QUICK_ADD, GtkPopover)

/* Holds no reference to @page, in whose window it says what was made. Signal "added" (char *entity, gint64 day): what was typed is there. */
SatchelQuickAdd *satchel_quick_add_new (SatchelCalendar *calendar, GtkWidget *page);

/* Empty again. @span: where it stands unless the line says otherwise; NULL: today, without a time. */
void satchel_quick_add_begin (SatchelQuickAdd *add, const SatchelSpan *span);

/* When what was typed would be. FALSE: nothing was typed that it could be called. */
gboolean satchel_quick_add_understand (SatchelQuickAdd *add, char **title, SatchelSpan *span);

G_END_DECLS
