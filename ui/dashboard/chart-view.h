/* A chart on the screen. What is drawn is one picture, described for those who do not see it; on each of its numbers lies a button
 * that opens the records behind it. The chart is one stop of the Tab key, arrows lead from number to number.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/report/figures.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CHART_VIEW (satchel_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (SatchelChartView, satchel_chart_view, SATCHEL, CHART_VIEW, GtkWidget)

SatchelChartView *satchel_chart_view_new (void);
/* NULL: nothing is drawn. The number that has the focus keeps it when others come. */
void satchel_chart_view_set_figures (SatchelChartView *view, SatchelFigures *figures);

/* Signal "open" (const char *entity, const char *where): the records behind a number are asked for. */

G_END_DECLS
