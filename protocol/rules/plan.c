/* What the plans of the actions share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/plan.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/rules/validate.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

void
satchel_effect_free (SatchelEffect *effect)
{
  g_clear_pointer (&effect->before, satchel_record_free);
  g_clear_pointer (&effect->after, satchel_record_free); /* perhaps taken */
  g_free (effect);
}

static gboolean
differs (const SatchelRecord *before, const SatchelRecord *after)
{
  for (guint i = 0; i < after->entity->n_fields; i++) {
    if (!satchel_value_equal (before->values[i], after->values[i]))
      return TRUE;
  }
  return FALSE;
}

void
satchel_plan_add (SatchelPlan *plan, SatchelRecord *before, SatchelRecord *after)
{
  SatchelEffect *effect = g_new (SatchelEffect, 1);
  effect->before = before;
  effect->after = after;
  if (after)
    satchel_rules_compute (after);
  if (before && after && !differs (before, after))
    satchel_effect_free (effect);
  else
    g_ptr_array_add (plan->effects, effect);
}

/* ---- reading ---- */

SatchelRecord *
satchel_plan_dup (const SatchelPlan *plan, const char *entity, const char *id)
{
  const SatchelRecord *found =
      plan->source->find ? plan->source->find (entity, id, plan->source->data) : NULL;
  return found ? satchel_record_copy (found) : NULL;
}

SatchelRecord *
satchel_plan_dup_target (const SatchelPlan *plan, const SatchelValue *lookup)
{
  return lookup ? satchel_plan_dup (plan, satchel_value_get_entity (lookup), satchel_value_get_id (lookup))
                : NULL;
}

GPtrArray *
satchel_plan_list (const SatchelPlan *plan, const char *entity, const char *field, const char *id)
{
  return satchel_record_source_list (plan->source, plan->registry, entity, field, id);
}

/* ---- arguments ---- */

/* A bare id of a lookup with several targets: the one that has it, else the first. */
static SatchelValue *
find_target (const SatchelPlan *plan, const SatchelField *field, const char *id)
{
  for (guint i = 0; i < field->n_targets; i++) {
    if (plan->source->find && plan->source->find (field->targets[i], id, plan->source->data))
      return satchel_value_new_lookup (field->targets[i], id);
  }
  return satchel_value_new_lookup (field->targets[0], id);
}

/* Arguments are typed by people: besides the wire form, numbers and dates may stand as text, keys as a list,
 * and a record of several kinds as its id. */
gboolean
satchel_plan_get (const SatchelPlan *plan, const char *name, const SatchelField *field, SatchelValue **value,
                  GError **error)
{
  const SatchelEdit *edit = satchel_change_find_edit (plan->change, name);
  *value = NULL;
  if (!edit)
    return TRUE;
  const char *text =
      JSON_NODE_HOLDS_VALUE (edit->value) && json_node_get_value_type (edit->value) == G_TYPE_STRING
          ? json_node_get_string (edit->value)
          : NULL;
  if (text && field->type == SATCHEL_TYPE_LOOKUP && field->n_targets > 1 && satchel_id_is_valid (text)) {
    *value = find_target (plan, field, text);
    return TRUE;
  }
  if (text && (satchel_type_is_stored_integer (field->type) ||
               (field->type == SATCHEL_TYPE_MULTICHOICE && text[0] != '|')))
    return satchel_value_from_text (field, text, value, error);
  return satchel_value_from_wire (field, edit->value, value, error);
}

gboolean
satchel_plan_take (const SatchelPlan *plan, const char *argument, SatchelRecord *after, const char *name,
                   GError **error)
{
  const SatchelField *field = satchel_entity_find_field (after->entity, name);
  g_autoptr (SatchelValue) value = NULL;
  if (!field || !satchel_change_find_edit (plan->change, argument))
    return TRUE;
  if (!satchel_plan_get (plan, argument, field, &value, error))
    return FALSE;
  satchel_record_set (after, field, value);
  return TRUE;
}

/* ---- new records ---- */

static SatchelRecord *
make_record (const SatchelPlan *plan, const char *entity, const char *id)
{
  return satchel_record_new (satchel_registry_find (plan->registry, entity), id);
}

