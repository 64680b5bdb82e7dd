/* One chart of a dashboard: its title, what it means, its figures as they are now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/report/figures.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CARD (satchel_card_get_type ())
G_DECLARE_FINAL_TYPE (SatchelCard, satchel_card, SATCHEL, CARD, AdwBin)

/* @chart of the definitions that hold now, which it keeps. Empty until it is asked. */
SatchelCard *satchel_card_new (SatchelDesk *desk, const SatchelChart *chart);
/* Computes the figures, and again whenever records of the chart change. @filter is copied. */
void satchel_card_ask (SatchelCard *card, const SatchelFiguresFilter *filter);
SatchelFigures *satchel_card_get_figures (SatchelCard *card); /* borrowed; NULL before the first ones, and where there are none */

/* Signal "answered": the figures are others, or there is a problem. */

G_END_DECLS
