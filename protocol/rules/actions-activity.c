/* Steps of a state machine that every entity may have: activities and campaigns are completed, cancelled and
 * reopened.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/plan.h"

static gboolean
step (SatchelPlan *plan, const char *usual, SatchelRecord **after, GError **error)
{
  *after = satchel_record_copy (plan->record);
  return satchel_plan_step (plan, *after, usual, error);
}

static gboolean
finish (SatchelPlan *plan, SatchelRecord **after)
{
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (after));
  return TRUE;
}

gboolean
satchel_plan_complete (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = NULL;
  g_autoptr (SatchelValue) whole = satchel_value_new_integer (100);
  if (!step (plan, "completed", &after, error))
    return FALSE;
  satchel_plan_set_now (plan, after, "completed_at");
  satchel_plan_set_value (after, "percent", whole);
  return satchel_plan_take (plan, "completed_at", after, "completed_at", error) &&
         satchel_plan_take (plan, "feedback", after, "feedback", error) && finish (plan, &after);
}

gboolean
satchel_plan_cancel (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = NULL;
  return step (plan, "cancelled", &after, error) &&
         satchel_plan_take (plan, "reason", after, "cancel_reason", error) &&
         satchel_plan_take (plan, "reason", after, "feedback", error) && finish (plan, &after);
}

gboolean
satchel_plan_reopen (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = NULL;
  if (!step (plan, "open", &after, error))
    return FALSE;
  satchel_plan_set_value (after, "completed_at", NULL);
  return finish (plan, &after);
}

gboolean
satchel_plan_activate (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = NULL;
  return step (plan, "active", &after, error) && finish (plan, &after);
}
