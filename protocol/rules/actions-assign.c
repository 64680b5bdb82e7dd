/* Giving records to another owner, with what follows them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/rules/plan.h"

#include "protocol/error.h"

typedef struct {
  GPtrArray *children;       /* SatchelRecord* */
  const SatchelValue *owner; /* NULL: of whatever owner */
} Children;

static gboolean
take_child (const SatchelRecord *record, gpointer data)
{
  Children *children = data;
  const SatchelValue *owner = satchel_record_get (record, satchel_entity_owner_field (record->entity));
  if (!children->owner || satchel_value_equal (owner, children->owner))
    g_ptr_array_add (children->children, satchel_record_copy (record));
  return FALSE;
}

/* Hands @record to @owner, and what follows it. @seen holds the ids of all that changed hands. */
static void
hand_over (SatchelPlan *plan, const SatchelRecord *record, const SatchelValue *owner, GHashTable *seen)
{
  const SatchelField *field = satchel_entity_owner_field (record->entity);
  if (satchel_value_equal (satchel_record_get (record, field), owner) ||
      !g_hash_table_add (seen, g_strdup (record->id)))
    return;
  SatchelRecord *after = satchel_record_copy (record);
  satchel_record_set (after, field, owner);
  satchel_plan_add (plan, satchel_record_copy (record), after);

  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (plan->registry, record->entity, &n_references);
  for (guint i = 0; i < n_references && plan->source->each; i++) {
    SatchelCascade cascade = references[i].field->on_assign;
    if (cascade == SATCHEL_CASCADE_NONE || !satchel_entity_owner_field (references[i].entity))
      continue;
    /* First all of them, for a source may lend a record only until it is asked again. */
    g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
    Children taking = { .children = children,
                        .owner =
                            cascade == SATCHEL_CASCADE_OWNED ? satchel_record_get (record, field) : NULL };
    plan->source->each (&references[i], record->id, take_child, &taking, plan->source->data);
    for (guint j = 0; j < children->len; j++)
      hand_over (plan, g_ptr_array_index (children, j), owner, seen);
  }
}

gboolean
satchel_action_check_active (const SatchelRecord *principal, GError **error)
{
  const SatchelField *active = satchel_entity_find_field (principal->entity, "active");
  const SatchelValue *is_active = active ? satchel_record_get (principal, active) : NULL;
  if (!is_active || satchel_value_get_boolean (is_active))
    return TRUE;
  g_autofree char *name = satchel_record_dup_title (principal);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE,
               _ ("%s is not active any more and cannot own records"), name);
  return FALSE;
}

gboolean
satchel_plan_assign (SatchelPlan *plan, GError **error)
{
  const SatchelField *field = satchel_entity_owner_field (plan->record->entity);
  g_autoptr (SatchelValue) owner = NULL;
  if (!satchel_plan_get (plan, "owner", field, &owner, error))
    return FALSE;
  g_autoptr (SatchelRecord) user =
      satchel_plan_dup (plan, satchel_value_get_entity (owner), satchel_value_get_id (owner));
  if (!user) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE, _ ("the new owner is not there"));
    return FALSE;
  }
  if (!satchel_action_check_active (user, error))
    return FALSE;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  hand_over (plan, plan->record, owner, seen);
  return TRUE;
}
