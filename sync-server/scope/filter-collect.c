/* Filters that nobody uses any more: their members depart, so that whoever makes one again begins without a
 * past.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/filters-private.h"
#include "sync-server/store/scopes.h"

#define MOST_ROWS 20000 /* that depart at a time: pushes wait meanwhile */

static SatchelShape *
find_shape (const SatchelFollower *follower, gint64 id)
{
  for (guint i = 0; i < follower->shapes->len; i++) {
    SatchelShape *shape = follower->shapes->pdata[i];

    if (shape->id == id)
      return shape;
  }
  return NULL;
}

gboolean
satchel_filter_drop (SatchelStore *store, SatchelFollower *follower, const SatchelFilterRow *filter,
                     gint64 *left, GError **error)
{
  SatchelShape *shape = find_shape (follower, filter->shape);
  gint64 n;

  g_assert (shape != NULL);
  /* Records that the commit has deleted leave while there is a filter for them to leave. */
  if (!satchel_filters_follow (store, error) || !satchel_follow_empty (store, error) ||
      !satchel_follow_move_out (store, shape->entity, filter->bucket, *left, &n, error) ||
      !satchel_filter_settle_satellites (store, shape->entity, filter->atom, "left", error) ||
      !satchel_follow_settle (store, filter->bucket, "left", error) || !satchel_follow_empty (store, error))
    return FALSE;
  if (*left >= 0 && (*left -= n) == 0)
    return satchel_filter_freeze (store, follower, shape, filter->bucket, SATCHEL_FILTER_UNUSED, error);
  follower->altered = follower->stale = TRUE; /* the shape may be gone with its last filter */
  follower->checked = FALSE;
  return satchel_filter_rows_remove (store, filter->bucket, error);
}

gboolean
satchel_filters_collect (SatchelStore *store, SatchelCommit *commit, gint64 before_ms, gboolean *more,
                         GError **error)
{
  g_assert (commit->s == store->s);
  SatchelFollower *follower = satchel_follower_get (store, error);
  g_autoptr (GHashTable) used = NULL;
  g_autoptr (GPtrArray) filters = NULL;
  gint64 left = MOST_ROWS;

  *more = FALSE;
  if (follower == NULL)
    return FALSE;
  used = satchel_scopes_list_filters (store, before_ms, error);
  filters = used != NULL ? satchel_filter_rows_list_all (store, error) : NULL;
  if (filters == NULL)
    return FALSE;
  for (guint i = 0; i < filters->len && left > 0; i++) {
    const SatchelFilterRow *filter = filters->pdata[i];

    if (g_hash_table_contains (used, filter->atom))
      continue;
    satchel_store_caches_stale (store); /* whoever has it in a kept scope finds that it is incomplete */
    if (!satchel_filter_drop (store, follower, filter, &left, error))
      return FALSE;
  }
  *more = left == 0;
  return TRUE;
}
