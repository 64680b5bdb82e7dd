/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/fit.h"

/* The one to be placed next: the lowest priority, those that are alike from the start. -1: none is left. */
static int
find_next (const SatchelFitColumn *columns, guint n_columns, const gboolean *placed)
{
  int best = -1;

  for (guint i = 0; i < n_columns; i++)
    if (!placed[i] && (best < 0 || columns[i].priority < columns[best].priority))
      best = (int)i;
  return best;
}

void
satchel_fit_columns (const SatchelFitColumn *columns, guint n_columns, int available, double scale,
                     gboolean *shown)
{
  g_autofree gboolean *placed = g_new0 (gboolean, n_columns + 1);
  double used = 0;
  gboolean room = TRUE;

  for (int i = find_next (columns, n_columns, placed); i >= 0; i = find_next (columns, n_columns, placed)) {
    double width = columns[i].width * scale;

    room = room && (used == 0 || used + width <= available);
    placed[i] = TRUE;
    shown[i] = room;
    used += width;
  }
}
