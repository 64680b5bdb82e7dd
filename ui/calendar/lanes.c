/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/lanes.h"

static int
get_until (const SatchelLane *lane)
{
  return MAX (lane->until, lane->from + 1);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const SatchelLane *lanes = data, *first = &lanes[*(const guint *)a], *second = &lanes[*(const guint *)b];

  if (first->from != second->from)
    return first->from < second->from ? -1 : 1;
  if (get_until (first) != get_until (second))
    return get_until (first) > get_until (second) ? -1 : 1;
  return *(const guint *)a < *(const guint *)b ? -1 : 1;
}

static guint *
list_in_order (SatchelLane *lanes, guint n)
{
  guint *order = g_new (guint, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data (order, (int)n, sizeof *order, compare, lanes);
  return order;
}

/* The first lane that is free at @from; @ends has where each ends. */
static guint
take_lane (GArray *ends, int from, int until)
{
  for (guint i = 0; i < ends->len; i++)
    if (g_array_index (ends, int, i) <= from) {
      g_array_index (ends, int, i) = until;
      return i;
    }
  g_array_append_val (ends, until);
  return ends->len - 1;
}

static gboolean
overlap (const SatchelLane *a, const SatchelLane *b)
{
  return a->from < get_until (b) && b->from < get_until (a);
}

/* Free lanes behind each one within its cluster, @order[first … last - 1]. */
static void
widen (SatchelLane *lanes, const guint *order, guint first, guint last, guint n_lanes)
{
  for (guint i = first; i < last; i++) {
    SatchelLane *lane = &lanes[order[i]];
    guint until = n_lanes;

    for (guint j = first; j < last; j++) {
      const SatchelLane *other = &lanes[order[j]];

      if (other->lane > lane->lane && other->lane < until && overlap (lane, other))
        until = other->lane;
    }
    lane->n_lanes = n_lanes;
    lane->span = until - lane->lane;
  }
}

void
satchel_lanes_spread (SatchelLane *lanes, guint n)
{
  g_autofree guint *order = list_in_order (lanes, n);
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (int));
  int reach = G_MININT;
  guint first = 0;

  for (guint i = 0; i < n; i++) {
    SatchelLane *lane = &lanes[order[i]];

    if (i > first && lane->from >= reach) {
      widen (lanes, order, first, i, ends->len);
      g_array_set_size (ends, 0);
      first = i;
    }
    lane->lane = take_lane (ends, lane->from, get_until (lane));
    reach = MAX (reach, get_until (lane));
  }
  widen (lanes, order, first, n, ends->len);
}

guint
satchel_lanes_stack (SatchelLane *lanes, guint n)
{
  g_autofree guint *order = list_in_order (lanes, n);
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; i < n; i++)
    lanes[order[i]].lane = take_lane (ends, lanes[order[i]].from, get_until (&lanes[order[i]]));
  for (guint i = 0; i < n; i++) {
    lanes[i].n_lanes = ends->len;
    lanes[i].span = 1;
  }
  return ends->len;
}
