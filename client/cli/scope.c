/* satchelctl scope [add|remove|preview], why ENTITY ID
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/scope.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/remote.h"
#include "client/cli/table.h"
#include "protocol/error.h"

/* Options that only some of the words after "scope" understand. */
typedef struct {
  gboolean related, this_device;
  const char *name;
} Options;

static int
misuse (SatchelCli *cli)
{
  return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
}

/* A condition that cannot be is a wrong command line, as with --where. */
static int
fail (SatchelCli *cli, const GError *error)
{
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_INVALID:
  case SATCHEL_ERROR_SCHEMA:
  case SATCHEL_ERROR_TOO_LARGE:
    return satchel_cli_misuse (cli, "%s", error->message);
  default:
    return satchel_cli_fail (cli, error);
  }
}

/* ---- the list ---- */

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static JsonObject *
describe (const SatchelOfflineFilter *filter)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", filter->id);
  json_object_set_string_member (object, "entity", filter->entity);
  json_object_set_string_member (object, "predicate", filter->predicate);
  json_object_set_boolean_member (object, "related", filter->related);
  set_text (object, "name", filter->name);
  set_text (object, "device", filter->device);
  set_text (object, "problem", filter->problem);
  if (filter->records >= 0)
    json_object_set_int_member (object, "records", filter->records);
  else
    json_object_set_null_member (object, "records");
  return object;
}

static void
print_json (SatchelCli *cli, GPtrArray *filters)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < filters->len; i++)
    json_array_add_object_element (array, describe (filters->pdata[i]));
  json_node_take_array (json_node_init (node, JSON_NODE_ARRAY), array);
  satchel_cli_print_json (cli, node);
}

static void
print_table (SatchelCli *cli, GPtrArray *filters)
{
  static const char *const titles[] = {
    N_ ("Records"), N_ ("Entity"), N_ ("Condition"), N_ ("Related"), N_ ("Device"), N_ ("Id"), NULL
  };
  const char *here = satchel_session_get_device (cli->session);
  SatchelTable *table = satchel_table_new (titles);

  for (guint i = 0; i < filters->len; i++) {
    const SatchelOfflineFilter *filter = filters->pdata[i];
    g_autofree char *records =
        filter->records >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, filter->records) : g_strdup ("?");
    g_autofree char *entity = satchel_cli_display_text (filter->entity, SATCHEL_CLI_ONE_LINE);
    g_autofree char *predicate = satchel_cli_display_text (filter->predicate, SATCHEL_CLI_ONE_LINE);
    const char *device = filter->device == NULL                                ? _ ("all")
                         : g_str_equal (filter->device, SATCHEL_SCOPE_NOWHERE) ? _ ("none")
                         : g_strcmp0 (filter->device, here) == 0               ? _ ("this one")
                                                                               : _ ("another");
    const char *const cells[] = { records,
                                  entity,
                                  *predicate != '\0' ? predicate : _ ("(all)"),
                                  filter->related ? _ ("yes") : _ ("no"),
                                  device,
                                  filter->id,
                                  NULL };

    satchel_table_add (table, cells);
  }
  satchel_table_finish (table);
  for (guint i = 0; i < filters->len; i++) {
    const SatchelOfflineFilter *filter = filters->pdata[i];
    g_autofree char *problem = NULL;

    if (filter->problem == NULL)
      continue;
    problem = satchel_cli_display_text (filter->problem, SATCHEL_CLI_ONE_LINE);
    satchel_cli_note (cli, _ ("Left out: %s."), problem);
  }
}

static int
list (SatchelCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) filters = satchel_session_scope_list (cli->session, &error);

  if (filters == NULL)
    return satchel_cli_fail (cli, error);
  if (cli->json)
    print_json (cli, filters);
  else if (filters->len > 0)
    print_table (cli, filters);
  else if (satchel_session_get_user (cli->session) == NULL)
    satchel_cli_note (cli, _ ("Nobody has signed in yet: satchelctl login URL --user NAME"));
  else
    satchel_cli_note (cli, _ ("You have chosen nothing to carry: satchelctl scope add ENTITY PREDICATE"));
  return SATCHEL_CLI_DONE;
}

/* ---- add, remove ---- */

static int
tell_write (SatchelCli *cli, const char *id, const char *set, const char *text)
{
  JsonObject *object;

  if (!cli->json) {
    satchel_cli_print (cli, "%s\n", text);
    return SATCHEL_CLI_DONE;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "entity", "offline_filter");
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "set", set);
  satchel_cli_print_object (cli, object);
  return SATCHEL_CLI_DONE;
}

static int
add (SatchelCli *cli, const SatchelScopeChoice *choice)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *set = satchel_session_scope_add (cli->session, choice, &id, &error);

  if (set == NULL)
    return fail (cli, error);
  satchel_cli_note (cli, _ ("The next sync brings what it chooses."));
  return tell_write (cli, id, set, id);
}

static int
take_away (SatchelCli *cli, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *set = satchel_session_scope_remove (cli->session, id, &error);

  if (set == NULL)
    return satchel_cli_fail (cli, error);
  return tell_write (cli, id, set, _ ("Removed; the next sync drops what nothing else chooses."));
}

/* ---- preview ---- */

