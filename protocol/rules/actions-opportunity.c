/* Opportunities: through the stages of their process, closed with an outcome, reopened.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/error.h"
#include "protocol/rules/plan.h"

#define SUBJECT_CHARS 200

/* ---- stages ---- */

typedef struct {
  const SatchelProcess *process;
  const SatchelField *field;
  int stage; /* of the record; -1: closed */
} Position;

static gboolean
find_position (const SatchelPlan *plan, Position *position, GError **error)
{
  const SatchelEntity *entity = plan->record->entity;
  position->process = satchel_entity_find_process (entity, NULL);
  if (!position->process) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("no process is defined for %s"),
                 _ (entity->plural));
    return FALSE;
  }
  position->field = satchel_entity_find_field (entity, position->process->field);
  const SatchelValue *value = satchel_record_get (plan->record, position->field);
  position->stage =
      value ? satchel_process_find_stage (position->process, satchel_value_get_string (value)) : -1;
  if (position->stage >= 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("“%s” is “%s”, which is no stage to go on from"),
               _ (position->field->label),
               value ? satchel_field_get_label_of (position->field, satchel_value_get_string (value)) : "");
  return FALSE;
}

/* Labels of the criteria of @kind that do not hold, behind @missing. Those that a person judges are hers. */
static void
list_missing (const SatchelPlan *plan, const SatchelStage *stage, SatchelCriterionKind kind,
              const SatchelRecord *record, GString *missing)
{
  for (guint i = 0; i < stage->n_criteria; i++) {
    const SatchelCriterion *criterion = &stage->criteria[i];
    if (criterion->kind == kind && criterion->holds &&
        !satchel_predicate_holds (criterion->holds, plan->context, record, plan->source))
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? "; " : "", criterion->label);
  }
}

static gboolean
add_keys (const SatchelPlan *plan, SatchelRecord *record, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "criteria");
  g_autoptr (SatchelValue) more = NULL;
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  if (!field || !satchel_plan_get (plan, "criteria", field, &more, error))
    return !field;
  const SatchelValue *const values[] = { satchel_record_get (record, field), more };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    const char *const *some = values[i] ? satchel_value_get_keys (values[i]) : NULL;
    for (guint j = 0; some && some[j]; j++)
      g_ptr_array_add (keys, (gpointer)some[j]);
  }
  g_ptr_array_add (keys, NULL);
  g_autoptr (SatchelValue) all = satchel_value_new_keys ((const char *const *)keys->pdata);
  satchel_record_set (record, field, all);
  return TRUE;
}

static gboolean
remove_keys (const SatchelPlan *plan, SatchelRecord *record, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "criteria");
  g_autoptr (SatchelValue) doubted = NULL;
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  if (!field || !satchel_plan_get (plan, "doubt", field, &doubted, error))
    return !field;
  const SatchelValue *value = satchel_record_get (record, field);
  const char *const *some = value ? satchel_value_get_keys (value) : NULL;
  for (guint i = 0; some && some[i]; i++) {
    if (!doubted || !g_strv_contains (satchel_value_get_keys (doubted), some[i]))
      g_ptr_array_add (keys, (gpointer)some[i]);
  }
  g_ptr_array_add (keys, NULL);
  g_autoptr (SatchelValue) rest = satchel_value_new_keys ((const char *const *)keys->pdata);
  satchel_record_set (record, field, rest);
  return TRUE;
}

static gboolean
move_to (SatchelPlan *plan, const Position *position, SatchelRecord *after, int stage, GError **error)
{
  g_autoptr (SatchelRecord) moved = after;
  satchel_plan_set_text (moved, position->field->name, position->process->stages[stage].key);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&moved));
  return TRUE;
}

gboolean
satchel_plan_promote (SatchelPlan *plan, GError **error)
{
  Position position;
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  g_autoptr (GString) missing = g_string_new (NULL);
  if (!find_position (plan, &position, error) || !add_keys (plan, after, error))
    return FALSE;
  const SatchelStage *stages = position.process->stages;
  int next = position.stage + 1;
  if (next == (int)position.process->n_stages) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                         _ ("it is in the last stage: what follows is win, lose or no_deal"));
    return FALSE;
  }
  list_missing (plan, &stages[position.stage], SATCHEL_CRITERION_EXIT, after, missing);
  list_missing (plan, &stages[next], SATCHEL_CRITERION_ENTRY, after, missing);
  if (missing->len > 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” cannot be left yet: %s"),
                 satchel_field_find_choice (position.field, stages[position.stage].key)->label, missing->str);
    return FALSE;
  }
  return move_to (plan, &position, g_steal_pointer (&after), next, error);
}

gboolean
satchel_plan_demote (SatchelPlan *plan, GError **error)
{
  Position position;
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!find_position (plan, &position, error) || !remove_keys (plan, after, error))
    return FALSE;
  if (position.stage == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("it is in the first stage already"));
    return FALSE;
  }
  return move_to (plan, &position, g_steal_pointer (&after), position.stage - 1, error);
}

