/* What only the whole set of definitions can show. Each check names the place it judges.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"

#include <string.h>

#include "protocol/metadata/suggest.h"
#include "protocol/predicate/predicate.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/compute.h"
#include "protocol/value.h"

#define MAX_VIEW_WIDTH 960 /* pixels: what a window of 1024 leaves beside the navigation's edge */

typedef struct {
  GHashTable *by_name; /* name → SatchelEntityDraft */
  const SatchelEntityDraft *draft;
} Check;

/* ---- names that are not there ---- */

static gboolean
fail_no_field (const SatchelPlace *place, const char *attribute, const SatchelEntity *entity,
               const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (guint i = 0; i < entity->n_fields; i++)
    g_ptr_array_add (names, (gpointer)entity->fields[i]->name);
  g_autofree char *hint = satchel_suggest_clause (name, (const char *const *)names->pdata, names->len);
  return satchel_place_fail (place, attribute, error, "no field “%s” in %s%s", name, entity->name, hint);
}

static gboolean
fail_no_key (const SatchelPlace *place, const char *attribute, const SatchelField *field, const char *key,
             GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  for (guint i = 0; i < field->n_choices; i++)
    g_ptr_array_add (keys, (gpointer)field->choices[i].key);
  g_autofree char *hint = satchel_suggest_clause (key, (const char *const *)keys->pdata, keys->len);
  return satchel_place_fail (place, attribute, error, "“%s” has no choice “%s”%s", field->name, key, hint);
}

static gboolean
fail_no_action (const SatchelPlace *place, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const SatchelAction *action;
  for (guint i = 0; (action = satchel_action_get (i)) != NULL; i++)
    g_ptr_array_add (names, (gpointer)action->name);
  g_autofree char *hint = satchel_suggest_clause (name, (const char *const *)names->pdata, names->len);
  return satchel_place_fail (place, "name", error, "no action “%s”%s", name, hint);
}

static gboolean
check_target (const Check *check, const SatchelFieldDraft *draft, const char *target, GError **error)
{
  if (g_hash_table_contains (check->by_name, target))
    return TRUE;
  guint n_names;
  g_autofree gpointer *names = g_hash_table_get_keys_as_array (check->by_name, &n_names);
  g_autofree char *hint = satchel_suggest_clause (target, (const char *const *)names, n_names);
  return satchel_place_fail (&draft->place, "targets", error,
                             "field “%s” refers to an entity “%s” that is not declared%s", draft->field.name,
                             target, hint);
}

/* ---- the words for things ---- */

/* FTS5 gives the tables beside an entity's search index these endings; no other index may have such a name.
 */
static const char *const shadow_endings[] = { "_data", "_idx", "_content", "_docsize", "_config" };

static gboolean
check_shadows (const Check *check, GError **error)
{
  const char *name = check->draft->entity.name;
  for (guint i = 0; i < G_N_ELEMENTS (shadow_endings); i++) {
    if (!g_str_has_suffix (name, shadow_endings[i]))
      continue;
    g_autofree char *other = g_strndup (name, strlen (name) - strlen (shadow_endings[i]));
    if (g_hash_table_contains (check->by_name, other))
      return satchel_place_fail (&check->draft->place, "name", error,
                                 "beside the entity “%s” there is no room for “%s”", other, name);
  }
  return TRUE;
}

/* @words finds what has the name or alias already. */
static gboolean
take_word (GHashTable *words, const char *word, const SatchelPlace *place, const char *attribute,
           GError **error)
{
  if (g_hash_table_add (words, (gpointer)word))
    return TRUE;
  return satchel_place_fail (place, attribute, error, "“%s” names something else already", word);
}

static gboolean
take_words (GHashTable *words, const char *name, const char *const *aliases, const SatchelPlace *place,
            GError **error)
{
  for (guint i = 0; aliases[i]; i++) {
    if (!take_word (words, aliases[i], place, "alias", error))
      return FALSE;
  }
  return take_word (words, name, place, "name", error);
}

