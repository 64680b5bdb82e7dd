/* Cases: solved with the time that it took, taken up again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/plan.h"

gboolean
satchel_plan_resolve_case (SatchelPlan *plan, GError **error)
{
  static const char *const arguments[] = { "resolution", "time_spent", "satisfaction", NULL };
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_step (plan, after, "resolved", error))
    return FALSE;
  satchel_plan_set_now (plan, after, "resolved_at");
  for (guint i = 0; arguments[i]; i++) {
    if (!satchel_plan_take (plan, arguments[i], after, arguments[i], error))
      return FALSE;
  }
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

/* What was written about the solution stays. */
gboolean
satchel_plan_reactivate_case (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_step (plan, after, "open", error))
    return FALSE;
  satchel_plan_set_value (after, "resolved_at", NULL);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}
