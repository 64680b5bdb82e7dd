/* Looks at the clock and at the work while SQLite's machine runs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/budget.h"

#include <time.h>

/* Of SQLite's machine, between two looks at the clock: some 100 µs. */
#define STEPS_BETWEEN_LOOKS 10000

/* A step that takes longer than this many make in a microsecond counts as more than one: some handle long
 * texts. */
#define LEAST_STEPS_PER_US 5

static gint64
get_processor_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

gint64
satchel_budget_get_work (const SatchelBudget *budget)
{
  return MAX (budget->n_looks * STEPS_BETWEEN_LOOKS,
              (get_processor_us () - budget->work_began_us) * LEAST_STEPS_PER_US);
}

static int
is_enough_cb (void *data)
{
  SatchelBudget *budget = data;

  budget->n_looks++;
  if (budget->writing)
    return 0;
  return (budget->deadline_us > 0 && g_get_monotonic_time () > budget->deadline_us) ||
         (budget->most_work > 0 && satchel_budget_get_work (budget) > budget->most_work);
}

static void
look_when_needed (SatchelBudget *budget, sqlite3 *handle)
{
  const gboolean needed = budget->deadline_us > 0 || budget->most_work > 0;

  sqlite3_progress_handler (handle, needed ? STEPS_BETWEEN_LOOKS : 0, is_enough_cb, budget);
}

void
satchel_budget_set_deadline (SatchelBudget *budget, sqlite3 *handle, gint64 ms)
{
  budget->deadline_us = ms > 0 ? g_get_monotonic_time () + ms * 1000 : 0;
  look_when_needed (budget, handle);
}

void
satchel_budget_set_work (SatchelBudget *budget, sqlite3 *handle, gint64 work)
{
  budget->most_work = work;
  budget->n_looks = 0;
  budget->work_began_us = get_processor_us ();
  look_when_needed (budget, handle);
}
