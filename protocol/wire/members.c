/* Strict reading of JSON objects.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/members.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/limits.h"

#define MAX_NAME_BYTES 60

const char *
satchel_json_get_string (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

gboolean
satchel_json_get_integer (JsonNode *node, gint64 *number)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *number = json_node_get_int (node);
  return TRUE;
}

gboolean
satchel_name_is_valid (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length <= MAX_NAME_BYTES && g_ascii_islower (text[0]) &&
         strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static void
object_to (SatchelMembers *members, const char *name, const char *problem)
{
  if (members->problem == NULL) {
    members->name = name;
    members->problem = problem;
  }
}

void
satchel_members_open (SatchelMembers *members, JsonNode *node, const char *what)
{
  *members = (SatchelMembers){ .what = what };
  if (JSON_NODE_HOLDS_OBJECT (node))
    members->object = json_node_get_object (node);
  else
    object_to (members, NULL, "is not an object");
}

gboolean
satchel_members_finish (SatchelMembers *members, SatchelMembersMode mode, GError **error)
{
  if (members->problem == NULL && mode == SATCHEL_MEMBERS_KNOWN_ONLY &&
      members->n_read != json_object_get_size (members->object))
    object_to (members, NULL, "has a member that is not known");
  if (members->problem == NULL)
    return TRUE;

  if (members->name != NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s: “%s” %s", members->what, members->name,
                 members->problem);
  else
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s %s", members->what, members->problem);
  return FALSE;
}

JsonNode *
satchel_members_get_node (SatchelMembers *members, const char *name)
{
  JsonNode *node = members->object != NULL ? json_object_get_member (members->object, name) : NULL;

  members->n_read += node != NULL;
  return node;
}

static JsonNode *
require_node (SatchelMembers *members, const char *name)
{
  JsonNode *node = satchel_members_get_node (members, name);

  if (node == NULL)
    object_to (members, name, "is missing");
  return node;
}

static const char *
read_string (SatchelMembers *members, const char *name, JsonNode *node)
{
  const char *text;

  if (node == NULL)
    return NULL;
  text = satchel_json_get_string (node);
  if (text == NULL)
    object_to (members, name, "is not a string");
  else if (g_utf8_strlen (text, -1) > SATCHEL_MAX_STRING_CHARS)
    object_to (members, name, "is too long");
  return text;
}

static const char *
read_id (SatchelMembers *members, const char *name, JsonNode *node)
{
  const char *text = read_string (members, name, node);

  if (text != NULL && !satchel_id_is_valid (text))
    object_to (members, name, "is not an id");
  return text;
}

static const char *
read_name (SatchelMembers *members, const char *name, JsonNode *node)
{
  const char *text = read_string (members, name, node);

  if (text != NULL && !satchel_name_is_valid (text))
    object_to (members, name, "is not a name");
  return text;
}

static gint64
read_integer (SatchelMembers *members, const char *name, JsonNode *node, gint64 minimum, gint64 maximum,
              gint64 fallback)
{
  gint64 number;

  if (node == NULL)
    return fallback;
  if (!satchel_json_get_integer (node, &number) || number < minimum || number > maximum) {
    object_to (members, name, "is not a whole number in range");
    return fallback;
  }
  return number;
}

const char *
satchel_members_get_string (SatchelMembers *members, const char *name)
{
  return read_string (members, name, satchel_members_get_node (members, name));
}

const char *
satchel_members_require_string (SatchelMembers *members, const char *name)
{
  return read_string (members, name, require_node (members, name));
}

const char *
satchel_members_get_id (SatchelMembers *members, const char *name)
{
  return read_id (members, name, satchel_members_get_node (members, name));
}

const char *
satchel_members_require_id (SatchelMembers *members, const char *name)
{
  return read_id (members, name, require_node (members, name));
}

const char *
satchel_members_get_name (SatchelMembers *members, const char *name)
{
  return read_name (members, name, satchel_members_get_node (members, name));
}

const char *
satchel_members_require_name (SatchelMembers *members, const char *name)
{
  return read_name (members, name, require_node (members, name));
}

gint64
satchel_members_get_integer (SatchelMembers *members, const char *name, gint64 minimum, gint64 maximum,
                             gint64 fallback)
{
  return read_integer (members, name, satchel_members_get_node (members, name), minimum, maximum, fallback);
}

gint64
satchel_members_require_integer (SatchelMembers *members, const char *name, gint64 minimum, gint64 maximum)
{
  return read_integer (members, name, require_node (members, name), minimum, maximum, minimum);
}

static gboolean
read_boolean (SatchelMembers *members, const char *name, JsonNode *node, gboolean fallback)
{
  if (node == NULL)
    return fallback;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    object_to (members, name, "is neither true nor false");
    return fallback;
  }
  return json_node_get_boolean (node);
}

gboolean
satchel_members_get_boolean (SatchelMembers *members, const char *name, gboolean fallback)
{
  return read_boolean (members, name, satchel_members_get_node (members, name), fallback);
}

gboolean
satchel_members_require_boolean (SatchelMembers *members, const char *name)
{
  return read_boolean (members, name, require_node (members, name), FALSE);
}

static JsonArray *
read_array (SatchelMembers *members, const char *name, JsonNode *node)
{
  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    object_to (members, name, "is not an array");
    return NULL;
  }
  return json_node_get_array (node);
}

JsonArray *
satchel_members_get_array (SatchelMembers *members, const char *name)
{
  return read_array (members, name, satchel_members_get_node (members, name));
}

JsonArray *
satchel_members_require_array (SatchelMembers *members, const char *name)
{
  return read_array (members, name, require_node (members, name));
}

JsonObject *
satchel_members_get_object (SatchelMembers *members, const char *name)
{
  JsonNode *node = satchel_members_get_node (members, name);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    object_to (members, name, "is not an object");
    return NULL;
  }
  return json_node_get_object (node);
}
