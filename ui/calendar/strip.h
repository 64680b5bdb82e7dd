/* Days beside one another with what stands on them as bars, one below another: a week of a month, or the whole days above the hours.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/calendar/calendar.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_STRIP (satchel_strip_get_type ())
G_DECLARE_FINAL_TYPE (SatchelStrip, satchel_strip, SATCHEL, STRIP, GtkWidget)

typedef enum {
  SATCHEL_STRIP_MONTH, /* everything; as high as it is given, and a button for what has no room */
  SATCHEL_STRIP_WHOLE, /* what stands on whole days; as high as it needs, up to a few rows */
} SatchelStripKind;

SatchelStrip *satchel_strip_new (SatchelCalendar *calendar, SatchelStripKind kind);

/* @month: any day of the one that is shown, others are pale; or -1: there is none. Chips are made anew. */
void satchel_strip_show (SatchelStrip *strip, gint64 first_day, guint n_days, gint64 month);
/* Nothing stands there: it is not looked at. */
void satchel_strip_clear (SatchelStrip *strip);
void satchel_strip_set_gutter (SatchelStrip *strip, int width);
/* Days that are being chosen; @last before @first: none. */
void satchel_strip_mark (SatchelStrip *strip, gint64 first, gint64 last);
/* FALSE beside the days. */
gboolean satchel_strip_find_day (SatchelStrip *strip, double x, gint64 *day);

/* Signals:
 *   "open" (SatchelEvent *)  a chip was activated
 *   "day" (gint64)           the number of a day, or what has no room on it, was */

G_END_DECLS
