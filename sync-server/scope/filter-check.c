/* Are the members of filters those that their predicates choose? And let them be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/filters-private.h"
#include "sync-server/store/members.h"

static void
report (GPtrArray *problems, const SatchelShape *shape, const char *atom, gint64 n, const char *what)
{
  if (n > 0)
    g_ptr_array_add (problems,
                     g_strdup_printf ("%s, %s: %" G_GINT64_FORMAT " %s", shape->entity->name, atom, n, what));
}

static gboolean
check_satellites (SatchelStore *store, const SatchelShape *shape, const SatchelFilterRow *filter,
                  GPtrArray *problems, GError **error)
{
  g_autoptr (GArray) list = satchel_satellites_list (store->registry, shape->entity);

  for (guint i = 0; i < list->len; i++) {
    const SatchelSatellites *satellites = &g_array_index (list, SatchelSatellites, i);
    g_autofree char *atom = satchel_satellites_atom (satellites, filter->atom);
    g_autoptr (GArray) buckets =
        satchel_members_list_buckets (store, satellites->entity->name, atom, FALSE, error);
    gint64 n;

    if (buckets == NULL ||
        !satchel_follow_count_strayed (store, satellites, filter->bucket,
                                       buckets->len > 0 ? g_array_index (buckets, gint64, 0) : 0, &n, error))
      return FALSE;
    report (problems, shape, atom, n, "satellites are not where their records are");
  }
  return TRUE;
}

static gboolean
check_filter (SatchelStore *store, const SatchelShape *shape, const SatchelFilterRow *filter,
              GPtrArray *problems, GError **error)
{
  const SatchelPredicateContext context = satchel_shape_context (shape, shape->at_ms);
  g_autoptr (SatchelPredicate) predicate = satchel_shape_fill_wide (shape, filter);
  g_auto (SatchelSqlCondition) condition = { 0 };
  gint64 n;

  satchel_predicate_to_sql (predicate, &context, SATCHEL_SQL_SQLITE, 1, &condition);
  if (!satchel_follow_count_wrong (store, shape->entity, filter->bucket, &condition, &n, error))
    return FALSE;
  report (problems, shape, filter->atom, n, "rows are filed wrongly");
  return check_satellites (store, shape, filter, problems, error);
}

gboolean
satchel_filters_check (SatchelStore *store, GPtrArray *problems, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_shapes_list (store, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    g_autoptr (SatchelShape) shape = satchel_shape_new (store->registry, rows->pdata[i]);
    g_autoptr (GPtrArray) filters = NULL;

    if (shape == NULL) /* the next write drops it */
      continue;
    filters = satchel_filter_rows_list (store, shape->id, NULL, error);
    for (guint j = 0; filters != NULL && j < filters->len; j++) {
      if (!check_filter (store, shape, filters->pdata[j], problems, error))
        return FALSE;
    }
    if (filters == NULL)
      return FALSE;
  }
  return rows != NULL;
}

/* ---- repair ---- */

static gboolean
repair_filter (SatchelStore *store, SatchelCommit *commit, const SatchelShape *shape,
               const SatchelFilterRow *filter, gint64 *n_rows, GError **error)
{
  const SatchelPredicateContext context = satchel_shape_context (shape, shape->at_ms);
  g_autoptr (SatchelPredicate) predicate = satchel_shape_fill_wide (shape, filter);
  g_auto (SatchelSqlCondition) condition = { 0 };
  gint64 n;

  satchel_predicate_to_sql (predicate, &context, SATCHEL_SQL_SQLITE, 1, &condition);
  if (!satchel_follow_empty (store, error) ||
      !satchel_follow_move_wrong (store, shape->entity, filter->bucket, &condition, &n, error))
    return FALSE;
  *n_rows += n;
  return n == 0 || ((commit->s != 0 || satchel_feed_begin (store, commit, error)) &&
                    satchel_follow_settle (store, filter->bucket, "left", error) &&
                    satchel_filter_settle_satellites (store, shape->entity, filter->atom, "left", error) &&
                    satchel_follow_empty (store, error));
}

gboolean
satchel_filters_repair (SatchelStore *store, SatchelCommit *commit, gint64 *n_rows, GError **error)
{
  SatchelFollower *follower = satchel_follower_get (store, error);

  *n_rows = 0;
  for (guint i = 0; follower != NULL && i < follower->shapes->len; i++) {
    const SatchelShape *shape = follower->shapes->pdata[i];
    g_autoptr (GPtrArray) filters = satchel_filter_rows_list (store, shape->id, NULL, error);

    if (filters == NULL)
      return FALSE;
    for (guint j = 0; j < filters->len; j++) {
      if (!repair_filter (store, commit, shape, filters->pdata[j], n_rows, error))
        return FALSE;
    }
  }
  return follower != NULL;
}
