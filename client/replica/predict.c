/* Foretelling what a change does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/predict.h"

#include <glib/gi18n.h>

#include "client/replica/stubs.h"
#include "client/replica/predict-amounts.h"
#include "protocol/error.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/amounts.h"
#include "protocol/rules/once.h"
#include "protocol/rules/template.h"
#include "protocol/rules/validate.h"

typedef struct {
  SatchelReplica *replica;
  const SatchelChange *change;
  const SatchelEntity *entity;
  gint64 made_at_ms;
  char *user;
  GPtrArray *shifts;
} Prediction;

/* ---- system fields as the server will fill them ---- */

static void
set_if_there (SatchelRecord *record, const char *name, const SatchelValue *value)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);

  if (field != NULL && field->origin == SATCHEL_ORIGIN_SYSTEM)
    satchel_record_set (record, field, value);
}

/* The business unit of a new owner, where the owner is here. */
static gboolean
set_unit (Prediction *prediction, SatchelRecord *record, const SatchelRecord *before, GError **error)
{
  const SatchelField *owner_field = satchel_entity_owner_field (record->entity);
  const SatchelValue *owner = owner_field != NULL ? satchel_record_get (record, owner_field) : NULL;
  g_autoptr (SatchelRecord) user = NULL;
  const SatchelEntity *entity;
  const SatchelField *unit;

  if (owner == NULL ||
      (before != NULL && satchel_value_equal (owner, satchel_record_get (before, owner_field))))
    return TRUE;
  entity = satchel_registry_find (satchel_replica_get_registry (prediction->replica),
                                  satchel_value_get_entity (owner));
  unit = entity != NULL ? satchel_entity_find_field (entity, "unit") : NULL;
  if (unit == NULL)
    return TRUE;
  if (!satchel_replica_read (prediction->replica, entity, satchel_value_get_id (owner), &user, error))
    return FALSE;
  if (user != NULL)
    set_if_there (record, "unit", satchel_record_get (user, unit));
  return TRUE;
}

static gboolean
fill_system_fields (Prediction *prediction, SatchelRecord *after, const SatchelRecord *before, GError **error)
{
  g_autoptr (SatchelValue) at = satchel_value_new_integer (prediction->made_at_ms);
  g_autoptr (SatchelValue) by = NULL;

  if (prediction->user != NULL)
    by = satchel_value_new_lookup ("user", prediction->user);
  if (before == NULL) {
    set_if_there (after, "created_at", at);
    set_if_there (after, "created_by", by);
  }
  set_if_there (after, "modified_at", at);
  set_if_there (after, "modified_by", by);
  satchel_rules_compute (after);
  return set_unit (prediction, after, before, error);
}

/* ---- what must hold ---- */

static gboolean
check_reference (Prediction *prediction, const SatchelField *field, const SatchelValue *value, GError **error)
{
  SatchelRegistry *registry = satchel_replica_get_registry (prediction->replica);
  const SatchelEntity *target = satchel_registry_find (registry, satchel_value_get_entity (value));
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *stub = NULL;

  /* The user is somebody, even before a first pull has brought her own record. */
  if (g_strcmp0 (satchel_value_get_id (value), prediction->user) == 0)
    return TRUE;
  if (target != NULL &&
      !satchel_replica_read (prediction->replica, target, satchel_value_get_id (value), &record, error))
    return FALSE;
  if (record == NULL) /* one may name what one may read, carried or not */
    stub = satchel_stubs_dup_title (satchel_replica_get_database (prediction->replica),
                                    satchel_value_get_entity (value), satchel_value_get_id (value));
  if (record != NULL || stub != NULL)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
               _ ("“%s” names a record that is not here: %s %s"), _ (field->label),
               satchel_value_get_entity (value), satchel_value_get_id (value));
  return FALSE;
}

