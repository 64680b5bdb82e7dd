/* Which columns there is room for. No display is needed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  int width;      /* as configured, pixels at 100 % */
  guint priority; /* 1 stays longest, but for 0 */
} SatchelFitColumn;

/* Below this width, pixels at 100 %, rows are cards of two lines. */
#define SATCHEL_CARD_WIDTH 500

/* Sets shown[i] for the columns that fit into @available pixels together, by their priority; the first of them stays in any case.
 * @scale: of the text, 1 at 100 %. No column is left out for one behind it in priority. */
void satchel_fit_columns (const SatchelFitColumn *columns, guint n_columns, int available, double scale, gboolean *shown);

G_END_DECLS
