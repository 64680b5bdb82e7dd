/* The rules of succession.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/succession.h"

/* Entities in this area are how the program itself works: users, units, teams, filters. */
#define SETTINGS "settings"

typedef struct {
  SatchelRegistry *registry;   /* the new one: knows the places */
  const SatchelEntity *base;   /* the program's own, or NULL */
  const SatchelEntity *old;    /* NULL: the entity is new */
  const SatchelEntity *entity; /* as it shall be */
} Judged;

static gboolean
is_same_text (const char *one, const char *other)
{
  return g_strcmp0 (one, other) == 0;
}

/* ---- columns ---- */

/* Lookups of one target are stored as an id, of several as "entity:id". */
static gboolean
has_same_form (const SatchelField *old, const SatchelField *new)
{
  return old->type == new->type && old->scale == new->scale && (old->n_targets == 1) == (new->n_targets == 1);
}

gboolean
satchel_succession_keeps_columns (SatchelRegistry *old, SatchelRegistry *new)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (old, &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    const SatchelEntity *entity = satchel_registry_find (new, entities[i]->name);
    for (guint j = 0; entity && j < entities[i]->n_fields; j++) {
      const SatchelField *field = satchel_entity_find_field (entity, entities[i]->fields[j]->name);
      if (!field || !has_same_form (entities[i]->fields[j], field))
        return FALSE;
    }
    if (!entity)
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_succession_check_program (SatchelRegistry *base, SatchelRegistry *new, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (base, &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    const SatchelEntity *entity = satchel_registry_find (new, entities[i]->name);
    for (guint j = 0; j < entities[i]->n_fields; j++) {
      const SatchelField *field = entities[i]->fields[j];
      const SatchelField *own = satchel_entity_find_field (entity, field->name);
      if (!has_same_form (field, own))
        return satchel_registry_fail_at (
            new, entity, own, "type", error,
            "“%s” of %s is of type %s here, and of type %s in this version of the program: nothing was "
            "changed, go on with the version before",
            own->name, entity->name, satchel_type_name (own->type), satchel_type_name (field->type));
    }
  }
  return TRUE;
}

GPtrArray *
satchel_succession_list_added (SatchelRegistry *old, const SatchelEntity *entity)
{
  const SatchelEntity *before = satchel_registry_find (old, entity->name);
  GPtrArray *added = g_ptr_array_new ();
  for (guint i = 0; before && i < entity->n_fields; i++) {
    if (!satchel_entity_find_field (before, entity->fields[i]->name))
      g_ptr_array_add (added, (gpointer)entity->fields[i]);
  }
  return added;
}

/* ---- fields ---- */

static gboolean
fail (const Judged *judged, const SatchelField *field, const char *attribute, GError **error, const char *why)
{
  return satchel_registry_fail_at (judged->registry, judged->entity, field, attribute, error, "“%s” %s",
                                   field->name, why);
}

static gboolean
keeps_targets (const SatchelField *old, const SatchelField *new)
{
  for (guint i = 0; i < old->n_targets; i++) {
    if (!satchel_field_allows_target (new, old->targets[i]))
      return FALSE;
  }
  return TRUE;
}

/* What a field of the program, or one that is there already, cannot become. */
static gboolean
check_kept_field (const Judged *judged, const SatchelField *old, const SatchelField *new, GError **error)
{
  if (old->type != new->type)
    return fail (judged, new, "type", error, "never changes its type");
  if (old->scale != new->scale)
    return fail (judged, new, "scale", error, "never changes its scale");
  if (!has_same_form (old, new) || !keeps_targets (old, new))
    return fail (judged, new, "targets", error, "keeps its targets, and one target never becomes several");
  if (old->policy != new->policy || !is_same_text (old->group, new->group))
    return fail (judged, new, old->policy != new->policy ? "policy" : "group", error,
                 "is merged as it was: edits may be waiting on devices");
  if (!is_same_text (old->secured, new->secured))
    return fail (judged, new, "secured", error, "keeps its field class: devices may hold its values");
  if (!is_same_text (old->compute, new->compute) || !is_same_text (old->number_format, new->number_format))
    return fail (judged, new, old->compute || new->compute ? "compute" : "number_format", error,
                 "comes from where it came from");
  if (old->open && !new->open)
    return fail (judged, new, "open", error, "holds keys of its own");
  return TRUE;
}

static gboolean
is_structural (const Judged *judged, const SatchelField *field)
{
  return field == judged->entity->title || field == judged->entity->state_field ||
         field == satchel_entity_owner_field (judged->entity);
}

static gboolean
check_retired (const Judged *judged, const SatchelField *base, const SatchelField *field, GError **error)
{
  if (!field->retired)
    return TRUE;
  if (is_structural (judged, field) || (base && base->requirement == SATCHEL_REQUIREMENT_REQUIRED))
    return fail (judged, field, "retired", error, "is needed by every record and cannot be retired");
  if (base && g_str_equal (judged->base->area, SETTINGS))
    return fail (judged, field, "retired", error, "is needed by the program and cannot be retired");
  return TRUE;
}

static gboolean
check_choices (const Judged *judged, const SatchelField *field, GError **error)
{
  guint n_left = 0;
  for (guint i = 0; i < field->n_choices; i++) {
    const SatchelChoice *choice = &field->choices[i];
    if (!choice->retired) {
      n_left++;
      continue;
    }
    if (field == judged->entity->state_field)
      return fail (judged, field, NULL, error, "is the state: its choices cannot be retired");
    if (is_same_text (field->default_text, choice->key))
      return fail (judged, field, "default", error, "has a retired choice as its default");
  }
  if (field->n_choices > 0 && n_left == 0 && !field->open)
    return fail (judged, field, NULL, error, "has no choice left; retire the field itself");
  return TRUE;
}

static gboolean
check_field (const Judged *judged, const SatchelField *field, GError **error)
{
  const SatchelField *base = judged->base ? satchel_entity_find_field (judged->base, field->name) : NULL;
  const SatchelField *old = judged->old ? satchel_entity_find_field (judged->old, field->name) : NULL;
  if (old && !check_kept_field (judged, old, field, error))
    return FALSE;
  if (!base && field->compute)
    return fail (judged, field, "compute", error, "cannot be computed: computations belong to the program");
  if (base && base->requirement == SATCHEL_REQUIREMENT_REQUIRED && field->requirement != base->requirement)
    return fail (judged, field, "required", error, "is required by the program");
  if (judged->old && !old && !field->retired && field->requirement == SATCHEL_REQUIREMENT_REQUIRED &&
      !field->default_text)
    return fail (
        judged, field, "required", error,
        "is required and new: it needs a default, for the records that are there and for devices that "
        "do not know it yet");
  return check_retired (judged, base, field, error) && check_choices (judged, field, error);
}

/* ---- entities ---- */

static gboolean
fail_entity (const Judged *judged, const char *attribute, GError **error, const char *why)
{
  return satchel_registry_fail_at (judged->registry, judged->entity, NULL, attribute, error, "“%s” %s",
                                   judged->entity->name, why);
}

static gboolean
is_same_machine (const SatchelEntity *one, const SatchelEntity *other)
{
  if (one->n_transitions != other->n_transitions ||
      !g_strv_equal (one->closed_states, other->closed_states) ||
      !g_strv_equal (one->actions, other->actions))
    return FALSE;
  for (guint i = 0; i < one->n_transitions; i++) {
    if (!g_str_equal (one->transitions[i].from, other->transitions[i].from) ||
        !g_str_equal (one->transitions[i].to, other->transitions[i].to) ||
        !is_same_text (one->transitions[i].action, other->transitions[i].action))
      return FALSE;
  }
  return TRUE;
}

static const char *
state_name (const SatchelEntity *entity)
{
  return entity->state_field ? entity->state_field->name : NULL;
}

/* Interned, for what is compared. */
static const char *
name_of (const SatchelField *field)
{
  return field ? g_intern_string (field->name) : NULL;
}

static gboolean
is_same_proof (const SatchelEntity *one, const SatchelEntity *other)
{
  if (one->n_proof != other->n_proof)
    return FALSE;
  for (guint i = 0; i < one->n_proof; i++) {
    if (name_of (one->proof[i]) != name_of (other->proof[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_entity (const Judged *judged, GError **error)
{
  const SatchelEntity *entity = judged->entity, *old = judged->old, *base = judged->base;
  if (old && (old->ownership != entity->ownership || old->system != entity->system))
    return fail_entity (judged, old->ownership != entity->ownership ? "ownership" : "system", error,
                        "belongs to whom it belonged");
  if (old && !g_str_equal (old->title->name, entity->title->name))
    return fail_entity (judged, "title", error, "keeps its title");
  if (old && !is_same_text (state_name (old), state_name (entity)))
    return fail_entity (judged, NULL, error, "keeps the field of its states");
  if (base && !is_same_machine (base, entity))
    return fail_entity (judged, NULL, error, "has the states and actions that the program gives it");
  if (base && (base->carry != entity->carry || !is_same_text (base->rights, entity->rights)))
    return fail_entity (judged, base->carry != entity->carry ? "carry" : "rights", error,
                        "is part of the program: this is not for others to change");
  if (base && (name_of (base->once) != name_of (entity->once) || !is_same_proof (base, entity)))
    return fail_entity (judged, name_of (base->once) != name_of (entity->once) ? "once" : "proof", error,
                        "is part of the program: this is not for others to change");
  if (base && entity->retired && (g_str_equal (base->area, SETTINGS) || base->system))
    return fail_entity (judged, "retired", error, "is needed by the program and cannot be retired");
  if (!base && (entity->ownership == SATCHEL_OWNERSHIP_RECORD || entity->system))
    return fail_entity (judged, entity->system ? "system" : "ownership", error,
                        "must be owned by users or by the organisation, and written by people");
  for (guint i = 0; i < entity->n_fields; i++) {
    if (!check_field (judged, entity->fields[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_succession_check (SatchelRegistry *base, SatchelRegistry *old, SatchelRegistry *new, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (new, &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    const char *name = entities[i]->name;
    const Judged judged = { .registry = new,
                            .base = satchel_registry_find (base, name),
                            .old = satchel_registry_find (old, name),
                            .entity = entities[i] };
    if (!check_entity (&judged, error))
      return FALSE;
  }
  return TRUE;
}
