/* JSON for scripts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/value.h"

static void
set_string (JsonObject *object, const char *member, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, member, text);
}

/* Takes @object. */
static JsonNode *
node_from_object (JsonObject *object)
{
  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
node_from_keys (const char *const *keys)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; keys[i] != NULL; i++)
    json_array_add_string_element (array, keys[i]);
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
node_from_lookup (const SatchelValue *value, const char *name)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "entity", satchel_value_get_entity (value));
  json_object_set_string_member (object, "id", satchel_value_get_id (value));
  if (name != NULL)
    json_object_set_string_member (object, "name", name);
  else
    json_object_set_null_member (object, "name");
  return node_from_object (object);
}

static JsonNode *
node_from_parties (const SatchelValue *value)
{
  g_autoptr (JsonArray) array = json_array_new ();
  guint n;
  const SatchelParty *parties = satchel_value_get_parties (value, &n);

  for (guint i = 0; i < n; i++) {
    JsonObject *object = json_object_new ();

    set_string (object, "role", parties[i].role);
    set_string (object, "entity", parties[i].entity);
    set_string (object, "id", parties[i].id);
    set_string (object, "address", parties[i].address);
    set_string (object, "name", parties[i].name);
    json_array_add_object_element (array, object);
  }
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
node_from_file (const SatchelValue *value)
{
  g_autoptr (JsonObject) object = json_object_new ();
  const char *hash, *name, *media_type;
  gint64 size_bytes;

  satchel_value_get_file (value, &hash, &name, &media_type, &size_bytes);
  set_string (object, "hash", hash);
  set_string (object, "name", name);
  set_string (object, "media_type", media_type);
  json_object_set_int_member (object, "size_bytes", size_bytes);
  return node_from_object (object);
}

JsonNode *
satchel_value_to_json (const SatchelField *field, const SatchelValue *value, const char *name)
{
  JsonNode *node = json_node_alloc ();
  g_autofree char *text = NULL;

  if (value == NULL)
    return json_node_init_null (node);

  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_STRING:
    return json_node_init_string (node, satchel_value_get_string (value));
  case SATCHEL_KIND_INTEGER:
    if (field->type != SATCHEL_TYPE_DATETIME)
      return json_node_init_int (node, satchel_value_get_integer (value));
    text = satchel_instant_to_text (satchel_value_get_integer (value));
    return json_node_init_string (node, text);
  case SATCHEL_KIND_DECIMAL:
    text = satchel_decimal_to_text (satchel_value_get_decimal (value));
    return json_node_init_string (node, text);
  case SATCHEL_KIND_BOOLEAN:
    return json_node_init_boolean (node, satchel_value_get_boolean (value));
  case SATCHEL_KIND_DATE:
    return json_node_init_string (node, satchel_value_get_date (value));
  default:
    break;
  }
  json_node_free (node);

  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_KEYS:
    return node_from_keys (satchel_value_get_keys (value));
  case SATCHEL_KIND_LOOKUP:
    return node_from_lookup (value, name);
  case SATCHEL_KIND_PARTIES:
    return node_from_parties (value);
  case SATCHEL_KIND_FILE:
    return node_from_file (value);
  default:
    g_assert_not_reached ();
  }
}
