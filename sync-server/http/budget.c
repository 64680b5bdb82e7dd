/* Shares of a budget.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/budget.h"

void
satchel_budget_init (SatchelBudget *budget, gsize most)
{
  *budget = (SatchelBudget){ .most = most };
  g_mutex_init (&budget->mutex);
}

void
satchel_budget_clear (SatchelBudget *budget)
{
  g_assert (budget->n_shares == 0);
  g_mutex_clear (&budget->mutex);
}

void
satchel_share_init (SatchelShare *share, SatchelBudget *budget)
{
  *share = (SatchelShare){ .budget = budget };
  g_mutex_lock (&budget->mutex);
  budget->n_shares++;
  g_mutex_unlock (&budget->mutex);
}

void
satchel_share_clear (SatchelShare *share)
{
  g_assert (share->used == 0);
  g_mutex_lock (&share->budget->mutex);
  share->budget->n_shares--;
  g_mutex_unlock (&share->budget->mutex);
}

gboolean
satchel_share_take (SatchelShare *share, gsize n)
{
  SatchelBudget *budget = share->budget;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&budget->mutex);

  if (n > budget->most - budget->used)
    return FALSE;
  gsize left = budget->most - budget->used - n;
  if (budget->n_shares > 1 && share->used + n > left)
    return FALSE;
  budget->used += n;
  share->used += n;
  return TRUE;
}

void
satchel_share_return (SatchelShare *share, gsize n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&share->budget->mutex);

  g_assert (n <= share->used);
  share->used -= n;
  share->budget->used -= n;
}

gsize
satchel_share_get_used (SatchelShare *share)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&share->budget->mutex);

  return share->used;
}
