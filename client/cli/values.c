/* From what a person types to typed values: assignments, files, and records called by their names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/values.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/blobs/attach.h"
#include "protocol/error.h"
#include "protocol/limits.h"

#define MAX_CANDIDATES 5 /* named in the message about an ambiguous name */

/* ---- assignments ---- */

static gboolean
read_file (const char *path, char **text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize length;

  if (!g_file_get_contents (path, text, &length, &problem)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, problem->message);
    return FALSE;
  }
  if (g_utf8_validate_len (*text, length, NULL))
    return TRUE;
  g_clear_pointer (text, g_free);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is not UTF-8 text"), path);
  return FALSE;
}

gboolean
satchel_cli_split_assignment (const char *argument, char **name, char **text, GError **error)
{
  const char *equals = strchr (argument, '=');

  if (equals == NULL || equals == argument) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is not of the form field=value"),
                 argument);
    return FALSE;
  }
  if (g_str_has_prefix (equals + 1, "@@")) {
    *text = g_strdup (equals + 2);
  } else if (equals[1] == '@') {
    if (!read_file (equals + 2, text, error))
      return FALSE;
  } else {
    *text = g_strdup (equals + 1);
  }
  *name = g_strndup (argument, equals - argument);
  return TRUE;
}

static gboolean
is_change_of (gconstpointer change, gconstpointer field)
{
  return ((const SatchelFieldValue *)change)->field == field;
}

/* The path in "field=@PATH" where the field holds a file; else NULL. */
static const char *
attached_path (const SatchelEntity *entity, const char *argument, const SatchelField **field)
{
  const char *equals = strchr (argument, '=');
  g_autofree char *name = equals != NULL ? g_strndup (argument, equals - argument) : NULL;

  *field = name != NULL ? satchel_entity_find_field (entity, name) : NULL;
  return *field != NULL && (*field)->type == SATCHEL_TYPE_FILE && equals[1] == '@' && equals[2] != '@'
             ? equals + 2
             : NULL;
}

/* What @argument says; NULL after a line on stderr, with *status. */
static SatchelFieldValue *
read_assignment (SatchelCli *cli, const SatchelEntity *entity, const char *argument, int *status)
{
  g_autofree SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);
  g_autofree char *name = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  const char *path = attached_path (entity, argument, &change->field);
  gboolean valued;

  *status = SATCHEL_CLI_USAGE;
  if (path == NULL) {
    if (!satchel_cli_split_assignment (argument, &name, &text, &error)) {
      satchel_cli_misuse (cli, "%s", error->message);
      return NULL;
    }
    change->field = satchel_cli_field (cli, entity, name);
    if (change->field == NULL)
      return NULL;
    valued = satchel_cli_value (cli, change->field, text, &change->value, &error);
  } else {
    change->value = satchel_attach (satchel_session_get_replica (cli->session), path, &error);
    valued = change->value != NULL && satchel_value_check (change->field, change->value, &error);
  }
  if (valued)
    return g_steal_pointer (&change);
  g_clear_pointer (&change->value, satchel_value_unref);
  *status = satchel_cli_fail (cli, error);
  return NULL;
}

GPtrArray *
satchel_cli_assignments (SatchelCli *cli, const SatchelEntity *entity, char **arguments, int *status)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);

  for (char **argument = arguments; *argument != NULL; argument++) {
    SatchelFieldValue *change = read_assignment (cli, entity, *argument, status);

    if (change == NULL)
      return NULL;
    if (g_ptr_array_find_with_equal_func (changes, change->field, is_change_of, NULL)) {
      *status = satchel_cli_misuse (cli, _ ("%s is given twice"), change->field->name);
      satchel_field_value_free (change);
      return NULL;
    }
    g_ptr_array_add (changes, change);
  }
  return g_steal_pointer (&changes);
}

/* ---- records by name ---- */

/* @data: SatchelRecord*, each once. */
static gboolean
found_cb (const SatchelRecord *record, gpointer data)
{
  GPtrArray *found = data;

  for (guint i = 0; i < found->len; i++) {
    if (g_str_equal (((SatchelRecord *)g_ptr_array_index (found, i))->id, record->id))
      return TRUE;
  }
  g_ptr_array_add (found, satchel_record_copy (record));
  return found->len <= MAX_CANDIDATES;
}

