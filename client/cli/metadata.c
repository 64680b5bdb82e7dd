/* satchelctl entities, fields, views: the definitions that hold here, without what is retired.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "client/cli/commands.h"
#include "client/cli/table.h"
#include "client/views.h"

/* One document and its end. */
static int
print_array (SatchelCli *cli, JsonArray *array)
{
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_take_array (json_node_init (node, JSON_NODE_ARRAY), array);
  satchel_cli_print_json (cli, node);
  return SATCHEL_CLI_DONE;
}

static JsonArray *
make_strings (const char *const *strings)
{
  JsonArray *array = json_array_new ();

  for (; strings != NULL && *strings != NULL; strings++)
    json_array_add_string_element (array, *strings);
  return array;
}

/* ---- entities ---- */

static JsonArray *
describe_entities (const SatchelEntity *const *entities, guint n_entities)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < n_entities; i++) {
    JsonObject *object;

    if (entities[i]->retired)
      continue;
    object = json_object_new ();
    json_object_set_string_member (object, "name", entities[i]->name);
    json_object_set_array_member (object, "aliases", make_strings (entities[i]->aliases));
    json_object_set_string_member (object, "label", entities[i]->label);
    json_object_set_string_member (object, "plural", entities[i]->plural);
    json_object_set_string_member (object, "area", entities[i]->area);
    json_object_set_string_member (object, "title", entities[i]->title->name);
    json_object_set_array_member (object, "actions", make_strings (entities[i]->actions));
    json_array_add_object_element (array, object);
  }
  return array;
}

int
satchel_cli_entities (SatchelCli *cli, int argc, char **argv)
{
  static const char *const titles[] = { N_ ("Name"), N_ ("Label"), N_ ("Area"), N_ ("Actions"), NULL };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 0, 0, &status);
  const SatchelEntity *const *entities;
  guint n_entities;
  SatchelTable *table;

  if (words == NULL)
    return status;
  entities = satchel_registry_get_entities (cli->registry, &n_entities);
  if (cli->json)
    return print_array (cli, describe_entities (entities, n_entities));
  table = satchel_table_new (titles);
  for (guint i = 0; i < n_entities; i++) {
    g_autofree char *actions = g_strjoinv (", ", (char **)entities[i]->actions);
    const char *const cells[] = { satchel_entity_get_word (entities[i]), _ (entities[i]->label),
                                  entities[i]->area, actions, NULL };

    if (!entities[i]->retired)
      satchel_table_add (table, cells);
  }
  satchel_table_finish (table);
  return SATCHEL_CLI_DONE;
}

/* ---- fields ---- */

static JsonArray *
make_choices (const SatchelField *field)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < field->n_choices; i++)
    if (!field->choices[i].retired)
      json_array_add_string_element (array, field->choices[i].key);
  return array;
}

static JsonObject *
describe_field (const SatchelField *field)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", field->name);
  json_object_set_array_member (object, "aliases", make_strings (field->aliases));
  json_object_set_string_member (object, "label", field->label);
  json_object_set_string_member (object, "type", satchel_type_name (field->type));
  json_object_set_boolean_member (object, "required", field->requirement == SATCHEL_REQUIREMENT_REQUIRED);
  json_object_set_boolean_member (object, "writable", satchel_field_is_writable (field));
  json_object_set_string_member (object, "policy", satchel_policy_name (field->policy));
  json_object_set_array_member (object, "choices", make_choices (field));
  json_object_set_array_member (object, "targets", make_strings (field->targets));
  return object;
}