/* ---- outcomes ---- */

static const struct {
  const char *action;
  const char *state;
  const char *label; /* begins the subject of the close activity */
  gint64 probability;
} outcomes[] = {
  { "win", "won", "Won", 100 },
  { "lose", "lost", "Lost", 0 },
  { "no_deal", "no_deal", "No deal", 0 },
};

static char *
make_subject (const SatchelRecord *opportunity, const char *label)
{
  g_autofree char *title = satchel_record_dup_title (opportunity);
  g_autofree char *subject = g_strdup_printf ("%s: %s", label, title);
  return g_utf8_substring (subject, 0, MIN (g_utf8_strlen (subject, -1), SUBJECT_CHARS));
}

/* What is won brings what was expected, unless another figure is given. */
static gboolean
set_outcome (const SatchelPlan *plan, SatchelRecord *after, guint outcome, GError **error)
{
  g_autoptr (SatchelValue) probability = satchel_value_new_integer (outcomes[outcome].probability);
  if (!satchel_plan_set_state (after, outcomes[outcome].state, plan->change->action, error))
    return FALSE;
  satchel_plan_set_text (after, "status", outcomes[outcome].state);
  satchel_plan_set_now (plan, after, "actual_close");
  satchel_record_set_by_name (after, "probability", probability);
  satchel_record_set_by_name (after, "actual_revenue",
                              outcome == 0 ? satchel_record_get_by_name (after, "amount") : NULL);
  return satchel_plan_take (plan, "actual_revenue", after, "actual_revenue", error) &&
         satchel_plan_take (plan, "actual_close", after, "actual_close", error) &&
         satchel_plan_take (plan, "reason", after, "close_reason", error) &&
         satchel_plan_take (plan, "competitor", after, "competitor", error);
}

static SatchelRecord *
make_close (const SatchelPlan *plan, const SatchelRecord *opportunity, guint outcome, GError **error)
{
  static const struct {
    const char *from, *to;
  } fields[] = { { "actual_revenue", "actual_revenue" }, { "currency", "currency" },
                 { "actual_close", "closed_on" },        { "close_reason", "reason" },
                 { "competitor", "competitor" },         { "owner", "owner" } };
  SatchelRecord *close = satchel_plan_create (plan, "activity", "opportunity_close", error);
  g_autofree char *subject = make_subject (opportunity, outcomes[outcome].label);
  if (!close)
    return NULL;
  satchel_plan_set_text (close, "subject", subject);
  satchel_plan_set_text (close, "outcome", outcomes[outcome].state);
  satchel_plan_set_text (close, "status", "completed");
  satchel_plan_set_lookup (close, "opportunity", opportunity);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    satchel_plan_set_value (close, fields[i].to, satchel_record_get_by_name (opportunity, fields[i].from));
  if (satchel_plan_take (plan, "description", close, "description", error))
    return close;
  satchel_record_free (close);
  return NULL;
}

gboolean
satchel_plan_close_opportunity (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  guint outcome = 0;
  while (!g_str_equal (outcomes[outcome].action, plan->change->action))
    outcome++;
  if (!set_outcome (plan, after, outcome, error))
    return FALSE;
  SatchelRecord *close = make_close (plan, after, outcome, error);
  if (!close)
    return FALSE;
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  satchel_plan_add (plan, NULL, close);
  return TRUE;
}

/* The activities of the outcome that is taken back say so. */
static void
cancel_closes (SatchelPlan *plan, const char *opportunity)
{
  g_autoptr (GPtrArray) closes = satchel_plan_list (plan, "opportunity_close", "opportunity", opportunity);
  while (closes->len > 0) {
    SatchelRecord *close = g_ptr_array_steal_index (closes, 0);
    SatchelRecord *cancelled = satchel_record_copy (close);
    satchel_plan_set_text (cancelled, "status", "cancelled");
    satchel_plan_add (plan, close, cancelled);
  }
}

gboolean
satchel_plan_reopen_opportunity (SatchelPlan *plan, GError **error)
{
  static const char *const emptied[] = { "actual_close", "actual_revenue", "close_reason", NULL };
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  const SatchelField *field = satchel_entity_find_field (after->entity, "stage");
  g_autoptr (SatchelValue) stage = NULL;
  if (!satchel_plan_get (plan, "stage", field, &stage, error) ||
      !satchel_plan_set_state (after, stage ? satchel_value_get_string (stage) : "proposal",
                               plan->change->action, error))
    return FALSE;
  satchel_plan_set_text (after, "status", "open");
  for (guint i = 0; emptied[i]; i++)
    satchel_plan_set_value (after, emptied[i], NULL);
  g_autofree char *id = g_strdup (after->id);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  cancel_closes (plan, id);
  return TRUE;
}
