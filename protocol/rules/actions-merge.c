/* Merging two records of one person, company or matter: the master keeps its values, takes what it lacks or
 * what is chosen from the other, and all that named the other; the other stays, closed, and says where it
 * went. Entities say that they can be merged by declaring the action (data/README.md).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/rules/plan.h"

typedef struct {
  SatchelPlan *plan;
  SatchelRecord *master, *other; /* as they will stand */
  GHashTable *holders;           /* id → SatchelEffect, borrowed from order */
  GPtrArray *order;              /* SatchelEffect* of the records that named the other */
  GStrv chosen;
} Merge;

/* What a record is, and why, is not taken over with what it holds. */
static const char *const KEPT[] = { "owner", "status", "status_reason", "merged_into", "disqualify_reason",
                                    NULL };

static gboolean
is_kept (const SatchelField *field, const SatchelEntity *entity)
{
  return field == entity->state_field || g_strv_contains (KEPT, field->name);
}

/* ---- values ---- */

static gboolean
names (const SatchelValue *value, const SatchelField *field, const SatchelRecord *record)
{
  return value && field->type == SATCHEL_TYPE_LOOKUP &&
         g_str_equal (satchel_value_get_entity (value), record->entity->name) &&
         g_str_equal (satchel_value_get_id (value), record->id);
}

/* Fields that belong together are filled together: half an address of each would be nobody's. */
static gboolean
is_group_empty (const SatchelRecord *record, const SatchelField *field)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *other = record->entity->fields[i];
    if ((other == field || (field->group && g_strcmp0 (other->group, field->group) == 0)) &&
        record->values[i])
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_chosen (const Merge *merge, GError **error)
{
  for (guint i = 0; merge->chosen[i]; i++) {
    const SatchelField *field = satchel_entity_find_field (merge->master->entity, merge->chosen[i]);
    if (field && satchel_field_is_writable (field) && !is_kept (field, merge->master->entity))
      continue;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is no field that could be taken over"),
                 merge->chosen[i]);
    return FALSE;
  }
  return TRUE;
}

static void
take_values (Merge *merge)
{
  g_autoptr (SatchelRecord) before = satchel_record_copy (merge->master);
  for (guint i = 0; i < before->entity->n_fields; i++) {
    const SatchelField *field = before->entity->fields[i];
    const SatchelValue *value = merge->other->values[i];
    if (!satchel_field_is_writable (field) || is_kept (field, before->entity))
      continue;
    if (g_strv_contains ((const char *const *)merge->chosen, field->name) ||
        (value && is_group_empty (before, field)))
      satchel_record_set (merge->master, field, value);
    if (names (merge->master->values[i], field, merge->master) ||
        names (merge->master->values[i], field, merge->other))
      satchel_record_set (merge->master, field, NULL);
  }
}

/* ---- what named the other ---- */

static SatchelEffect *
find_effect (Merge *merge, const SatchelRecord *holder)
{
  SatchelEffect *effect = g_hash_table_lookup (merge->holders, holder->id);
  if (!effect) {
    effect = g_new (SatchelEffect, 1);
    effect->before = satchel_record_copy (holder);
    effect->after = satchel_record_copy (holder);
    g_hash_table_insert (merge->holders, effect->before->id, effect);
    g_ptr_array_add (merge->order, effect);
  }
  return effect;
}

/* Those that name the other among their parties name the master in its place, once in each part. */
static SatchelValue *
replace_party (const Merge *merge, const SatchelValue *value)
{
  guint n;
  const SatchelParty *parties = value ? satchel_value_get_parties (value, &n) : NULL;
  if (!parties)
    return NULL;
  g_autofree SatchelParty *replaced = g_memdup2 (parties, n * sizeof *parties);
  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (replaced[i].entity, merge->other->entity->name) == 0 &&
        g_str_equal (replaced[i].id, merge->other->id))
      replaced[i].id = merge->master->id;
  }
  return satchel_value_new_parties (replaced, n);
}

static void
repoint (Merge *merge, const SatchelReference *reference)
{
  g_autoptr (GPtrArray) holders =
      satchel_plan_list (merge->plan, reference->entity->name, reference->field->name, merge->other->id);
  g_autoptr (SatchelValue) lookup = satchel_value_new_lookup (merge->master->entity->name, merge->master->id);
  for (guint i = 0; i < holders->len; i++) {
    const SatchelRecord *holder = g_ptr_array_index (holders, i);
    if (g_str_equal (holder->id, merge->master->id) || g_str_equal (holder->id, merge->other->id))
      continue;
    SatchelRecord *after = find_effect (merge, holder)->after;
    g_autoptr (SatchelValue) named = reference->field->type == SATCHEL_TYPE_PARTIES
                                         ? replace_party (merge, satchel_record_get (after, reference->field))
                                         : satchel_value_ref (lookup);
    satchel_record_set (after, reference->field, named);
  }
}

static void
repoint_parties (Merge *merge, const SatchelEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelReference reference = { .entity = entity, .field = entity->fields[i] };
    if (reference.field->type == SATCHEL_TYPE_PARTIES && reference.field->origin == SATCHEL_ORIGIN_ENTERED &&
        satchel_field_allows_target (reference.field, merge->master->entity->name))
      repoint (merge, &reference);
  }
}