static gboolean
check_references (Prediction *prediction, const SatchelRecord *after, const SatchelRecord *before,
                  GError **error)
{
  for (guint i = 0; i < after->entity->n_fields; i++) {
    const SatchelField *field = after->entity->fields[i];
    const SatchelValue *value = after->values[i];

    if (field->type != SATCHEL_TYPE_LOOKUP || field->origin != SATCHEL_ORIGIN_ENTERED || value == NULL ||
        (before != NULL && satchel_value_equal (value, before->values[i])))
      continue;
    if (!check_reference (prediction, field, value, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
apply_edits (Prediction *prediction, SatchelRecord *record, GError **error)
{
  SatchelRegistry *registry = satchel_replica_get_registry (prediction->replica);

  for (guint i = 0; i < prediction->change->edits->len; i++) {
    const SatchelEdit *edit = prediction->change->edits->pdata[i];
    const SatchelField *field =
        satchel_registry_require_written_field (registry, record->entity, edit->field, error);
    g_autoptr (SatchelValue) value = NULL;

    if (field == NULL)
      return FALSE;
    if (!satchel_field_is_writable (field)) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” cannot be entered"), _ (field->label));
      return FALSE;
    }
    if (!satchel_value_from_wire (field, edit->value, &value, error))
      return FALSE;
    satchel_record_set (record, field, value);
  }
  return TRUE;
}

static void
add_shift (Prediction *prediction, SatchelRecord *before, SatchelRecord *after)
{
  g_ptr_array_add (prediction->shifts, satchel_shift_new (before, after));
}

/* The shown record that the change names; NOT_FOUND. */
static SatchelRecord *
read_named (Prediction *prediction, GError **error)
{
  SatchelRecord *record;

  if (!satchel_replica_read (prediction->replica, prediction->entity, prediction->change->record, &record,
                             error))
    return NULL;
  if (record == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no %s %s here"),
                 prediction->entity->name, prediction->change->record);
  return record;
}

/* What a record takes from others: prices, rates. */
static gboolean
derive (Prediction *prediction, SatchelRecord *after, const SatchelRecord *before, GError **error)
{
  SatchelRecordSource source;

  satchel_replica_init_source (prediction->replica, &source);
  if ((before != NULL && !satchel_amounts_check_open (before, &source, error)) ||
      !satchel_amounts_check_open (after, &source, error))
    return FALSE;
  satchel_amounts_derive (satchel_replica_get_registry (prediction->replica), after, before, &source);
  return TRUE;
}

static gboolean
check_template (Prediction *prediction, const SatchelRecord *after, const SatchelRecord *before,
                GError **error)
{
  return satchel_rules_validate_template (satchel_replica_get_registry (prediction->replica), after, before,
                                          error);
}

/* ---- the four kinds ---- */

/* It may be the one that is meant. Whether she may write in it the server knows. */
static gboolean
predict_join (Prediction *prediction, const SatchelRecord *there, GError **error)
{
  g_autoptr (SatchelRecord) record = satchel_record_new (prediction->entity, there->id);
  g_autoptr (SatchelRecord) after = satchel_record_copy (there);

  if (!apply_edits (prediction, record, error))
    return FALSE;
  if (!satchel_once_is_same (record, there)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, _ ("there is a %s %s already"),
                 prediction->entity->name, there->id);
    return FALSE;
  }
  satchel_once_join (after, record, prediction->user, SATCHEL_ONCE_WRITE | SATCHEL_ONCE_ATTACH);
  if (!fill_system_fields (prediction, after, there, error) ||
      !satchel_rules_validate (after, there, "track", error) ||
      !check_references (prediction, after, there, error))
    return FALSE;
  add_shift (prediction, satchel_record_copy (there), g_steal_pointer (&after));
  return TRUE;
}

static gboolean
predict_create (Prediction *prediction, GError **error)
{
  const char *id = prediction->change->record;
  g_autoptr (SatchelRecord) there = NULL;
  g_autoptr (SatchelRecord) record = satchel_record_new (prediction->entity, id);

  if (!satchel_replica_read (prediction->replica, prediction->entity, id, &there, error))
    return FALSE;
  if (there != NULL && prediction->entity->once != NULL)
    return predict_join (prediction, there, error);
  if (there != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, _ ("there is a %s %s already"),
                 prediction->entity->name, id);
    return FALSE;
  }
  if (!apply_edits (prediction, record, error) || !derive (prediction, record, NULL, error) ||
      !fill_system_fields (prediction, record, NULL, error) ||
      !satchel_rules_validate (record, NULL, NULL, error) ||
      !check_template (prediction, record, NULL, error) ||
      !check_references (prediction, record, NULL, error))
    return FALSE;
  add_shift (prediction, NULL, g_steal_pointer (&record));
  return TRUE;
}

static gboolean
predict_update (Prediction *prediction, GError **error)
{
  g_autoptr (SatchelRecord) before = read_named (prediction, error);
  g_autoptr (SatchelRecord) after = NULL;

  if (before == NULL)
    return FALSE;
  after = satchel_record_copy (before);
  if (!apply_edits (prediction, after, error) || !derive (prediction, after, before, error) ||
      !fill_system_fields (prediction, after, before, error) ||
      !satchel_rules_validate (after, before, NULL, error) ||
      !check_template (prediction, after, before, error) ||
      !check_references (prediction, after, before, error))
    return FALSE;
  add_shift (prediction, g_steal_pointer (&before), g_steal_pointer (&after));
  return TRUE;
}

/* What stands here as the server's was not deleted, as far as anybody here can know; a merge can be taken
 * back, too. */
static gboolean
check_restorable (Prediction *prediction, GError **error)
{
  g_autoptr (SatchelRecord) shown = NULL, base = NULL;
  const char *id = prediction->change->record;

  if (!satchel_replica_read (prediction->replica, prediction->entity, id, &shown, error) ||
      !satchel_replica_read_base (prediction->replica, prediction->entity, id, &base, error))
    return FALSE;
  if (shown == NULL || base == NULL ||
      (satchel_entity_has_action (shown->entity, "merge") &&
       satchel_record_get_by_name (shown, "merged_into") != NULL))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("%s %s is not deleted"),
               prediction->entity->name, id);
  return FALSE;
}

