/* Time passes: rows for which a dated condition answers otherwise now are affected like those of any far-away
 * change.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/filters-private.h"

gboolean
satchel_filters_next_due (SatchelStore *store, gint64 *due_ms, GError **error)
{
  return satchel_shapes_next_due (store, due_ms, error);
}

typedef struct {
  SatchelStore *store;
  const SatchelShape *shape;
  SatchelPredicateContext before, after;
  SatchelAffected kind;
  GError *error;
} Pass;

static void
add_flipped (SatchelPredicate *test, const SatchelDependencyStep *path, guint n_steps, gpointer data)
{
  Pass *pass = data;

  if (pass->error == NULL)
    (void)!satchel_follow_add_flipped (pass->store, pass->shape->entity, path, n_steps, test, &pass->before,
                                       &pass->after, pass->kind, &pass->error);
}

static gboolean
find_flipped (Pass *pass, SatchelFollower *follower, GHashTable *values, gboolean *costly, GError **error)
{
  const SatchelShape *shape = pass->shape;
  SatchelWork work = satchel_work_begin (pass->store, follower, -shape->id, shape->n_followed);

  satchel_predicate_visit_timed (shape->predicate, add_flipped, pass);
  if (pass->error == NULL && shape->pivot_query != NULL)
    (void)!satchel_follow_run_values (pass->store, shape->pivot_query, values, &pass->error);
  return satchel_work_end (&work, 0, &pass->error, costly, error);
}

static gboolean
pass_shape (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, gint64 now_ms,
            gboolean *changed, GError **error)
{
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean costly = FALSE;
  gint64 at_ms, due_ms;
  Pass pass = { .store = store, .shape = shape, .kind = SATCHEL_AFFECTED_EVALUATE };

  satchel_filter_span (satchel_filter_time_of (shape->predicate), shape->zone, now_ms, &at_ms, &due_ms);
  pass.before = satchel_shape_context (shape, shape->at_ms);
  pass.after = satchel_shape_context (shape, at_ms);
  if (shape->follows)
    pass.kind |= SATCHEL_AFFECTED_RENEW;
  if (shape->n_followed > 0 &&
      (!satchel_follow_clear (store, error) || !find_flipped (&pass, follower, values, &costly, error) ||
       (costly && !satchel_shape_freeze (store, follower, shape, error))))
    return FALSE;
  if ((shape->n_followed > 0 &&
       !satchel_shape_apply (store, follower, shape, at_ms, pass.kind, NULL, values, changed, error)) ||
      !satchel_shapes_set_time (store, shape->id, at_ms, due_ms, error))
    return FALSE;
  shape->at_ms = at_ms;
  shape->due_ms = due_ms;
  follower->altered = TRUE;
  return TRUE;
}

gboolean
satchel_filters_pass (SatchelStore *store, SatchelCommit *commit, gboolean *changed, GError **error)
{
  SatchelFollower *follower = satchel_follower_get (store, error);

  *changed = FALSE;
  if (follower == NULL)
    return FALSE;
  follower->work = 0;
  for (guint i = 0; i < follower->shapes->len; i++) {
    SatchelShape *shape = follower->shapes->pdata[i];

    if (shape->due_ms <= commit->at_ms && !pass_shape (store, follower, shape, commit->at_ms, changed, error))
      return FALSE;
  }
  return TRUE;
}
