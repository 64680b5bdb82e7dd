/* What all organisations have in common and may run short of, shared so that none can take it all: one may have as much as it
 * leaves free. Alone in want it gets half, two get a third each, and whoever comes next always finds room. The only
 * organisation of a server gets everything. (Dynamic thresholds: Choudhury and Hahne, IEEE/ACM Transactions on Networking 6, 1998.)
 *
 * Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  GMutex mutex; /* of the shares, too */
  gsize most, used;
  guint n_shares;
} SatchelBudget;

typedef struct {
  SatchelBudget *budget;
  gsize used;
} SatchelShare;

void satchel_budget_init (SatchelBudget *budget, gsize most);
void satchel_budget_clear (SatchelBudget *budget); /* without shares */

void satchel_share_init (SatchelShare *share, SatchelBudget *budget);
void satchel_share_clear (SatchelShare *share); /* with nothing taken */

/* FALSE: not now. */
gboolean satchel_share_take (SatchelShare *share, gsize n);
void     satchel_share_return (SatchelShare *share, gsize n);
gsize    satchel_share_get_used (SatchelShare *share);

G_END_DECLS