static gboolean
check_field_words (const SatchelEntityDraft *draft, GError **error)
{
  g_autoptr (GHashTable) words = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < draft->fields->len; i++) {
    const SatchelFieldDraft *field = g_ptr_array_index (draft->fields, i);
    if (!take_words (words, field->field.name, field->field.aliases, &field->place, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_entity_words (GPtrArray *drafts, GError **error)
{
  g_autoptr (GHashTable) words = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < drafts->len; i++) {
    const SatchelEntityDraft *draft = g_ptr_array_index (drafts, i);
    if (!take_words (words, draft->entity.name, draft->entity.aliases, &draft->place, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- the entity ---- */

static gboolean
check_rights (const Check *check, GError **error)
{
  const SatchelEntity *entity = &check->draft->entity;
  if (!entity->rights || g_hash_table_contains (check->by_name, entity->rights))
    return TRUE;
  return satchel_place_fail (&check->draft->place, "rights", error, "no entity “%s”", entity->rights);
}

/* What makes records one, and what shows that one has them, are plain values that all who see a record see.
 */
static gboolean
check_once (const SatchelEntityDraft *draft, GError **error)
{
  const SatchelEntity *entity = &draft->entity;
  const SatchelField *once = entity->once;
  if (draft->once_name && !once)
    return fail_no_field (&draft->place, "once", entity, draft->once_name, error);
  if (once && ((once->type != SATCHEL_TYPE_STRING && once->type != SATCHEL_TYPE_FILE) || once->secured ||
               once->origin != SATCHEL_ORIGIN_ENTERED || entity->ownership != SATCHEL_OWNERSHIP_USER))
    return satchel_place_fail (&draft->place, "once", error,
                               "“once” names an entered, open string or file of records that users own");
  if (entity->n_proof > 0 && (!once || once->type == SATCHEL_TYPE_FILE))
    return satchel_place_fail (&draft->place, "proof", error, "“proof” goes with a string in “once”");
  for (guint i = 0; i < entity->n_proof; i++) {
    if (!entity->proof[i])
      return fail_no_field (&draft->place, "proof", entity, draft->proof_names[i], error);
    if (entity->proof[i]->type != SATCHEL_TYPE_TEXT || entity->proof[i]->secured)
      return satchel_place_fail (&draft->place, "proof", error, "“%s” is no open text",
                                 entity->proof[i]->name);
  }
  return TRUE;
}

static gboolean
check_title (const SatchelEntityDraft *draft, GError **error)
{
  const SatchelField *title = draft->entity.title;
  if (!title)
    return fail_no_field (&draft->place, "title", &draft->entity, draft->title_name, error);
  if (title->type != SATCHEL_TYPE_STRING || title->secured)
    return satchel_place_fail (&draft->place, "title", error,
                               "the title must be a string that everyone may read");
  return TRUE;
}

static gboolean
check_ownership (const SatchelEntityDraft *draft, GError **error)
{
  const SatchelEntity *entity = &draft->entity;
  if (entity->ownership == SATCHEL_OWNERSHIP_USER) {
    const SatchelField *owner = satchel_entity_find_field (entity, "owner");
    if (!owner || owner->type != SATCHEL_TYPE_LOOKUP || !satchel_field_allows_target (owner, "user"))
      return satchel_place_fail (&draft->place, "ownership", error,
                                 "an entity that users own needs a lookup “owner” with the target “user”");
  }
  if (entity->ownership == SATCHEL_OWNERSHIP_RECORD &&
      (!satchel_entity_find_field (entity, "record_entity") ||
       !satchel_entity_find_field (entity, "record_id")))
    return satchel_place_fail (&draft->place, "ownership", error,
                               "an entity filed with another record needs “record_entity” and “record_id”");
  return TRUE;
}

static gboolean
check_states (const SatchelEntityDraft *draft, GError **error)
{
  if (!draft->state_name)
    return TRUE;
  const SatchelPlace *place = &draft->states_place;
  const SatchelField *field = draft->entity.state_field;
  if (!field)
    return fail_no_field (place, "field", &draft->entity, draft->state_name, error);
  if (field->type != SATCHEL_TYPE_CHOICE || field->requirement != SATCHEL_REQUIREMENT_REQUIRED ||
      !field->default_text)
    return satchel_place_fail (place, "field", error,
                               "the state field must be a required choice with a default");
  for (guint i = 0; i < draft->closed_places->len; i++) {
    const char *key = g_ptr_array_index (draft->closed_states, i);
    if (!satchel_field_find_choice (field, key))
      return fail_no_key (&g_array_index (draft->closed_places, SatchelPlace, i), "key", field, key, error);
  }
  for (guint i = 0; i < draft->transitions->len; i++) {
    const SatchelTransition *step = &g_array_index (draft->transitions, SatchelTransition, i);
    const SatchelPlace *step_place = &g_array_index (draft->transition_places, SatchelPlace, i);
    if (!satchel_field_find_choice (field, step->from))
      return fail_no_key (step_place, "from", field, step->from, error);
    if (!satchel_field_find_choice (field, step->to))
      return fail_no_key (step_place, "to", field, step->to, error);
    if (step->action && !satchel_entity_has_action (&draft->entity, step->action))
      return satchel_place_fail (step_place, "action", error, "%s does not declare the action “%s”",
                                 draft->entity.name, step->action);
  }
  return TRUE;
}

/* A record that is merged away says where it went, and is in a state of its own then, or inactive. */
static gboolean
check_merge (const SatchelEntityDraft *draft, const SatchelPlace *place, GError **error)
{
  const SatchelEntity *entity = &draft->entity;
  const SatchelField *into = satchel_entity_find_field (entity, "merged_into");
  const SatchelField *status = satchel_entity_find_field (entity, "status");
  if (!into || into->type != SATCHEL_TYPE_LOOKUP || into->n_targets != 1 ||
      !g_str_equal (into->targets[0], entity->name))
    return satchel_place_fail (place, "name", error, "“merge” needs a lookup “merged_into” of %s",
                               entity->name);
  for (guint i = 0; i < draft->transitions->len; i++) {
    if (g_strcmp0 (g_array_index (draft->transitions, SatchelTransition, i).action, "merge") == 0)
      return TRUE;
  }
  if (!entity->state_field && status && status->type == SATCHEL_TYPE_CHOICE &&
      satchel_field_find_choice (status, "inactive"))
    return TRUE;
  return satchel_place_fail (place, "name", error,
                             "“merge” needs transitions of its own, or a “status” without states that can be "
                             "“inactive”");
}

static gboolean
check_actions (const SatchelEntityDraft *draft, GError **error)
{
  for (guint i = 0; i < draft->action_places->len; i++) {
    const char *name = g_ptr_array_index (draft->actions, i);
    const SatchelPlace *place = &g_array_index (draft->action_places, SatchelPlace, i);
    if (!satchel_action_find (name, NULL))
      return fail_no_action (place, name, error);
    if (!satchel_action_find (name, &draft->entity))
      return satchel_place_fail (place, "name", error, "the action “%s” does not suit %s", name,
                                 draft->entity.name);
    if (g_str_equal (name, "merge") && !check_merge (draft, place, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- fields ---- */

static gboolean
check_default (const SatchelFieldDraft *draft, GError **error)
{
  const SatchelField *field = &draft->field;
  const char *text = field->default_text;
  if (!text || (g_str_equal (text, "me") && satchel_field_allows_target (field, "user")) ||
      (g_str_equal (text, "today") && field->type == SATCHEL_TYPE_DATE) ||
      (g_str_equal (text, "now") && field->type == SATCHEL_TYPE_DATETIME))
    return TRUE;
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) problem = NULL;
  if (satchel_value_from_text (field, text, &value, &problem))
    return TRUE;
  return satchel_place_fail (&draft->place, "default", error, "the default does not suit the field: %s",
                             problem->message);
}

/* What only some may read stands in no index that others search, merges with nothing that they see, and is
 * asked of nobody who may not write it. */
static gboolean
check_secured (const Check *check, const SatchelFieldDraft *draft, GError **error)
{
  const SatchelField *field = &draft->field;
  const SatchelEntity *entity = &check->draft->entity;
  for (guint i = 0; field->group && i < entity->n_fields; i++) {
    const SatchelField *other = entity->fields[i];
    if (g_strcmp0 (other->group, field->group) == 0 && g_strcmp0 (other->secured, field->secured) != 0)
      return satchel_place_fail (&draft->place, "group", error,
                                 "“%s” is merged with it, but is of another field class", other->name);
  }
  if (!field->secured)
    return TRUE;
  if (field->search != SATCHEL_SEARCH_NONE)
    return satchel_place_fail (&draft->place, "search", error, "a secured field cannot be searched");
  if (field->requirement == SATCHEL_REQUIREMENT_REQUIRED && !field->default_text)
    return satchel_place_fail (&draft->place, "required", error,
                               "a secured field that is required needs a default");
  if (field == entity->state_field || g_str_equal (field->name, "owner"))
    return satchel_place_fail (&draft->place, "secured", error, "“%s” must be readable by everyone",
                               field->name);
  return TRUE;
}

static gboolean
check_field (const Check *check, const SatchelFieldDraft *draft, GError **error)
{
  const SatchelField *field = &draft->field;
  for (guint i = 0; i < field->n_targets; i++) {
    if (!check_target (check, draft, field->targets[i], error))
      return FALSE;
  }
  if (field->policy == SATCHEL_POLICY_STATE && field != check->draft->entity.state_field)
    return satchel_place_fail (&draft->place, "policy", error,
                               "the policy “state” is for the field of <states> only");
  if (field->compute && !satchel_compute_find (field->compute))
    return satchel_place_fail (&draft->place, "compute", error, "no computation “%s”", field->compute);
  if (!check_secured (check, draft, error))
    return FALSE;
  const SatchelField *other =
      field->default_from ? satchel_entity_find_field (&check->draft->entity, field->default_from) : NULL;
  if (field->default_from && !other)
    return fail_no_field (&draft->place, "default_from", &check->draft->entity, field->default_from, error);
  if (other && other->type != SATCHEL_TYPE_CHOICE)
    return satchel_place_fail (&draft->place, "default_from", error, "“%s” is no choice", other->name);
  return check_default (draft, error);
}

static gboolean
check_fields (const Check *check, GError **error)
{
  for (guint i = 0; i < check->draft->fields->len; i++) {
    if (!check_field (check, g_ptr_array_index (check->draft->fields, i), error))
      return FALSE;
  }
  return TRUE;
}

/* ---- views ---- */

/* The field at the end of a path along lookups ("account.city"). */
static gboolean
check_path (const Check *check, const SatchelPlace *place, const char *attribute, const char *path,
            GError **error)
{
  const SatchelEntity *entity = &check->draft->entity;
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  for (guint i = 0; steps[i]; i++) {
    const SatchelField *field = satchel_entity_find_field (entity, steps[i]);
    if (!field)
      return fail_no_field (place, attribute, entity, steps[i], error);
    if (!steps[i + 1])
      return TRUE;
    if (field->type != SATCHEL_TYPE_LOOKUP || field->n_targets != 1)
      return satchel_place_fail (place, attribute, error,
                                 "“%s” cannot be followed: it is not a lookup of one target", field->name);
    entity = &((const SatchelEntityDraft *)g_hash_table_lookup (check->by_name, field->targets[0]))->entity;
  }
  return satchel_place_fail (place, attribute, error, "a field is missing");
}

static gboolean
check_columns (const Check *check, const SatchelViewDraft *draft, GError **error)
{
  guint width = 0;
  if (draft->view.n_columns == 0)
    return satchel_place_fail (&draft->place, NULL, error, "view “%s” has no columns", draft->view.name);
  for (guint i = 0; i < draft->view.n_columns; i++) {
    const SatchelPlace *place = &g_array_index (draft->column_places, SatchelPlace, i);
    const SatchelViewColumn *column = &draft->view.columns[i];
    if (!check_path (check, place, "field", column->field, error))
      return FALSE;
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (draft->view.columns[j].field, column->field))
        return satchel_place_fail (place, "field", error, "column “%s” is there twice", column->field);
    }
    width += column->width;
  }
  if (width > MAX_VIEW_WIDTH)
    return satchel_place_fail (&draft->place, NULL, error,
                               "the columns of view “%s” are %u pixels wide, over %d", draft->view.name,
                               width, MAX_VIEW_WIDTH);
  return TRUE;
}

static gboolean
check_sort (const SatchelEntity *entity, const SatchelViewDraft *draft, GError **error)
{
  const char *colon = strchr (draft->view.sort, ':');
  g_autofree char *name =
      colon ? g_strndup (draft->view.sort, colon - draft->view.sort) : g_strdup (draft->view.sort);
  if (!satchel_entity_find_field (entity, name))
    return fail_no_field (&draft->place, "sort", entity, name, error);
  if (colon && !g_str_equal (colon, ":desc"))
    return satchel_place_fail (&draft->place, "sort", error, "sort is “field” or “field:desc”, not “%s”",
                               draft->view.sort);
  return TRUE;
}

#define BIT(name)  (1u << SATCHEL_TYPE_##name)
#define CATEGORIES (BIT (CHOICE) | BIT (MULTICHOICE) | BIT (BOOLEAN) | BIT (LOOKUP))
#define DAYS       (BIT (DATE) | BIT (DATETIME))

/* @name may be NULL: the view has no such filter. */
static gboolean
check_filter_field (const SatchelEntity *entity, const SatchelViewDraft *draft, const char *attribute,
                    const char *name, guint types, GError **error)
{
  if (!name)
    return TRUE;
  const SatchelField *field = satchel_entity_find_field (entity, name);
  if (!field)
    return fail_no_field (&draft->place, attribute, entity, name, error);
  if (!(types & (1u << field->type)))
    return satchel_place_fail (&draft->place, attribute, error,
                               "a field of type “%s” does not suit the %s filter",
                               satchel_type_name (field->type), attribute);
  return TRUE;
}

static gboolean
check_view (const Check *check, const SatchelViewDraft *draft, GError **error)
{
  const SatchelEntity *entity = &check->draft->entity;
  const SatchelView *view = &draft->view;
  if (!check_columns (check, draft, error) || !check_sort (entity, draft, error) ||
      !check_filter_field (entity, draft, "type", view->type_field, CATEGORIES, error) ||
      !check_filter_field (entity, draft, "date", view->date_field, DAYS, error))
    return FALSE;
  for (guint i = 0; view->find[i]; i++) {
    const SatchelField *field = satchel_entity_find_field (entity, view->find[i]);
    if (!field)
      return fail_no_field (&draft->place, "find", entity, view->find[i], error);
    if (field->search == SATCHEL_SEARCH_NONE)
      return satchel_place_fail (&draft->place, "find", error, "field “%s” is not searchable", field->name);
  }
  for (guint i = 0; view->preview[i]; i++) {
    if (!check_path (check, &draft->place, "preview", view->preview[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_views (const Check *check, GError **error)
{
  const SatchelEntityDraft *draft = check->draft;
  if (draft->views->len == 0 || !draft->entity.views[0].is_default)
    return satchel_place_fail (&draft->place, NULL, error, "entity “%s” has no default view",
                               draft->entity.name);
  for (guint i = 0; i < draft->views->len; i++) {
    if (!check_view (check, g_ptr_array_index (draft->views, i), error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_drafts_check (GPtrArray *drafts, GHashTable *by_name, GError **error)
{
  if (!check_entity_words (drafts, error))
    return FALSE;
  for (guint i = 0; i < drafts->len; i++) {
    const Check check = { .by_name = by_name, .draft = g_ptr_array_index (drafts, i) };
    if (!check_title (check.draft, error) || !check_ownership (check.draft, error) ||
        !check_shadows (&check, error) || !check_rights (&check, error) || !check_once (check.draft, error) ||
        !check_field_words (check.draft, error) || !check_fields (&check, error) ||
        !check_states (check.draft, error) || !check_actions (check.draft, error))
      return FALSE;
  }
  /* Views follow lookups, whose targets are sound by now. */
  for (guint i = 0; i < drafts->len; i++) {
    const Check check = { .by_name = by_name, .draft = g_ptr_array_index (drafts, i) };
    if (!check_views (&check, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_drafts_read_condition (SatchelRegistry *registry, const SatchelEntity *entity,
                               const SatchelPlace *place, const char *attribute, const char *text,
                               SatchelPredicate **condition, GError **error)
{
  g_autoptr (GError) problem = NULL;
  *condition = satchel_predicate_parse (registry, entity, text, &problem);
  if (!*condition)
    return satchel_place_fail (place, attribute, error, "%s", problem->message);
  satchel_predicate_disown (*condition);
  if (satchel_predicate_is_local (*condition))
    return TRUE;
  return satchel_place_fail (
      place, attribute, error,
      "it looks at the record's own fields: not along lookups, not at who asks or when");
}

static gboolean
check_rules (SatchelRegistry *registry, const SatchelEntityDraft *draft, GError **error)
{
  for (guint i = 0; i < draft->rules->len; i++) {
    SatchelRule *rule = &g_array_index (draft->rules, SatchelRule, i);
    const SatchelPlace *place = &g_array_index (draft->rule_places, SatchelPlace, i);
    if (rule->field && !satchel_entity_find_field (&draft->entity, rule->field))
      return fail_no_field (place, "field", &draft->entity, rule->field, error);
    if (!satchel_drafts_read_condition (registry, &draft->entity, place, "when", rule->when, &rule->applies,
                                        error) ||
        !satchel_drafts_read_condition (registry, &draft->entity, place, "require", rule->require,
                                        &rule->holds, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_drafts_check_predicates (GPtrArray *drafts, SatchelRegistry *registry, GError **error)
{
  for (guint i = 0; i < drafts->len; i++) {
    const SatchelEntityDraft *draft = g_ptr_array_index (drafts, i);
    if (!check_rules (registry, draft, error) || !satchel_drafts_read_criteria (registry, draft, error))
      return FALSE;
    for (guint j = 0; j < draft->views->len; j++) {
      const SatchelViewDraft *view = g_ptr_array_index (draft->views, j);
      g_autoptr (GError) problem = NULL;
      g_autoptr (SatchelPredicate) predicate =
          satchel_predicate_parse (registry, &draft->entity, view->view.where, &problem);
      if (!predicate)
        return satchel_place_fail (&view->place, "where", error, "%s", problem->message);
    }
  }
  return TRUE;
}