static gboolean
predict_action (Prediction *prediction, GError **error)
{
  SatchelRegistry *registry = satchel_replica_get_registry (prediction->replica);
  SatchelPredicateContext context = { .user = prediction->user, .now_ms = prediction->made_at_ms };
  SatchelRecordSource source;
  g_autoptr (GPtrArray) effects = NULL;

  if (!satchel_action_check (registry, prediction->change, error))
    return FALSE;
  if (!satchel_action_find (prediction->change->action, prediction->entity)->planned)
    return !g_str_equal (prediction->change->action, "restore") || check_restorable (prediction, error);

  satchel_replica_init_source (prediction->replica, &source);
  effects = satchel_action_plan (registry, prediction->change, &context, &source, error);
  if (effects == NULL)
    return FALSE;
  for (guint i = 0; i < effects->len; i++) {
    SatchelEffect *effect = effects->pdata[i];

    if (effect->after != NULL &&
        (!fill_system_fields (prediction, effect->after, effect->before, error) ||
         !satchel_rules_validate (effect->after, effect->before, prediction->change->action, error)))
      return FALSE;
    add_shift (prediction, g_steal_pointer (&effect->before), g_steal_pointer (&effect->after));
  }
  return TRUE;
}

/* ---- delete, with what goes and what lets go ---- */

typedef struct {
  Prediction *prediction;
  GHashTable *by_id;  /* id → SatchelShift, borrowed from the prediction */
  GPtrArray *holders; /* SatchelRecord*: those that forbid it, unless they go themselves */
} Cascade;

static gboolean cascade_delete (Cascade *cascade, SatchelRecord *record, GError **error);

static void
let_go (Cascade *cascade, SatchelRecord *holder, const SatchelField *field)
{
  SatchelShift *shift = g_hash_table_lookup (cascade->by_id, holder->id);

  if (shift == NULL) {
    shift = satchel_shift_new (holder, satchel_record_copy (holder));
    g_hash_table_insert (cascade->by_id, holder->id, shift);
    g_ptr_array_add (cascade->prediction->shifts, shift);
  } else {
    satchel_record_free (holder);
  }
  if (shift->after != NULL) {
    satchel_record_set (shift->after, field, NULL);
    satchel_rules_compute (shift->after);
  }
}

