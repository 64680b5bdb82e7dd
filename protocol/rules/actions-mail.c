/* Tracking of messages: who tracks one stands in its "tracked_by", and it stays as long as somebody does. Who
 * comes when the list is full tracks it all the same, without standing there: it is tracked for everybody
 * then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/rules/plan.h"

#define ROLE "tracker"

static const SatchelField *
get_field (const SatchelPlan *plan)
{
  return satchel_entity_find_field (plan->record->entity, "tracked_by");
}

/* Those who track it, but for the one who acts; *tracked: she does. */
static GArray *
list_others (const SatchelPlan *plan, gboolean *tracked)
{
  GArray *others = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  const SatchelValue *value = satchel_record_get (plan->record, get_field (plan));
  guint n = 0;
  const SatchelParty *parties = value ? satchel_value_get_parties (value, &n) : NULL;
  *tracked = FALSE;
  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (parties[i].id, plan->context->user) == 0)
      *tracked = TRUE;
    else
      g_array_append_val (others, parties[i]);
  }
  return others;
}

static void
set_trackers (SatchelPlan *plan, const GArray *trackers)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  g_autoptr (SatchelValue) value =
      satchel_value_new_parties ((const SatchelParty *)(gpointer)trackers->data, trackers->len);
  satchel_record_set (after, get_field (plan), value);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
}

static gboolean
fail_state (const char *sentence, GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, sentence);
  return FALSE;
}

gboolean
satchel_plan_track (SatchelPlan *plan, GError **error)
{
  gboolean tracked;
  g_autoptr (GArray) trackers = list_others (plan, &tracked);
  const SatchelParty me = { .role = ROLE, .entity = "user", .id = plan->context->user };
  if (tracked)
    return fail_state (_ ("you track this message already"), error);
  if (trackers->len < SATCHEL_MAX_KEYS)
    g_array_append_val (trackers, me);
  set_trackers (plan, trackers);
  return TRUE;
}

gboolean
satchel_plan_untrack (SatchelPlan *plan, GError **error)
{
  gboolean tracked;
  g_autoptr (GArray) others = list_others (plan, &tracked);
  if (!tracked && others->len < SATCHEL_MAX_KEYS)
    return fail_state (_ ("you do not track this message"), error);
  if (others->len > 0)
    set_trackers (plan, others);
  else
    satchel_plan_add (plan, g_steal_pointer (&plan->record), NULL);
  return TRUE;
}

/* What a closed activity is about can still be set right; its attachments follow. */
gboolean
satchel_plan_regard (SatchelPlan *plan, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (plan->record->entity, "regarding");
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_get (plan, "regarding", field, &value, error))
    return FALSE;
  g_autoptr (GPtrArray) notes = satchel_plan_list (plan, "note", "email", plan->record->id);
  for (guint i = 0; i < notes->len; i++) {
    g_autoptr (SatchelRecord) note = satchel_record_copy (notes->pdata[i]);
    const SatchelField *about = satchel_entity_find_field (note->entity, "regarding");
    if (about && (!value || satchel_field_allows_target (about, satchel_value_get_entity (value))))
      satchel_record_set (note, about, value);
    satchel_plan_add (plan, satchel_record_copy (notes->pdata[i]), g_steal_pointer (&note));
  }
  satchel_record_set (after, field, value);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}