/* What a person needs to fill the field in. */
static char *
describe_values (const SatchelField *field)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < field->n_choices; i++)
    if (!field->choices[i].retired)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", field->choices[i].key);
  for (guint i = 0; i < field->n_targets; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "→ ", field->targets[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

int
satchel_cli_fields (SatchelCli *cli, int argc, char **argv)
{
  static const char *const titles[] = { N_ ("Name"),   N_ ("Label"),  N_ ("Type"), N_ ("Required"),
                                        N_ ("Policy"), N_ ("Values"), NULL };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 1, 1, &status);
  const SatchelEntity *entity;
  JsonArray *array;
  SatchelTable *table;

  if (words == NULL)
    return status;
  if ((entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if (cli->json) {
    array = json_array_new ();
    for (guint i = 0; i < entity->n_fields; i++)
      if (!entity->fields[i]->retired)
        json_array_add_object_element (array, describe_field (entity->fields[i]));
    return print_array (cli, array);
  }
  table = satchel_table_new (titles);
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    g_autofree char *values = describe_values (field);
    const char *required = field->requirement == SATCHEL_REQUIREMENT_REQUIRED ? _ ("yes") : "";
    const char *policy =
        satchel_field_is_writable (field) ? satchel_policy_name (field->policy) : _ ("(not entered)");
    const char *const cells[] = { satchel_field_get_word (field),
                                  _ (field->label),
                                  satchel_type_name (field->type),
                                  required,
                                  policy,
                                  values,
                                  NULL };

    if (!field->retired)
      satchel_table_add (table, cells);
  }
  satchel_table_finish (table);
  return SATCHEL_CLI_DONE;
}

/* ---- views ---- */

static JsonObject *
describe_view (const SatchelView *view)
{
  JsonObject *object = json_object_new ();
  JsonArray *columns = json_array_new ();

  for (guint i = 0; i < view->n_columns; i++)
    json_array_add_string_element (columns, view->columns[i].field);
  json_object_set_string_member (object, "name", view->name);
  json_object_set_string_member (object, "label", view->label);
  json_object_set_boolean_member (object, "default", view->is_default);
  json_object_set_string_member (object, "where", view->where);
  json_object_set_string_member (object, "sort", view->sort);
  json_object_set_array_member (object, "columns", columns);
  return object;
}

static void
add_view (SatchelCli *cli, const SatchelView *view, JsonArray *array, SatchelTable *table)
{
  g_autofree char *label = satchel_cli_display_text (_ (view->label), SATCHEL_CLI_ONE_LINE);
  g_autofree char *where = satchel_cli_display_text (view->where, SATCHEL_CLI_ONE_LINE);
  const char *const cells[] = {
    view->name, label, view->is_default ? _ ("yes") : "", where, view->sort, NULL
  };

  if (array != NULL)
    json_array_add_object_element (array, describe_view (view));
  else
    satchel_table_add (table, cells);
}

/* Those of the definitions, then those that people saved; of these, what cannot be understood is told. */
static void
add_views (SatchelCli *cli, const SatchelEntity *entity, const GPtrArray *saved, JsonArray *array,
           SatchelTable *table)
{
  for (guint i = 0; i < entity->n_views; i++)
    add_view (cli, &entity->views[i], array, table);
  for (guint i = 0; i < saved->len; i++) {
    g_autoptr (GError) error = NULL;
    const SatchelView *view = satchel_saved_view_get_view (saved->pdata[i], &error);

    g_autofree char *problem =
        view == NULL ? satchel_cli_display_text (error->message, SATCHEL_CLI_ONE_LINE) : NULL;

    if (view != NULL)
      add_view (cli, view, array, table);
    else
      satchel_cli_note (cli, "%s", problem);
  }
}

int
satchel_cli_views (SatchelCli *cli, int argc, char **argv)
{
  static const char *const titles[] = { N_ ("Name"),  N_ ("Label"), N_ ("Default"),
                                        N_ ("Where"), N_ ("Sort"),  NULL };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 1, 1, &status);
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelEntity *entity;
  JsonArray *array = NULL;
  SatchelTable *table = NULL;

  if (words == NULL)
    return status;
  if ((entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if ((saved = satchel_session_list_views (cli->session, entity, &error)) == NULL)
    return satchel_cli_fail (cli, error);
  if (cli->json)
    array = json_array_new ();
  else
    table = satchel_table_new (titles);
  add_views (cli, entity, saved, array, table);
  if (array != NULL)
    return print_array (cli, array);
  satchel_table_finish (table);
  return SATCHEL_CLI_DONE;
}
