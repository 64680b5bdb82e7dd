/* What forms and processes name must be there, and a form must let people enter what is required and has
 * no default.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"
#include "protocol/metadata/suggest.h"

/* ---- forms ---- */

typedef struct {
  GHashTable *by_name; /* name → SatchelEntityDraft */
  const SatchelEntity *entity;
  const SatchelEntityDraft *entity_draft;
  const SatchelFormDraft *draft;
  GHashTable *shown; /* names of fields */
  guint n_cells, n_lists;
} Check;

static gboolean
fail_no_field (const SatchelPlace *place, const char *attribute, const SatchelEntity *entity,
               const char *name, GError **error)
{
  g_autofree const char **names = g_new (const char *, entity->n_fields);
  for (guint i = 0; i < entity->n_fields; i++)
    names[i] = entity->fields[i]->name;
  g_autofree char *hint = satchel_suggest_clause (name, names, entity->n_fields);
  return satchel_place_fail (place, attribute, error, "no field “%s” in %s%s", name, entity->name, hint);
}

/* Cells of retired fields are taken out: retiring a field is one word in one place. */
static gboolean
check_section (Check *check, SatchelFormSection *section, GError **error)
{
  SatchelFormCell *cells = (SatchelFormCell *)section->cells; /* the block is the reader's own */
  guint n_kept = 0;
  for (guint i = 0; i < section->n_cells; i++) {
    const SatchelPlace *place = &g_array_index (check->draft->cell_places, SatchelPlace, check->n_cells++);
    const SatchelField *field = satchel_entity_find_field (check->entity, cells[i].field);
    if (!field)
      return fail_no_field (place, "field", check->entity, cells[i].field, error);
    if (!g_hash_table_add (check->shown, (gpointer)field->name))
      return satchel_place_fail (place, "field", error, "field “%s” is on the form already", field->name);
    if (!field->retired)
      cells[n_kept++] = cells[i];
  }
  section->n_cells = n_kept;
  return TRUE;
}

static gboolean
check_list (Check *check, const SatchelFormList *list, GError **error)
{
  const SatchelPlace *place = &g_array_index (check->draft->list_places, SatchelPlace, check->n_lists++);
  const SatchelEntityDraft *other = g_hash_table_lookup (check->by_name, list->entity);
  if (!other)
    return satchel_place_fail (place, "entity", error, "no entity “%s”", list->entity);
  const SatchelField *field = satchel_entity_find_field (&other->entity, list->lookup);
  if (!field)
    return fail_no_field (place, "lookup", &other->entity, list->lookup, error);
  if (field->type != SATCHEL_TYPE_LOOKUP || !satchel_field_allows_target (field, check->entity->name))
    return satchel_place_fail (place, "lookup", error, "“%s” of %s is no lookup of %s", field->name,
                               other->entity.name, check->entity->name);
  if (list->view && !satchel_entity_find_view (&other->entity, list->view))
    return satchel_place_fail (place, "view", error, "no view “%s” of %s", list->view, other->entity.name);
  return TRUE;
}

static gboolean
check_required (const Check *check, GError **error)
{
  for (guint i = 0; i < check->entity->n_fields; i++) {
    const SatchelField *field = check->entity->fields[i];
    const SatchelFieldDraft *draft = g_ptr_array_index (check->entity_draft->fields, i);
    if (satchel_field_is_writable (field) && field->requirement == SATCHEL_REQUIREMENT_REQUIRED &&
        !field->default_text && !g_hash_table_contains (check->shown, field->name))
      return satchel_place_fail (&draft->place, "required", error,
                                 "“%s” is required and has no default, but form “%s” of %s lacks it",
                                 field->name, check->draft->form.name, check->entity->name);
  }
  return TRUE;
}

static gboolean
check_form (GHashTable *by_name, const SatchelEntity *entity, const SatchelFormDraft *draft, GError **error)
{
  g_autoptr (GHashTable) shown = g_hash_table_new (g_str_hash, g_str_equal);
  Check check = { .by_name = by_name,
                  .entity = entity,
                  .entity_draft = g_hash_table_lookup (by_name, entity->name),
                  .draft = draft,
                  .shown = shown };
  for (guint i = 0; i < draft->form.n_tabs; i++) {
    const SatchelFormTab *tab = &draft->form.tabs[i];
    for (guint j = 0; j < tab->n_sections; j++) {
      if (!check_section (&check, (SatchelFormSection *)&tab->sections[j], error))
        return FALSE;
    }
    for (guint j = 0; j < tab->n_lists; j++) {
      if (!check_list (&check, &tab->lists[j], error))
        return FALSE;
    }
  }
  return check_required (&check, error);
}

/* ---- processes ---- */

static gboolean
check_process (const SatchelEntity *entity, const SatchelProcessDraft *draft, GError **error)
{
  const SatchelProcess *process = &draft->process;
  const SatchelField *field = satchel_entity_find_field (entity, process->field);
  if (!field)
    return fail_no_field (&draft->place, "field", entity, process->field, error);
  if (field->type != SATCHEL_TYPE_CHOICE)
    return satchel_place_fail (&draft->place, "field", error, "the stages of a process are a choice's");
  for (guint i = 0; i < process->n_stages; i++) {
    const SatchelPlace *place = &g_array_index (draft->stage_places, SatchelPlace, i);
    const char *key = process->stages[i].key;
    if (!satchel_field_find_choice (field, key))
      return satchel_place_fail (place, "key", error, "“%s” has no choice “%s”", field->name, key);
    if (satchel_process_find_stage (process, key) != (int)i)
      return satchel_place_fail (place, "key", error, "stage “%s” is there twice", key);
  }
  return TRUE;
}

static gboolean
read_criteria (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelProcessDraft *draft,
               GError **error)
{
  guint n_read = 0;
  for (guint i = 0; i < draft->process.n_stages; i++) {
    const SatchelStage *stage = &draft->process.stages[i];
    for (guint j = 0; j < stage->n_criteria; j++) {
      SatchelCriterion *criterion = (SatchelCriterion *)&stage->criteria[j];
      const SatchelPlace *place = &g_array_index (draft->criterion_places, SatchelPlace, n_read++);
      if (*criterion->require != '\0' &&
          !satchel_drafts_read_condition (registry, entity, place, "require", criterion->require,
                                          &criterion->holds, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* ---- all of them ---- */

gboolean
satchel_drafts_check_layout (GPtrArray *drafts, GHashTable *by_name, GError **error)
{
  for (guint i = 0; i < drafts->len; i++) {
    const SatchelEntityDraft *draft = g_ptr_array_index (drafts, i);
    for (guint j = 0; j < draft->forms->len; j++) {
      if (!check_form (by_name, &draft->entity, g_ptr_array_index (draft->forms, j), error))
        return FALSE;
    }
    for (guint j = 0; j < draft->processes->len; j++) {
      if (!check_process (&draft->entity, g_ptr_array_index (draft->processes, j), error))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
satchel_drafts_read_criteria (SatchelRegistry *registry, const SatchelEntityDraft *draft, GError **error)
{
  for (guint i = 0; i < draft->processes->len; i++) {
    if (!read_criteria (registry, &draft->entity, g_ptr_array_index (draft->processes, i), error))
      return FALSE;
  }
  return TRUE;
}
