/* What the statements of one connection may still do: until when, and how much work. For database.c; the rest is said in database.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* Lies where it lies as long as the connection is open. */
typedef struct {
  gint64 deadline_us;            /* monotonic; 0: none */
  gint64 most_work;              /* 0: no end */
  gint64 n_looks, work_began_us; /* since that was set; of this thread's processor */
  gboolean writing;              /* the statement that runs must come to its end */
} SatchelBudget;

void   satchel_budget_set_deadline (SatchelBudget *budget, sqlite3 *handle, gint64 ms);
void   satchel_budget_set_work (SatchelBudget *budget, sqlite3 *handle, gint64 work);
gint64 satchel_budget_get_work (const SatchelBudget *budget);

G_END_DECLS
