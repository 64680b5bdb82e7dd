/* An entity: finding its fields and views, and what its state machine allows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/entity.h"

GHashTable *
satchel_entity_index_fields (const SatchelField *const *fields, guint n_fields)
{
  GHashTable *by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < n_fields; i++)
    g_hash_table_insert (by_name, (gpointer)fields[i]->name, (gpointer)fields[i]);
  return by_name;
}

const SatchelField *
satchel_entity_find_field (const SatchelEntity *entity, const char *name)
{
  return g_hash_table_lookup (entity->by_name, name);
}

const char *
satchel_entity_get_word (const SatchelEntity *entity)
{
  return entity->aliases[0] ? entity->aliases[0] : entity->name;
}

const SatchelField *
satchel_entity_find_word (const SatchelEntity *entity, const char *word)
{
  const SatchelField *field = satchel_entity_find_field (entity, word);
  for (guint i = 0; i < entity->n_fields && !field; i++) {
    if (g_strv_contains (entity->fields[i]->aliases, word))
      field = entity->fields[i];
  }
  return field;
}

const SatchelForm *
satchel_entity_find_form (const SatchelEntity *entity, const char *name)
{
  for (guint i = 0; i < entity->n_forms; i++) {
    if (!name || g_str_equal (entity->forms[i]->name, name))
      return entity->forms[i];
  }
  return NULL;
}

const SatchelProcess *
satchel_entity_find_process (const SatchelEntity *entity, const char *name)
{
  for (guint i = 0; i < entity->n_processes; i++) {
    if (!name || g_str_equal (entity->processes[i]->name, name))
      return entity->processes[i];
  }
  return NULL;
}

const SatchelView *
satchel_entity_find_view (const SatchelEntity *entity, const char *name)
{
  for (guint i = 0; i < entity->n_views; i++) {
    if (g_str_equal (entity->views[i].name, name))
      return &entity->views[i];
  }
  return NULL;
}

const SatchelField *
satchel_entity_owner_field (const SatchelEntity *entity)
{
  if (entity->ownership != SATCHEL_OWNERSHIP_USER)
    return NULL;
  return satchel_entity_find_field (entity, "owner");
}

const SatchelField *
satchel_entity_unit_field (const SatchelEntity *entity)
{
  if (entity->ownership != SATCHEL_OWNERSHIP_USER)
    return NULL;
  return satchel_entity_find_field (entity, "unit");
}

gboolean
satchel_entity_is_closed_state (const SatchelEntity *entity, const char *state)
{
  return entity->closed_states && g_strv_contains (entity->closed_states, state);
}

gboolean
satchel_entity_allows_transition (const SatchelEntity *entity, const char *from, const char *to,
                                  const char *action)
{
  if (g_strcmp0 (from, to) == 0)
    return TRUE;
  /* Without a machine, and into or out of the empty state, any step is legal: "required" guards emptiness. */
  if (!entity->state_field || !from || !to)
    return TRUE;
  for (guint i = 0; i < entity->n_transitions; i++) {
    const SatchelTransition *step = &entity->transitions[i];
    if (g_str_equal (step->from, from) && g_str_equal (step->to, to) &&
        (!step->action || g_strcmp0 (step->action, action) == 0))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_entity_tells_state (const SatchelEntity *entity, const SatchelField *field)
{
  const SatchelField *state = entity->state_field;

  return state != NULL && (field == state || (g_strcmp0 (field->default_from, state->name) == 0 &&
                                              g_strcmp0 (state->default_from, field->name) == 0));
}

gboolean
satchel_entity_allows_edit (const SatchelEntity *entity, const SatchelField *field, const char *from)
{
  if (field != entity->state_field)
    return !satchel_entity_tells_state (entity, field);
  for (guint i = 0; i < entity->n_transitions; i++) {
    const SatchelTransition *step = &entity->transitions[i];

    if (step->action == NULL && g_strcmp0 (step->from, from) == 0)
      return TRUE;
  }
  return from == NULL;
}

gboolean
satchel_entity_has_action (const SatchelEntity *entity, const char *action)
{
  return entity->actions && g_strv_contains (entity->actions, action);
}
