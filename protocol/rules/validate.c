/* Defaults, computed fields, and what must hold for a record: closed states, transitions, required fields,
 * values.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/validate.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"
#include "protocol/rules/compute.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

/* ---- defaults and computed fields ---- */

static SatchelValue *
make_today (gint64 now_ms)
{
  gint64 days = now_ms / DAY_MS - (now_ms % DAY_MS < 0 ? 1 : 0);
  g_autofree char *date = satchel_date_from_days (days);
  return satchel_value_new_date (date);
}

/* The key of the field that this one follows, where it is a choice of this one too; or NULL. */
static SatchelValue *
follow_default (const SatchelRecord *record, const SatchelField *field)
{
  const SatchelValue *other =
      field->default_from ? satchel_record_get_by_name (record, field->default_from) : NULL;
  const char *key = other ? satchel_value_get_string (other) : NULL;
  return key && satchel_field_find_choice (field, key) ? satchel_value_new_string (key) : NULL;
}

static SatchelValue *
make_default (const SatchelField *field, const char *user, gint64 now_ms)
{
  if (field->type == SATCHEL_TYPE_LOOKUP && g_str_equal (field->default_text, "me"))
    return user ? satchel_value_new_lookup ("user", user) : NULL;
  if (field->type == SATCHEL_TYPE_DATE && g_str_equal (field->default_text, "today"))
    return make_today (now_ms);
  if (field->type == SATCHEL_TYPE_DATETIME && g_str_equal (field->default_text, "now"))
    return satchel_value_new_integer (now_ms);
  SatchelValue *value = NULL;
  gboolean read = satchel_value_from_text (field, field->default_text, &value, NULL);
  g_assert (read); /* metadata/check.c has read it before */
  return value;
}

void
satchel_rules_apply_defaults (SatchelRecord *record, const char *user, gint64 now_ms)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    if (!field->default_text || field->retired || satchel_record_get (record, field))
      continue;
    g_autoptr (SatchelValue) value = follow_default (record, field);
    if (!value)
      value = make_default (field, user, now_ms);
    satchel_record_set (record, field, value);
  }
}

SatchelValue *
satchel_rules_dup_fill (const SatchelField *field)
{
  if (!field->default_text || field->retired || field->origin != SATCHEL_ORIGIN_ENTERED ||
      (field->type == SATCHEL_TYPE_LOOKUP && g_str_equal (field->default_text, "me")) ||
      (field->type == SATCHEL_TYPE_DATE && g_str_equal (field->default_text, "today")) ||
      (field->type == SATCHEL_TYPE_DATETIME && g_str_equal (field->default_text, "now")))
    return NULL;
  return make_default (field, NULL, 0);
}

void
satchel_rules_compute (SatchelRecord *record)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    if (field->origin != SATCHEL_ORIGIN_COMPUTED)
      continue;
    g_autoptr (SatchelValue) value = satchel_compute_find (field->compute) (record, field);
    satchel_record_set (record, field, value);
  }
}

/* ---- states ---- */

static const char *
get_state (const SatchelRecord *record)
{
  const SatchelValue *value = satchel_record_get (record, record->entity->state_field);
  return value ? satchel_value_get_string (value) : NULL;
}

/* The action that makes the step which an edit may not make, or NULL. */
static const char *
find_action_for_step (const SatchelEntity *entity, const char *from, const char *to)
{
  for (guint i = 0; i < entity->n_transitions; i++) {
    const SatchelTransition *step = &entity->transitions[i];
    if (step->action && g_str_equal (step->from, from) && g_str_equal (step->to, to))
      return step->action;
  }
  return NULL;
}

static gboolean
differs_where_people_write (const SatchelRecord *record, const SatchelRecord *before)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    if (satchel_field_is_writable (field) &&
        !satchel_value_equal (satchel_record_get (record, field), satchel_record_get (before, field)))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_rules_validate_state (const SatchelRecord *record, const SatchelRecord *before, const char *action,
                              GError **error)
{
  const SatchelEntity *entity = record->entity;
  const SatchelField *field = entity->state_field;
  if (!field || !before)
    return TRUE;
  const char *from = get_state (before), *to = get_state (record);
  if (!from || !to) /* an empty state is for the requirement to judge */
    return TRUE;

  if (!satchel_entity_allows_transition (entity, from, to, action)) {
    const char *needed = find_action_for_step (entity, from, to);
    if (needed)
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                   _ ("“%s” cannot go from “%s” to “%s” but by the action “%s”"), _ (field->label),
                   satchel_field_get_label_of (field, from), satchel_field_get_label_of (field, to), needed);
    else
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("“%s” cannot go from “%s” to “%s”"),
                   _ (field->label), satchel_field_get_label_of (field, from),
                   satchel_field_get_label_of (field, to));
    return FALSE;
  }
  if (!action && g_str_equal (from, to) && satchel_entity_is_closed_state (entity, from) &&
      differs_where_people_write (record, before)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                 _ ("“%s” is “%s”: the %s cannot be changed any more"), _ (field->label),
                 satchel_field_get_label_of (field, from), _ (entity->label));
    return FALSE;
  }
  return TRUE;
}