static void
repoint_all (Merge *merge)
{
  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (merge->plan->registry, merge->master->entity, &n_references);
  for (guint i = 0; i < n_references; i++) {
    const SatchelReference *reference = &references[i];
    if (reference->field->origin == SATCHEL_ORIGIN_ENTERED && !reference->entity->system &&
        !g_str_equal (reference->field->name, "merged_into"))
      repoint (merge, reference);
  }
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (merge->plan->registry, &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    if (!entities[i]->system)
      repoint_parties (merge, entities[i]);
  }
}

/* ---- the whole ---- */

/* The state of one that was merged away; NULL: such a record has no states but the choice “status”. */
static const char *
find_merged_state (const SatchelEntity *entity)
{
  for (guint i = 0; i < entity->n_transitions; i++) {
    if (g_strcmp0 (entity->transitions[i].action, "merge") == 0)
      return entity->transitions[i].to;
  }
  return NULL;
}

static const char *
get_state (const SatchelRecord *record)
{
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *value = field ? satchel_record_get (record, field) : NULL;
  return value ? satchel_value_get_string (value) : "";
}

static void
tell_reason (Merge *merge)
{
  const SatchelField *field = satchel_entity_find_field (merge->other->entity, "status_reason");
  g_autofree char *title = satchel_record_dup_title (merge->master);
  g_autofree char *reason = g_strdup_printf ("Merged into %s", title);
  if (!field)
    return;
  g_autofree char *text =
      g_utf8_substring (reason, 0, MIN (g_utf8_strlen (reason, -1), (glong)field->max_chars));
  satchel_plan_set_text (merge->other, "status_reason", text);
}

static gboolean
retire_other (Merge *merge, GError **error)
{
  const char *state = find_merged_state (merge->other->entity);
  if (!state)
    satchel_plan_set_text (merge->other, "status", "inactive");
  else if (!g_str_equal (get_state (merge->other), state) &&
           !satchel_plan_set_state (merge->other, state, "merge", error))
    return FALSE;
  const SatchelField *reason = satchel_entity_find_field (merge->other->entity, "disqualify_reason");
  if (reason && satchel_field_find_choice (reason, "duplicate"))
    satchel_plan_set_text (merge->other, "disqualify_reason", "duplicate");
  tell_reason (merge);
  satchel_plan_set_lookup (merge->other, "merged_into", merge->master);
  return TRUE;
}

/* What is closed is done with: nothing is added to it. */
static gboolean
check_open (const SatchelRecord *master, GError **error)
{
  const char *state = get_state (master);
  if (!satchel_entity_is_closed_state (master->entity, state))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
               _ ("“%s” is “%s”: nothing can be merged into the %s"), _ (master->entity->state_field->label),
               satchel_field_get_label_of (master->entity->state_field, state), _ (master->entity->label));
  return FALSE;
}

static SatchelRecord *
find_other (const SatchelPlan *plan, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (plan->record->entity, "merged_into");
  g_autoptr (SatchelValue) value = NULL;
  if (!satchel_plan_get (plan, "other", field, &value, error))
    return NULL;
  g_autoptr (SatchelRecord) other = satchel_plan_dup_target (plan, value);
  if (!other || g_str_equal (other->id, plan->record->id)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE, _ ("there is no other %s of that id"),
                 plan->record->entity->name);
    return NULL;
  }
  if (satchel_record_get (other, field) || satchel_record_get (plan->record, field)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("one of the two was merged before"));
    return NULL;
  }
  return g_steal_pointer (&other);
}

/* The words of the argument "fields", perhaps none. */
static GStrv
list_chosen (const SatchelPlan *plan)
{
  const SatchelEdit *edit = satchel_change_find_edit (plan->change, "fields");
  const char *text =
      edit && JSON_NODE_HOLDS_VALUE (edit->value) && json_node_get_value_type (edit->value) == G_TYPE_STRING
          ? json_node_get_string (edit->value)
          : "";
  GPtrArray *words = g_ptr_array_new ();
  g_auto (GStrv) parts = g_strsplit_set (text, " ,", -1);
  for (guint i = 0; parts[i]; i++) {
    if (*parts[i])
      g_ptr_array_add (words, g_strdup (parts[i]));
  }
  g_ptr_array_add (words, NULL);
  return (GStrv)g_ptr_array_free (words, FALSE);
}

gboolean
satchel_plan_merge (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) before = find_other (plan, error);
  if (!before)
    return FALSE;
  g_autoptr (SatchelRecord) master = satchel_record_copy (plan->record);
  g_autoptr (SatchelRecord) other = satchel_record_copy (before);
  g_autoptr (GHashTable) holders = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) order = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_effect_free);
  g_auto (GStrv) chosen = list_chosen (plan);
  Merge merge = {
    .plan = plan, .master = master, .other = other, .holders = holders, .order = order, .chosen = chosen
  };
  if (!check_open (master, error) || !check_chosen (&merge, error))
    return FALSE;
  take_values (&merge);
  repoint_all (&merge);
  if (!retire_other (&merge, error))
    return FALSE;
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&master));
  for (guint i = 0; i < order->len; i++) {
    SatchelEffect *effect = g_ptr_array_index (order, i);
    satchel_plan_add (plan, satchel_record_copy (effect->before), satchel_record_copy (effect->after));
  }
  satchel_plan_add (plan, g_steal_pointer (&before), g_steal_pointer (&other));
  return TRUE;
}
