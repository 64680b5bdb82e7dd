/* The server's change rows hold values in wire form; here they become what scripts and people read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/history.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/remote.h"
#include "client/cli/table.h"
#include "protocol/wire/members.h"
#include "protocol/wire/message.h"

/* ---- fetching ---- */

/* The answer's text, kept for the time without a server; NULL with an error. */
static char *
fetch (SatchelCli *cli, const SatchelEntity *entity, const char *id, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (cli->session);
  g_autoptr (SatchelTransport) transport = satchel_cli_connect (cli, error);
  g_autofree char *request = g_strdup_printf ("{\"entity\":\"%s\",\"record\":\"%s\"}", entity->name, id);
  g_autofree char *text = NULL, *cursor = NULL;

  if (transport == NULL || !satchel_replica_dup_meta (replica, "cursor", &cursor, error))
    return NULL;
  text = satchel_cli_ask (cli, transport, "/v1/history", request, error);
  if (text == NULL || !satchel_replica_keep_history (replica, entity, id, cursor, text, error))
    return NULL;
  return g_steal_pointer (&text);
}

static char *
fetch_or_recall (SatchelCli *cli, const SatchelEntity *entity, const char *id, char **note)
{
  g_autoptr (GError) error = NULL;
  char *text = fetch (cli, entity, id, &error);

  if (text != NULL)
    return text;
  /* What was made here and never sent has no history yet. */
  if (satchel_error_code (error) == SATCHEL_ERROR_NOT_FOUND)
    return g_strdup ("{\"history\":[]}");
  *note = g_strdup (error->message);
  g_clear_error (&error);
  if (!satchel_replica_dup_history (satchel_session_get_replica (cli->session), entity->name, id, &text,
                                    &error))
    return NULL;
  return text;
}

/* ---- one change ---- */

/* A value of the change in JSON for scripts; what cannot be understood stays as it came. */
static JsonNode *
convert (SatchelCli *cli, const SatchelField *field, JsonNode *wire)
{
  g_autoptr (SatchelValue) value = NULL;

  if (wire == NULL)
    return json_node_init_null (json_node_alloc ());
  if (field == NULL || !satchel_value_from_wire (field, wire, &value, NULL))
    return json_node_copy (wire);
  return satchel_cli_value_to_json (cli, field, value);
}

static JsonNode *
convert_person (SatchelMembers *members)
{
  const char *id = satchel_members_get_string (members, "by");
  const char *name = satchel_members_get_string (members, "by_name");
  JsonNode *node = json_node_alloc ();
  JsonObject *person;

  if (id == NULL)
    return json_node_init_null (node);
  person = json_object_new ();
  json_object_set_string_member (person, "entity", "user");
  json_object_set_string_member (person, "id", id);
  if (name != NULL)
    json_object_set_string_member (person, "name", name);
  else
    json_object_set_null_member (person, "name");
  json_node_take_object (json_node_init (node, JSON_NODE_OBJECT), person);
  return node;
}

static JsonObject *
convert_change (SatchelCli *cli, const SatchelEntity *entity, JsonNode *change)
{
  SatchelMembers members;
  const char *name;
  const SatchelField *field;
  g_autofree char *at = NULL;
  JsonObject *object;

  satchel_members_open (&members, change, "a change of the history");
  name = satchel_members_get_string (&members, "field");
  field = name != NULL ? satchel_entity_find_field (entity, name) : NULL;
  at = satchel_instant_to_text (satchel_members_get_integer (&members, "at", G_MININT64, G_MAXINT64, 0));
  object = json_object_new ();
  json_object_set_string_member (object, "field", name != NULL ? name : "");
  json_object_set_member (object, "old", convert (cli, field, satchel_members_get_node (&members, "old")));
  json_object_set_member (object, "new", convert (cli, field, satchel_members_get_node (&members, "new")));
  json_object_set_member (object, "by", convert_person (&members));
  json_object_set_string_member (object, "at", at);
  return object;
}

JsonArray *
satchel_cli_history (SatchelCli *cli, const SatchelEntity *entity, const char *id, char **note)
{
  g_autofree char *text = fetch_or_recall (cli, entity, id, note);
  g_autoptr (JsonNode) node = text != NULL ? satchel_json_parse (text, strlen (text), NULL) : NULL;
  SatchelMembers members;
  JsonArray *changes, *history;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a history");
  changes = satchel_members_require_array (&members, "history");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, NULL))
    return NULL;
  history = json_array_new ();
  for (guint i = 0; i < json_array_get_length (changes); i++)
    json_array_add_object_element (history,
                                   convert_change (cli, entity, json_array_get_element (changes, i)));
  return history;
}

/* ---- for people ---- */

static char *display_node (JsonNode *node);

static char *
display_list (JsonArray *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (list); i++) {
    g_autofree char *item = display_node (json_array_get_element (list, i));

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", item);
  }
  return g_string_free (text, FALSE);
}

static char *
display_node (JsonNode *node)
{
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("");
  if (JSON_NODE_HOLDS_ARRAY (node))
    return display_list (json_node_get_array (node));
  if (JSON_NODE_HOLDS_OBJECT (node) && json_object_has_member (json_node_get_object (node), "name"))
    text = g_strdup (json_object_get_string_member_with_default (json_node_get_object (node), "name", ""));
  else if (satchel_json_get_string (node) != NULL)
    text = g_strdup (satchel_json_get_string (node));
  else
    text = satchel_json_print (node);
  return satchel_cli_display_text (text, SATCHEL_CLI_ONE_LINE);
}

static char *
display_moment (const char *text)
{
  gint64 ms;

  return satchel_instant_parse (text, &ms, NULL) ? satchel_cli_display_instant (ms) : g_strdup (text);
}

void
satchel_cli_print_history (SatchelCli *cli, const SatchelEntity *entity, JsonArray *history)
{
  static const char *const titles[] = { N_ ("When"),   N_ ("Who"),   N_ ("What"),
                                        N_ ("Before"), N_ ("After"), NULL };
  SatchelTable *table = satchel_table_new (titles);

  for (guint i = 0; i < json_array_get_length (history); i++) {
    JsonObject *change = json_array_get_object_element (history, i);
    const char *name = json_object_get_string_member (change, "field");
    const SatchelField *field = satchel_entity_find_field (entity, name);
    gboolean whole = *name == '\0'; /* the record came or went */
    gboolean gone = whole && !json_object_get_null_member (change, "old");
    g_autofree char *old = whole ? g_strdup ("") : display_node (json_object_get_member (change, "old"));
    g_autofree char *new = whole ? g_strdup ("") : display_node (json_object_get_member (change, "new"));
    g_autofree char *by = display_node (json_object_get_member (change, "by"));
    const char *what = whole           ? (gone ? _ ("deleted") : _ ("created"))
                       : field != NULL ? _ (field->label)
                                       : name;
    g_autofree char *when = display_moment (json_object_get_string_member (change, "at"));
    const char *const cells[] = { when, by, what, old, new, NULL };

    satchel_table_add (table, cells);
  }
  satchel_table_finish (table);
}
