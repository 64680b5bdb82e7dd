/* One moment as a row of the timeline: heading of its day, icon, title, who and how, and its text, folded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/record/timeline-list.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_TIMELINE_ROW (satchel_timeline_row_get_type ())
G_DECLARE_FINAL_TYPE (SatchelTimelineRow, satchel_timeline_row, SATCHEL, TIMELINE_ROW, GtkBox)

GtkWidget *satchel_timeline_row_new (SatchelDesk *desk);
/* NULL: none. */
void satchel_timeline_row_set_item (SatchelTimelineRow *row, SatchelTimelineItem *item);

/* "Today", "Yesterday", "Monday, 3 March 2025". Owned. */
char *satchel_timeline_row_describe_day (gint64 day, gint64 today);

G_END_DECLS
