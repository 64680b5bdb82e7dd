/* What a person does to something in the calendar: opening and moving it; of one of a series she is asked whether that one or all are meant.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/calendar/events.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* The record; of one of a series that was meant alone, a new one in its place, which is there once something is written in it. */
void satchel_occurrence_open (GtkWidget *from, SatchelDesk *desk, const SatchelEvent *event);

/* To @to, in a write job; undo is offered. */
void satchel_occurrence_move (GtkWidget *from, SatchelDesk *desk, const SatchelEvent *event, const SatchelSpan *to);

G_END_DECLS
