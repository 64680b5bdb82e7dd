/* What filters may cost the writer.
 *
 * Whoever chooses what to carry writes a condition that the commits of others must evaluate. A filter may do
 * so much for one change set, and more than that seldom: what it does is a debt that change sets pay off
 * little by little. One that needs more is refused: its members stay as they are, no list names it any more,
 * and who chose it is told.
 *
 * All of it is counted in work (satchel_database_set_budget), so that the same commits are judged alike
 * anywhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/scope/filters-private.h"
#include "sync-server/store/members.h"

#define MOST_AT_ONCE ((gint64)20 * 1000 * 1000)  /* for one change set: half a second or so */
#define MOST_DEBT    ((gint64)200 * 1000 * 1000) /* in all */
#define PAID_OFF     ((gint64)50 * 1000)         /* of it with each change set */
#define MOST_OF_ALL                                                                                          \
  ((gint64)80 * 1000 * 1000) /* of all filters for one change set; beyond, each has little */
#define LITTLE  ((gint64)1000 * 1000)
#define PER_ROW 200 /* to write that a row enters or leaves */
#define SHARERS 200 /* filters that are worth as much again as one */

typedef struct {
  gint64 work;
  guint64 at; /* n_sets of then */
} Debt;

static gint64
get_debt (const SatchelFollower *follower, gint64 debtor)
{
  const Debt *debt = g_hash_table_lookup (follower->debts, &debtor);

  return debt != NULL ? MAX (0, debt->work - (gint64)(follower->n_sets - debt->at) * PAID_OFF) : 0;
}

static void
charge (SatchelFollower *follower, gint64 debtor, gint64 work)
{
  const Debt debt = { get_debt (follower, debtor) + work, follower->n_sets };

  follower->work += work;
  follower->n_work += work;
  if (debt.work > PAID_OFF && debtor != SATCHEL_WORK_UNOWED)
    g_hash_table_insert (follower->debts, g_memdup2 (&debtor, sizeof debtor), g_memdup2 (&debt, sizeof debt));
  else
    g_hash_table_remove (follower->debts, &debtor);
}

void
satchel_work_init (SatchelFollower *follower)
{
  follower->most_at_once = MOST_AT_ONCE;
  follower->most_debt = MOST_DEBT;
  follower->debts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

SatchelWork
satchel_work_begin (SatchelStore *store, SatchelFollower *follower, gint64 debtor, gint64 n_filters)
{
  const gint64 times = 1 + n_filters / SHARERS;
  const gint64 left = MAX (LITTLE, (MOST_OF_ALL - follower->work) / 4);
  const gint64 credit = follower->most_debt * times - get_debt (follower, debtor);
  SatchelWork work = { store, follower, debtor, MIN (MIN (follower->most_at_once, left) * times, credit), 0 };

  satchel_work_limit (&work, work.allowed);
  return work;
}

void
satchel_work_limit (SatchelWork *work, gint64 most)
{
  SatchelDatabase *database = work->store->database;

  if (work->limited)
    work->done += satchel_database_get_work (database);
  work->limited = TRUE;
  satchel_database_set_budget (database, MAX (1, MIN (most, work->allowed - work->done)));
}

gboolean
satchel_work_end (SatchelWork *work, gint64 n_rows, GError **problem, gboolean *costly, GError **error)
{
  SatchelDatabase *database = work->store->database;

  work->done += satchel_database_get_work (database) + n_rows * PER_ROW;
  satchel_database_set_budget (database, 0);
  charge (work->follower, work->debtor, work->done);
  if (*problem != NULL && !g_error_matches (*problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (problem));
    return FALSE;
  }
  *costly = *problem != NULL || work->done > work->allowed;
  return TRUE;
}

/* ---- refusing ---- */

gboolean
satchel_filter_freeze (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, gint64 bucket,
                       SatchelFilterState state, GError **error)
{
  gboolean altered;

  if (!satchel_filter_rows_refuse (store, bucket, NULL, state, &altered, error))
    return FALSE;
  if (!altered)
    return TRUE;
  shape->n_followed--;
  shape->n_frozen++;
  follower->altered = TRUE;
  satchel_members_stir (store, bucket); /* who carries it has another list now */
  satchel_store_caches_stale (store);
  return TRUE;
}

gboolean
satchel_shape_freeze (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, GError **error)
{
  g_autoptr (GPtrArray) filters = satchel_filter_rows_list (store, shape->id, NULL, error);

  for (guint i = 0; filters != NULL && i < filters->len; i++) {
    const SatchelFilterRow *filter = filters->pdata[i];

    if (!satchel_filter_freeze (store, follower, shape, filter->bucket, SATCHEL_FILTER_REFUSED, error))
      return FALSE;
  }
  return filters != NULL;
}

gboolean
satchel_filters_refuse (SatchelStore *store, gint64 bucket, const char *user, GError **error)
{
  gboolean altered;

  if (!satchel_filter_rows_refuse (store, bucket, user, SATCHEL_FILTER_REFUSED, &altered, error))
    return FALSE;
  if (altered)
    satchel_store_scope_changed (store, user);
  return TRUE;
}
