/* The hours of some days, and what stands in them, each as high as it lasts. The clock on the wall counts: every day has 24 of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/calendar/calendar.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_HOURS (satchel_hours_get_type ())
G_DECLARE_FINAL_TYPE (SatchelHours, satchel_hours, SATCHEL, HOURS, GtkWidget)

SatchelHours *satchel_hours_new (SatchelCalendar *calendar);

void satchel_hours_show (SatchelHours *hours, gint64 first_day, guint n_days);
/* Where the days begin, beside the times; for what stands above. */
int satchel_hours_get_gutter (SatchelHours *hours);
/* The y of a time of the day. */
double satchel_hours_get_y (SatchelHours *hours, int minutes);
/* FALSE beside the days. */
gboolean satchel_hours_find (SatchelHours *hours, double x, double y, gint64 *day, int *minutes);
/* What is being chosen or moved; NULL: nothing. */
void satchel_hours_mark (SatchelHours *hours, const SatchelSpan *span);

/* Signal "open" (SatchelEvent *): a chip was activated. */

G_END_DECLS
