/* Where things stand that overlap: beside one another in a day, below one another in a week. Pure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* from <= x < until, in whatever unit; one that is empty takes room like one of the length 1. */
typedef struct {
  int from, until;
  guint lane;    /* found: counted from 0 */
  guint n_lanes; /* found: of all that hang together with it by overlapping */
  guint span;    /* found: how many lanes it may cover, itself and free ones behind */
} SatchelLane;

/* Lanes beside one another: what comes first stands first, of two that begin together the longer one. */
void satchel_lanes_spread (SatchelLane *lanes, guint n);
/* Rows below one another, each on the first that is free; n_lanes is the same for all. Returns how many rows. */
guint satchel_lanes_stack (SatchelLane *lanes, guint n);

G_END_DECLS
