/* What a stranger asks is judged here: nothing of it reaches SQL but resolved fields and bound values.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/query/question.h"

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

#include <string.h>

static void
column_clear (gpointer data)
{
  g_free (((SatchelListColumn *)data)->name);
}

void
satchel_question_clear (SatchelQuestion *question)
{
  g_clear_pointer (&question->readable, satchel_readable_free);
  g_clear_pointer (&question->list.columns, g_array_unref);
  g_clear_pointer (&question->find_fields, g_ptr_array_unref);
  satchel_sql_condition_clear (&question->where);
  satchel_list_place_clear (&question->place);
}

/* ---- places ---- */

char *
satchel_place_to_text (const SatchelListPlace *place)
{
  JsonArray *array = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  json_array_add_string_element (array, place->id);
  if (place->is_empty)
    json_array_add_null_element (array);
  else if (place->text != NULL)
    json_array_add_string_element (array, place->text);
  else
    json_array_add_int_element (array, place->integer);
  json_node_take_array (node, array);
  return satchel_json_print (node);
}

static gboolean
read_value (JsonNode *node, const SatchelField *sort, SatchelListPlace *place)
{
  const char *text;

  place->is_empty = JSON_NODE_HOLDS_NULL (node);
  if (place->is_empty)
    return TRUE;
  if (sort == NULL)
    return FALSE;
  if (satchel_type_is_stored_integer (sort->type))
    return satchel_json_get_integer (node, &place->integer);
  text = satchel_json_get_string (node);
  place->text = g_strdup (text);
  return text != NULL && g_utf8_strlen (text, -1) <= SATCHEL_MAX_SORT_CHARS;
}

gboolean
satchel_place_from_text (const char *text, const SatchelField *sort, SatchelListPlace *place, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), NULL);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const char *id = NULL;

  if (array != NULL && json_array_get_length (array) == 2)
    id = satchel_json_get_string (json_array_get_element (array, 0));
  if (id != NULL && satchel_id_is_valid (id) && read_value (json_array_get_element (array, 1), sort, place)) {
    place->id = g_strdup (id);
    return TRUE;
  }
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                       "“after” is not what the page before ended with");
  return FALSE;
}

/* ---- fields ---- */

static gboolean
check_visible (const SatchelQuestion *question, const SatchelField *field, GError **error)
{
  if (!satchel_scope_hides (question->scope, field))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, "you may not read “%s”", field->name);
  return FALSE;
}

static const SatchelField *
require_field (const SatchelQuestion *question, const SatchelEntity *entity, const char *name, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (entity, name);

  if (field == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "%s has no field “%s”", entity->name, name);
    return NULL;
  }
  return check_visible (question, field, error) ? field : NULL;
}

/* The entity behind a lookup in which the path goes on: the first target that has such a field. */
static const SatchelEntity *
follow (SatchelRegistry *registry, const SatchelField *lookup, const char *next)
{
  for (guint i = 0; i < lookup->n_targets; i++) {
    const SatchelEntity *target = satchel_registry_find (registry, lookup->targets[i]);

    if (satchel_entity_find_field (target, next) != NULL)
      return target;
  }
  return satchel_registry_find (registry, lookup->targets[0]);
}

static gboolean
resolve_column (const SatchelQuestion *question, SatchelRegistry *registry, const char *name,
                SatchelListColumn *column, GError **error)
{
  const SatchelEntity *entity = question->list.entity;
  g_auto (GStrv) parts = g_strsplit (name, ".", SATCHEL_MAX_PATH_STEPS + 2);

  for (guint i = 0;; i++) {
    column->fields[i] = require_field (question, entity, parts[i] != NULL ? parts[i] : "", error);
    if (column->fields[i] == NULL)
      return FALSE;
    if (parts[i + 1] == NULL)
      return TRUE;
    if (column->fields[i]->type != SATCHEL_TYPE_LOOKUP || i == SATCHEL_MAX_PATH_STEPS) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the column “%s” leads nowhere", name);
      return FALSE;
    }
    column->entities[i] = entity = follow (registry, column->fields[i], parts[i + 1]);
    column->n_steps = i + 1;
  }
}