SatchelRecord *
satchel_plan_create (const SatchelPlan *plan, const char *argument, const char *entity, GError **error)
{
  const SatchelEdit *edit = satchel_change_find_edit (plan->change, argument);
  const char *id =
      edit && JSON_NODE_HOLDS_VALUE (edit->value) && json_node_get_value_type (edit->value) == G_TYPE_STRING
          ? json_node_get_string (edit->value)
          : NULL;
  if (!satchel_id_is_valid (id)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the action “%s” needs an id as “%s”"),
                 plan->change->action, argument);
    return NULL;
  }
  g_autoptr (SatchelRecord) there = satchel_plan_dup (plan, entity, id);
  if (there) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, _ ("there is a %s %s already"), entity, id);
    return NULL;
  }
  return make_record (plan, entity, id);
}

SatchelRecord *
satchel_plan_derive (const SatchelPlan *plan, const SatchelRecord *parent, const SatchelRecord *origin,
                     const char *entity)
{
  g_autofree char *name = g_strdup_printf ("%s:%s:%s", entity, parent->id, origin->id);
  g_autofree char *id = satchel_id_for_name (name);
  return make_record (plan, entity, id);
}

/* ---- states ---- */

gboolean
satchel_plan_set_state (SatchelRecord *record, const char *state, const char *action, GError **error)
{
  g_autoptr (SatchelRecord) before = satchel_record_copy (record);
  g_autoptr (SatchelValue) value = satchel_value_new_string (state);
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *current = satchel_record_get (record, field);
  if (current && satchel_value_equal (current, value)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("“%s” is “%s” already"), _ (field->label),
                 satchel_field_get_label_of (field, state));
    return FALSE;
  }
  satchel_record_set (record, field, value);
  return satchel_rules_validate_state (record, before, action, error);
}

gboolean
satchel_plan_step (const SatchelPlan *plan, SatchelRecord *after, const char *usual, GError **error)
{
  const SatchelEntity *entity = after->entity;
  const SatchelValue *value = entity->state_field ? satchel_record_get (after, entity->state_field) : NULL;
  const char *from = value ? satchel_value_get_string (value) : NULL, *action = plan->change->action;
  if (!from) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("this %s has no state"), _ (entity->label));
    return FALSE;
  }
  for (guint i = 0; i < entity->n_transitions; i++) {
    const SatchelTransition *step = &entity->transitions[i];
    if (g_strcmp0 (step->action, action) == 0 && g_str_equal (step->from, from))
      return satchel_plan_set_state (after, step->to, action, error);
  }
  if (satchel_field_find_choice (entity->state_field, usual))
    return satchel_plan_set_state (after, usual, action, error);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("the action “%s” leads nowhere from “%s”"),
               action, satchel_field_get_label_of (entity->state_field, from));
  return FALSE;
}

/* ---- values ---- */

void
satchel_plan_set_value (SatchelRecord *record, const char *name, const SatchelValue *value)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  if (field)
    satchel_record_set (record, field, value);
}

void
satchel_plan_set_text (SatchelRecord *record, const char *name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);
  if (field)
    satchel_record_set (record, field, value);
}

void
satchel_plan_set_now (const SatchelPlan *plan, SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  if (!field)
    return;
  gint64 now_ms = plan->context->now_ms;
  g_autofree char *date = satchel_date_from_days (now_ms / DAY_MS - (now_ms % DAY_MS < 0 ? 1 : 0));
  g_autoptr (SatchelValue) value =
      field->type == SATCHEL_TYPE_DATE ? satchel_value_new_date (date) : satchel_value_new_integer (now_ms);
  satchel_record_set (record, field, value);
}

void
satchel_plan_set_lookup (SatchelRecord *record, const char *name, const SatchelRecord *target)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (target->entity->name, target->id);
  if (field && satchel_field_allows_target (field, target->entity->name))
    satchel_record_set (record, field, value);
}

void
satchel_plan_copy_fields (const SatchelRecord *from, SatchelRecord *to, const char *const *except)
{
  for (guint i = 0; i < from->entity->n_fields; i++) {
    const SatchelField *field = from->entity->fields[i];
    const SatchelField *same = satchel_entity_find_field (to->entity, field->name);
    if (same && same->type == field->type && satchel_field_is_writable (same) &&
        !(except && g_strv_contains (except, field->name)))
      satchel_record_set (to, same, from->values[i]);
  }
}