static gboolean
find_by_field (SatchelCli *cli, const SatchelEntity *entity, const SatchelField *field, const char *text,
               GPtrArray *found, GError **error)
{
  JsonObject *test = json_object_new ();
  g_autoptr (JsonNode) node = json_node_alloc ();
  g_autoptr (SatchelPredicate) where = NULL;
  SatchelPredicateContext context;
  SatchelQuery query = { .entity = entity, .limit = MAX_CANDIDATES + 1 };

  json_node_take_object (json_node_init (node, JSON_NODE_OBJECT), test);
  json_object_set_string_member (test, "field", field->name);
  json_object_set_string_member (test, "op", "=");
  json_object_set_string_member (test, "value", text);
  where = satchel_predicate_from_json (cli->registry, entity, node, error);
  if (where == NULL)
    return FALSE;
  query.where = where;
  satchel_session_get_context (cli->session, &context);
  return satchel_replica_query (satchel_session_get_replica (cli->session), &query, &context, found_cb, found,
                                error);
}

/* By title; people also by the name they sign in with. */
static gboolean
find_in_entity (SatchelCli *cli, const SatchelEntity *entity, const char *text, GPtrArray *found,
                GError **error)
{
  const SatchelField *login =
      g_str_equal (entity->name, "user") ? satchel_entity_find_field (entity, "login") : NULL;

  if (login != NULL && !find_by_field (cli, entity, login, text, found, error))
    return FALSE;
  return find_by_field (cli, entity, entity->title, text, found, error);
}

static void
set_ambiguous (const char *text, GPtrArray *found, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < MIN (found->len, MAX_CANDIDATES); i++) {
    const SatchelRecord *record = g_ptr_array_index (found, i);

    g_string_append_printf (list, "%s%s:%s", i > 0 ? ", " : "", record->entity->name, record->id);
  }
  if (found->len > MAX_CANDIDATES)
    g_string_append (list, "…");
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
               _ ("“%s” could be any of these, name one by its id: %s"), text, list->str);
}

gboolean
satchel_cli_find_record (SatchelCli *cli, const char *const *targets, const char *text, SatchelValue **value,
                         GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autofree char *names = NULL;
  const SatchelRecord *record;

  for (guint i = 0; targets[i] != NULL; i++) {
    const SatchelEntity *entity = satchel_registry_find (cli->registry, targets[i]);
    gsize length = strlen (entity->name);
    const char *name = text;

    if (g_str_has_prefix (text, entity->name) && text[length] == ':') /* "account:Acme" */
      name = text + length + 1;
    if (!find_in_entity (cli, entity, name, found, error))
      return FALSE;
  }
  if (found->len > 1) {
    set_ambiguous (text, found, error);
    return FALSE;
  }
  if (found->len == 0) {
    names = g_strjoinv (_ (" or "), (char **)targets);
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                 _ ("there is no %s “%s” here; give an id or an exact name"), names, text);
    return FALSE;
  }
  record = g_ptr_array_index (found, 0);
  *value = satchel_value_new_lookup (record->entity->name, record->id);
  return TRUE;
}

gboolean
satchel_cli_value (SatchelCli *cli, const SatchelField *field, const char *text, SatchelValue **value,
                   GError **error)
{
  const char *user = satchel_session_get_user (cli->session);
  g_autoptr (GError) problem = NULL;

  if (satchel_replica_value_from_text (satchel_session_get_replica (cli->session), field, text, value,
                                       &problem))
    return TRUE;
  if (field->type != SATCHEL_TYPE_LOOKUP || satchel_error_code (problem) == SATCHEL_ERROR_REFERENCE) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (g_str_equal (text, "me") && user != NULL && satchel_field_allows_target (field, "user")) {
    *value = satchel_value_new_lookup ("user", user);
    return TRUE;
  }
  return satchel_cli_find_record (cli, field->targets, text, value, error);
}

SatchelRecord *
satchel_cli_read_record (SatchelCli *cli, const char *entity_name, const char *text, GError **error)
{
  const char *const targets[] = { entity_name, NULL };
  const SatchelEntity *entity = satchel_registry_find (cli->registry, entity_name);
  g_autoptr (SatchelValue) value = NULL;
  SatchelRecord *record = NULL;
  const char *id = text;

  if (!satchel_id_is_valid (text)) {
    if (!satchel_cli_find_record (cli, targets, text, &value, error))
      return NULL;
    id = satchel_value_get_id (value);
  }
  if (!satchel_replica_read (satchel_session_get_replica (cli->session), entity, id, &record, error))
    return NULL;
  if (record == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no %s %s here"), entity_name,
                 text);
  return record;
}