static char *
ask (SatchelCli *cli, const char *path, const char *question, GError **error)
{
  g_autoptr (SatchelTransport) transport = satchel_cli_connect (cli, error);

  return transport != NULL ? satchel_cli_ask (cli, transport, path, question, error) : NULL;
}

/* @choice NULL: all that is carried. */
static int
preview (SatchelCli *cli, const SatchelScopeChoice *choice)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *question = satchel_session_scope_preview_to_text (cli->session, choice, &error);
  g_autofree char *answer = NULL, *records = NULL, *size = NULL;
  SatchelScopePreview told;
  JsonObject *object;

  if (question == NULL)
    return fail (cli, error);
  answer = ask (cli, "/v1/preview", question, &error);
  if (answer == NULL || !satchel_scope_preview_from_text (answer, &told, &error))
    return satchel_cli_fail (cli, error);
  if (cli->json) {
    object = json_object_new ();
    json_object_set_int_member (object, "records", told.records);
    json_object_set_int_member (object, "bytes", told.bytes);
    json_object_set_double_member (object, "seconds", told.seconds);
    satchel_cli_print_object (cli, object);
    return SATCHEL_CLI_DONE;
  }
  records = satchel_cli_count (told.records, "record", "records");
  size = g_format_size (told.bytes);
  satchel_cli_print (cli, choice != NULL ? _ ("%s more, %s, about %.0f s.\n") : _ ("%s, %s, about %.0f s.\n"),
                     records, size, told.seconds);
  return SATCHEL_CLI_DONE;
}

/* ---- scope ---- */

int
satchel_cli_scope (SatchelCli *cli, int argc, char **argv)
{
  Options options = { 0 };
  const SatchelCliOption known[] = {
    { "related", &options.related, NULL },
    { "this-device", &options.this_device, NULL },
    { "name", NULL, &options.name },
    { 0 },
  };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 0, 3, &status);
  gboolean any_option = options.related || options.this_device || options.name != NULL;
  SatchelScopeChoice choice;
  guint n_words;

  if (words == NULL)
    return status;
  n_words = g_strv_length (words);
  if (n_words == 0)
    return any_option ? misuse (cli) : list (cli);
  if (g_str_equal (words[0], "remove") && n_words == 2 && !any_option)
    return take_away (cli, words[1]);
  if (g_str_equal (words[0], "preview") && n_words == 1 && !any_option)
    return preview (cli, NULL);
  if (n_words != 3)
    return misuse (cli);
  choice = (SatchelScopeChoice){ .entity = words[1],
                                 .predicate = words[2],
                                 .related = options.related,
                                 .name = options.name,
                                 .this_device = options.this_device };
  if (g_str_equal (words[0], "add"))
    return add (cli, &choice);
  if (g_str_equal (words[0], "preview") && options.name == NULL && !options.this_device)
    return preview (cli, &choice);
  return misuse (cli);
}

/* ---- why ---- */

static char *
question_of (const SatchelEntity *entity, const char *id)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "entity", entity->name);
  json_object_set_string_member (object, "record", id);
  return satchel_json_print_object (object);
}

static gboolean
ask_why (SatchelCli *cli, const SatchelEntity *entity, const char *id, gboolean *carried, char **reason,
         GError **error)
{
  g_autofree char *question = question_of (entity, id);
  g_autofree char *answer = ask (cli, "/v1/why", question, error);

  return answer != NULL && satchel_scope_why_from_text (answer, carried, reason, error);
}

/* What is here can mostly be explained here; for the rest the server's word is better, where it can be had.
 */
static gboolean
explain (SatchelCli *cli, const SatchelEntity *entity, const char *id, gboolean *carried, char **reason,
         GError **error)
{
  g_autofree char *here = NULL;
  SatchelWhy why;

  if (!satchel_session_scope_why (cli->session, entity, id, &why, &here, error))
    return FALSE;
  if (why == SATCHEL_WHY_ABSENT)
    return ask_why (cli, entity, id, carried, reason, error);
  if (why == SATCHEL_WHY_UNKNOWN && ask_why (cli, entity, id, carried, reason, NULL))
    return TRUE;
  *carried = TRUE;
  *reason = g_steal_pointer (&here);
  return TRUE;
}

int
satchel_cli_why (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 2, 2, &status);
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL, *shown = NULL;
  const SatchelEntity *entity;
  gboolean carried;
  JsonObject *object;

  if (words == NULL)
    return status;
  if ((entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if (!satchel_id_is_valid (words[1]))
    g_set_error (&error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("“%s” is no record's id"), words[1]);
  if (error != NULL || !explain (cli, entity, words[1], &carried, &reason, &error))
    return satchel_cli_fail (cli, error);
  if (cli->json) {
    object = json_object_new ();
    json_object_set_boolean_member (object, "carried", carried);
    json_object_set_string_member (object, "reason", reason);
    satchel_cli_print_object (cli, object);
  } else {
    shown = satchel_cli_display_text (reason, SATCHEL_CLI_ONE_LINE);
    satchel_cli_print (cli, "%s: %s\n", carried ? _ ("Carried") : _ ("Not carried"), shown);
  }
  return SATCHEL_CLI_DONE;
}