/* ---- fields ---- */

static gboolean
refers_to_itself (const SatchelRecord *record, const SatchelField *field, const SatchelValue *value)
{
  return field->type == SATCHEL_TYPE_LOOKUP &&
         g_str_equal (satchel_value_get_entity (value), record->entity->name) &&
         g_str_equal (satchel_value_get_id (value), record->id);
}

static gboolean
has_key (const SatchelValue *value, const char *key)
{
  if (!value)
    return FALSE;
  if (satchel_value_get_kind (value) == SATCHEL_KIND_KEYS)
    return g_strv_contains (satchel_value_get_keys (value), key);
  return g_str_equal (satchel_value_get_string (value), key);
}

/* A retired choice stays where it was, and is chosen nowhere else. */
static gboolean
check_choices (const SatchelField *field, const SatchelValue *value, const SatchelValue *old, GError **error)
{
  for (guint i = 0; i < field->n_choices; i++) {
    const SatchelChoice *choice = &field->choices[i];
    if (!choice->retired || !has_key (value, choice->key) || has_key (old, choice->key))
      continue;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA,
                 _ ("“%s” is retired: “%s” cannot have it any more"), _ (choice->label), _ (field->label));
    return FALSE;
  }
  return TRUE;
}

static gboolean
validate_field (const SatchelRecord *record, const SatchelRecord *before, const SatchelField *field,
                GError **error)
{
  const SatchelValue *value = satchel_record_get (record, field);
  const SatchelValue *old = before ? satchel_record_get (before, field) : NULL;
  /* What did not change is not judged: a rule that is younger than the record must not hold up its other
   * fields. */
  if (before && satchel_value_equal (value, old))
    return TRUE;
  if (!value) {
    if (field->requirement != SATCHEL_REQUIREMENT_REQUIRED)
      return TRUE;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” is required"), _ (field->label));
    return FALSE;
  }
  if (refers_to_itself (record, field, value)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” cannot be the record itself"),
                 _ (field->label));
    return FALSE;
  }
  return check_choices (field, value, old, error) && satchel_value_check (field, value, error);
}

/* ---- rules of the metadata ---- */

static gboolean
breaks (const SatchelRule *rule, const SatchelRecord *record)
{
  static const SatchelPredicateContext nobody = { 0 };
  static const SatchelRecordSource nothing = { 0 };
  return satchel_predicate_holds (rule->applies, &nobody, record, &nothing) &&
         !satchel_predicate_holds (rule->holds, &nobody, record, &nothing);
}

/* A record that broke a rule before may go on doing so, for the rule may be younger. */
static gboolean
validate_rules (const SatchelRecord *record, const SatchelRecord *before, GError **error)
{
  for (guint i = 0; i < record->entity->n_rules; i++) {
    const SatchelRule *rule = &record->entity->rules[i];
    if (!breaks (rule, record) || (before && breaks (rule, before)))
      continue;
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ (rule->message));
    return FALSE;
  }
  return TRUE;
}

/* Only numbers without room leave a required computed field empty. */
static gboolean
validate_computed (const SatchelRecord *record, const SatchelField *field, GError **error)
{
  if (field->origin != SATCHEL_ORIGIN_COMPUTED || field->requirement != SATCHEL_REQUIREMENT_REQUIRED ||
      satchel_record_get (record, field))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE,
               _ ("“%s” cannot be calculated: the numbers are too large"), _ (field->label));
  return FALSE;
}

gboolean
satchel_rules_validate (const SatchelRecord *record, const SatchelRecord *before, const char *action,
                        GError **error)
{
  g_return_val_if_fail (!before || before->entity == record->entity, FALSE);
  if (!satchel_rules_validate_state (record, before, action, error))
    return FALSE;
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    if ((satchel_field_is_writable (field) && !validate_field (record, before, field, error)) ||
        !validate_computed (record, field, error))
      return FALSE;
  }
  return validate_rules (record, before, error);
}