static gboolean
resolve_columns (SatchelQuestion *question, SatchelRegistry *registry, char **names, GError **error)
{
  SatchelList *list = &question->list;
  const SatchelEntity *entity = list->entity;

  list->columns = g_array_new (FALSE, TRUE, sizeof (SatchelListColumn));
  g_array_set_clear_func (list->columns, column_clear);
  for (guint i = 0; names == NULL && i < entity->n_fields; i++) {
    SatchelListColumn column = { .fields = { entity->fields[i] } };

    if (satchel_scope_hides (question->scope, entity->fields[i]))
      continue;
    column.name = g_strdup (entity->fields[i]->name);
    g_array_append_val (list->columns, column);
  }
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    SatchelListColumn column = { 0 };

    if (!resolve_column (question, registry, names[i], &column, error))
      return FALSE;
    column.name = g_strdup (names[i]);
    g_array_append_val (list->columns, column);
  }
  return TRUE;
}

/* Quick find looks at what may be read alone: where something is hidden, the fields are spelled out. */
static gboolean
resolve_find (SatchelQuestion *question, const SatchelListRequest *request, GError **error)
{
  const SatchelEntity *entity = question->list.entity;
  gboolean hides = FALSE;

  if (request->find == NULL)
    return TRUE;
  question->find_fields = g_ptr_array_new ();
  for (guint i = 0; request->find_fields != NULL && request->find_fields[i] != NULL; i++) {
    const SatchelField *field = require_field (question, entity, request->find_fields[i], error);

    if (field == NULL)
      return FALSE;
    g_ptr_array_add (question->find_fields, (gpointer)field->name);
  }
  for (guint i = 0; request->find_fields == NULL && i < entity->n_fields; i++) {
    const gboolean hidden = satchel_scope_hides (question->scope, entity->fields[i]);

    hides |= hidden && entity->fields[i]->search != SATCHEL_SEARCH_NONE;
    if (!hidden)
      g_ptr_array_add (question->find_fields, (gpointer)entity->fields[i]->name);
  }
  g_ptr_array_add (question->find_fields, NULL);
  question->list.find.typed = request->find;
  if (request->find_fields != NULL || hides)
    question->list.find.fields = (const char *const *)question->find_fields->pdata;
  return TRUE;
}

/* ---- the condition ---- */

static gboolean
resolve_where (SatchelQuestion *question, SatchelRegistry *registry, const SatchelListRequest *request,
               gint64 now_ms, GError **error)
{
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autoptr (GTimeZone) zone = NULL;
  SatchelPredicateContext context = { .now_ms = now_ms };

  if (request->zone != NULL && (zone = g_time_zone_new_identifier (request->zone)) == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "there is no such time zone");
    return FALSE;
  }
  if (request->where == NULL)
    return TRUE;
  predicate = satchel_predicate_parse (registry, question->list.entity, request->where, error);
  if (predicate == NULL)
    return FALSE;
  context.zone = zone;
  satchel_scope_fill_context (question->scope, &context);
  if (!satchel_scope_allows (question->scope, predicate, error))
    return FALSE;
  satchel_predicate_to_guarded_sql (predicate, &context, SATCHEL_SQL_SQLITE, 1, satchel_readable_guard,
                                    question->readable, &question->where);
  question->list.where = &question->where;
  return TRUE;
}

gboolean
satchel_question_init (SatchelQuestion *question, SatchelStore *store, SatchelAccess *access,
                       const char *user, const SatchelListRequest *request, gint64 now_ms, GError **error)
{
  SatchelRegistry *registry = store->registry;
  SatchelList *list = &question->list;

  list->entity = satchel_registry_require (registry, request->entity, error);
  if (list->entity == NULL)
    return FALSE;
  question->scope = satchel_access_get_scope (access, user, NULL, error);
  if (question->scope == NULL)
    return FALSE;
  question->readable = satchel_readable_new (store, question->scope);
  list->guard = satchel_readable_guard;
  list->guard_data = question->readable;
  list->buckets = satchel_readable_list_buckets (question->readable, list->entity, error);
  if (list->buckets == NULL)
    return FALSE;
  list->sort = list->entity->title;
  list->descending = request->descending;
  if (request->sort != NULL &&
      (list->sort = require_field (question, list->entity, request->sort, error)) == NULL)
    return FALSE;
  return resolve_columns (question, registry, request->columns, error) &&
         resolve_find (question, request, error) &&
         resolve_where (question, registry, request, now_ms, error) &&
         satchel_readable_check (question->readable, error) &&
         (request->after == NULL ||
          satchel_place_from_text (request->after, list->sort, &question->place, error));
}
