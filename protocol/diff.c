/* The greedy algorithm: furthest reaching points per diagonal, kept for each number of edits to walk back on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/diff.h"

#include <string.h>

typedef struct {
  const guint *base, *other;
  int n_base, n_other;
  gboolean *deleted;  /* of base */
  gboolean *inserted; /* of other */
} Diff;

/* @reach is indexed by diagonal, -@edits … @edits. From which neighbour the furthest point on @diagonal
 * comes. */
static gboolean
comes_from_above (const int *reach, int diagonal, int edits)
{
  return diagonal == -edits || (diagonal != edits && reach[diagonal - 1] < reach[diagonal + 1]);
}

static void
walk_back (Diff *diff, GPtrArray *trace)
{
  int x = diff->n_base, y = diff->n_other;

  for (int edits = (int)trace->len; edits > 0; edits--) {
    const int *reach = (const int *)g_ptr_array_index (trace, edits - 1) + edits;
    int diagonal = x - y;
    gboolean above = comes_from_above (reach, diagonal, edits);
    int from = diagonal + (above ? 1 : -1);
    x = reach[from];
    y = x - from;
    if (above)
      diff->inserted[y] = TRUE;
    else
      diff->deleted[x] = TRUE;
  }
}

/* FALSE when @most edits do not suffice. */
static gboolean
mark_edits (Diff *diff, int most)
{
  int limit = MIN (diff->n_base + diff->n_other, most);
  g_autofree int *room = g_new0 (int, 2 * limit + 3);
  int *reach = room + limit + 1; /* so that -limit - 1 … limit + 1 are indexes */
  g_autoptr (GPtrArray) trace = g_ptr_array_new_with_free_func (g_free);

  for (int edits = 0; edits <= limit; edits++) {
    /* What was reached with one edit less, for diagonals -edits … edits. */
    if (edits > 0)
      g_ptr_array_add (trace, g_memdup2 (reach - edits, (2 * (gsize)edits + 1) * sizeof (int)));
    for (int diagonal = -edits; diagonal <= edits; diagonal += 2) {
      int x = edits == 0                                  ? 0
              : comes_from_above (reach, diagonal, edits) ? reach[diagonal + 1]
                                                          : reach[diagonal - 1] + 1;
      int y = x - diagonal;
      while (x < diff->n_base && y < diff->n_other && diff->base[x] == diff->other[y])
        x++, y++;
      reach[diagonal] = x;
      if (x >= diff->n_base && y >= diff->n_other) {
        walk_back (diff, trace);
        return TRUE;
      }
    }
  }
  return FALSE;
}

static GArray *
collect_hunks (const Diff *diff, guint offset)
{
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (SatchelHunk));
  int x = 0, y = 0;

  while (x < diff->n_base || y < diff->n_other) {
    int x_start = x, y_start = y;
    while (x < diff->n_base && diff->deleted[x])
      x++;
    while (y < diff->n_other && diff->inserted[y])
      y++;
    if (x == x_start && y == y_start) {
      x++, y++;
      continue;
    }
    SatchelHunk hunk = { (guint)x_start + offset, (guint)(x - x_start), (guint)y_start + offset,
                         (guint)(y - y_start) };
    g_array_append_val (hunks, hunk);
  }
  return hunks;
}

GArray *
satchel_diff (const guint *base, guint n_base, const guint *other, guint n_other, guint most)
{
  guint before = 0, after = 0;

  while (before < n_base && before < n_other && base[before] == other[before])
    before++;
  while (after < n_base - before && after < n_other - before &&
         base[n_base - 1 - after] == other[n_other - 1 - after])
    after++;

  /* What is empty may be NULL. */
  Diff diff = { n_base > 0 ? base + before : base,
                n_other > 0 ? other + before : other,
                (int)(n_base - before - after),
                (int)(n_other - before - after),
                NULL,
                NULL };
  g_autofree gboolean *deleted = g_new0 (gboolean, diff.n_base + 1);
  g_autofree gboolean *inserted = g_new0 (gboolean, diff.n_other + 1);
  diff.deleted = deleted;
  diff.inserted = inserted;

  /* One side empty: nothing to search for, however long the other is. */
  if (diff.n_base == 0 || diff.n_other == 0) {
    for (int i = 0; i < diff.n_base; i++)
      deleted[i] = TRUE;
    for (int i = 0; i < diff.n_other; i++)
      inserted[i] = TRUE;
  } else if (!mark_edits (&diff, (int)MIN (most, G_MAXINT / 4))) {
    return NULL;
  }
  return collect_hunks (&diff, before);
}
