/* Shortest edit script between two sequences (E. Myers, "An O(ND) difference algorithm and its variations", 1986).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Elements base[at, at + n) of the one sequence are replaced by elements [side, side + n_side) of the other. */
typedef struct {
  guint at, n;
  guint side, n_side;
} SatchelHunk;

/* Hunks in order, separated by at least one equal element; empty when the sequences are equal. NULL when more than @most
 * elements would have to be deleted and inserted: time grows with (n_base + n_other) × @most, memory with @most². */
GArray *satchel_diff (const guint *base, guint n_base, const guint *other, guint n_other, guint most);

G_END_DECLS