static gboolean
follow_reference (Cascade *cascade, const SatchelReference *reference, const char *id, GError **error)
{
  g_autoptr (GPtrArray) holders =
      satchel_replica_list_referring (cascade->prediction->replica, reference, id, error);

  if (holders == NULL)
    return FALSE;
  while (holders->len > 0) {
    SatchelRecord *holder = g_ptr_array_steal_index (holders, holders->len - 1);

    switch (reference->field->on_delete) {
    case SATCHEL_ON_DELETE_CASCADE:
      if (!cascade_delete (cascade, holder, error))
        return FALSE;
      break;
    case SATCHEL_ON_DELETE_CLEAR:
      let_go (cascade, holder, reference->field);
      break;
    case SATCHEL_ON_DELETE_RESTRICT:
      g_ptr_array_add (cascade->holders, holder);
      break;
    }
  }
  return TRUE;
}

/* Takes @record. */
static gboolean
cascade_delete (Cascade *cascade, SatchelRecord *record, GError **error)
{
  SatchelRegistry *registry = satchel_replica_get_registry (cascade->prediction->replica);
  SatchelShift *shift = g_hash_table_lookup (cascade->by_id, record->id);
  const SatchelReference *references;
  guint n_references;

  if (shift == NULL) {
    shift = satchel_shift_new (record, NULL);
    g_hash_table_insert (cascade->by_id, record->id, shift);
    g_ptr_array_add (cascade->prediction->shifts, shift);
  } else {
    satchel_record_free (record);
    if (shift->after == NULL)
      return TRUE;
    g_clear_pointer (&shift->after, satchel_record_free); /* it was only to let go */
  }

  references = satchel_registry_get_references (registry, shift->before->entity, &n_references);
  for (guint i = 0; i < n_references; i++)
    if (!follow_reference (cascade, &references[i], shift->before->id, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_holders (Cascade *cascade, GError **error)
{
  for (guint i = 0; i < cascade->holders->len; i++) {
    const SatchelRecord *holder = cascade->holders->pdata[i];
    const SatchelShift *shift = g_hash_table_lookup (cascade->by_id, holder->id);
    g_autofree char *title = satchel_record_dup_title (holder);

    if (shift != NULL && shift->after == NULL)
      continue;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE, _ ("%s “%s” refers to it"),
                 _ (holder->entity->label), title);
    return FALSE;
  }
  return TRUE;
}

static gboolean
predict_delete (Prediction *prediction, GError **error)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) holders = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  Cascade cascade = { prediction, by_id, holders };
  SatchelRecord *record = read_named (prediction, error);
  SatchelRecordSource source;

  satchel_replica_init_source (prediction->replica, &source);
  if (record != NULL && !satchel_amounts_check_open (record, &source, error))
    g_clear_pointer (&record, satchel_record_free);
  return record != NULL && cascade_delete (&cascade, record, error) && check_holders (&cascade, error);
}

GPtrArray *
satchel_predict (SatchelReplica *replica, const SatchelChange *change, gint64 made_at_ms, GError **error)
{
  g_autoptr (GPtrArray) shifts = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shift_free);
  g_autofree char *user = g_strdup (satchel_replica_peek_meta (replica, "user"));
  Prediction prediction = {
    .replica = replica, .change = change, .made_at_ms = made_at_ms, .user = user, .shifts = shifts
  };
  gboolean predicted = FALSE;

  prediction.entity =
      satchel_registry_require_written (satchel_replica_get_registry (replica), change->entity, error);
  if (prediction.entity == NULL)
    return NULL;
  if (prediction.entity->system && change->kind != SATCHEL_CHANGE_ACTION) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, _ ("%s are written by the server only"),
                 _ (prediction.entity->plural));
    return NULL;
  }

  switch (change->kind) {
  case SATCHEL_CHANGE_CREATE:
    predicted = predict_create (&prediction, error);
    break;
  case SATCHEL_CHANGE_UPDATE:
    predicted = predict_update (&prediction, error);
    break;
  case SATCHEL_CHANGE_DELETE:
    predicted = predict_delete (&prediction, error);
    break;
  case SATCHEL_CHANGE_ACTION:
    predicted = predict_action (&prediction, error);
    break;
  }
  predicted = predicted && satchel_predict_amounts (replica, shifts, error);
  return predicted ? g_steal_pointer (&shifts) : NULL;
}
