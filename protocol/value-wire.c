/* The stored form of values, and the same integers and strings as JSON on the wire.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/value.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

gboolean
satchel_type_is_stored_integer (SatchelType type)
{
  switch (satchel_type_kind (type)) {
  case SATCHEL_KIND_INTEGER:
  case SATCHEL_KIND_DECIMAL:
  case SATCHEL_KIND_BOOLEAN:
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
set_unreadable (const SatchelField *field, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "“%s” does not hold a value of type %s",
               field->label, satchel_type_name (field->type));
  return FALSE;
}

gint64
satchel_value_to_stored_integer (const SatchelField *field, const SatchelValue *value)
{
  SatchelDecimal scaled;
  gboolean exact;

  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_INTEGER:
    return satchel_value_get_integer (value);
  case SATCHEL_KIND_BOOLEAN:
    return satchel_value_get_boolean (value);
  case SATCHEL_KIND_DECIMAL:
    exact = satchel_decimal_rescale (satchel_value_get_decimal (value), field->scale, &scaled, NULL);
    g_assert (exact); /* satchel_value_check() */
    return scaled.coefficient;
  default:
    g_assert_not_reached ();
  }
}

SatchelValue *
satchel_value_from_stored_integer (const SatchelField *field, gint64 number)
{
  switch (satchel_type_kind (field->type)) {
  case SATCHEL_KIND_INTEGER:
    return satchel_value_new_integer (number);
  case SATCHEL_KIND_BOOLEAN:
    return satchel_value_new_boolean (number != 0);
  case SATCHEL_KIND_DECIMAL:
    return satchel_value_new_decimal ((SatchelDecimal){ number, field->scale });
  default:
    g_assert_not_reached ();
  }
}

char *
satchel_value_to_stored_text (const SatchelField *field, const SatchelValue *value)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *keys = NULL;

  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_STRING:
    return g_strdup (satchel_value_get_string (value));
  case SATCHEL_KIND_DATE:
    return g_strdup (satchel_value_get_date (value));
  case SATCHEL_KIND_KEYS:
    keys = g_strjoinv ("|", (char **)satchel_value_get_keys (value));
    return g_strconcat ("|", keys, "|", NULL);
  case SATCHEL_KIND_LOOKUP:
    if (field->n_targets == 1)
      return g_strdup (satchel_value_get_id (value));
    return g_strconcat (satchel_value_get_entity (value), ":", satchel_value_get_id (value), NULL);
  case SATCHEL_KIND_PARTIES:
  case SATCHEL_KIND_FILE:
    node = satchel_value_to_json (field, value, NULL);
    return satchel_json_print (node);
  default:
    g_assert_not_reached ();
  }
}

static SatchelValue *
read_keys (const char *text)
{
  gsize length = strlen (text);
  g_autofree char *inner = NULL;
  g_auto (GStrv) keys = NULL;

  if (length < 3 || text[0] != '|' || text[length - 1] != '|')
    return NULL;
  inner = g_strndup (text + 1, length - 2);
  keys = g_strsplit (inner, "|", -1);
  return satchel_value_new_keys ((const char *const *)keys);
}

static SatchelValue *
read_lookup (const SatchelField *field, const char *text)
{
  const char *colon = strchr (text, ':');
  g_autofree char *entity = NULL;

  if (field->n_targets == 1)
    return satchel_value_new_lookup (field->targets[0], text);
  if (colon == NULL)
    return NULL;
  entity = g_strndup (text, colon - text);
  return satchel_value_new_lookup (entity, colon + 1);
}

/* NULL, and -1, also when the member is of another type; satchel_value_check() finds what is missing. */
static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL ? satchel_json_get_string (node) : NULL;
}

static gint64
get_integer (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  gint64 number;

  return node != NULL && satchel_json_get_integer (node, &number) ? number : -1;
}

static SatchelValue *
read_parties (const char *text)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), NULL);
  g_autofree SatchelParty *parties = NULL;
  JsonArray *array;
  guint n;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  array = json_node_get_array (node);
  n = json_array_get_length (array);
  parties = g_new0 (SatchelParty, n);
  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element (array, i);
    JsonObject *object;

    if (!JSON_NODE_HOLDS_OBJECT (element))
      return NULL;
    object = json_node_get_object (element);
    parties[i].role = get_string (object, "role");
    parties[i].entity = get_string (object, "entity");
    parties[i].id = get_string (object, "id");
    parties[i].address = get_string (object, "address");
    parties[i].name = get_string (object, "name");
  }
  return satchel_value_new_parties (parties, n);
}

static SatchelValue *
read_file (const char *text)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), NULL);
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  return satchel_value_new_file (get_string (object, "hash"), get_string (object, "name"),
                                 get_string (object, "media_type"), get_integer (object, "size_bytes"));
}

gboolean
satchel_value_from_stored_text (const SatchelField *field, const char *text, SatchelValue **result,
                                GError **error)
{
  gint64 days;

  *result = NULL;
  switch (satchel_type_kind (field->type)) {
  case SATCHEL_KIND_STRING:
    *result = satchel_value_new_string (text);
    return TRUE;
  case SATCHEL_KIND_DATE:
    if (satchel_date_parse (text, &days))
      *result = satchel_value_new_date (text);
    break;
  case SATCHEL_KIND_KEYS:
    *result = read_keys (text);
    break;
  case SATCHEL_KIND_LOOKUP:
    *result = read_lookup (field, text);
    break;
  case SATCHEL_KIND_PARTIES:
    *result = read_parties (text);
    break;
  case SATCHEL_KIND_FILE:
    *result = read_file (text);
    break;
  default:
    g_assert_not_reached ();
  }
  return *result != NULL ? TRUE : set_unreadable (field, error);
}

JsonNode *
satchel_value_to_wire (const SatchelField *field, const SatchelValue *value)
{
  JsonNode *node = json_node_alloc ();
  g_autofree char *text = NULL;

  if (value == NULL)
    return json_node_init_null (node);
  if (satchel_type_is_stored_integer (field->type))
    return json_node_init_int (node, satchel_value_to_stored_integer (field, value));
  text = satchel_value_to_stored_text (field, value);
  return json_node_init_string (node, text);
}

static SatchelValue *
read_wire_integer (const SatchelField *field, gint64 number)
{
  if (field->type == SATCHEL_TYPE_BOOLEAN && number != 0 && number != 1)
    return NULL;
  return satchel_value_from_stored_integer (field, number);
}

/* One value has one stored form: what does not come back as it was is not that form. */
static SatchelValue *
read_wire_text (const SatchelField *field, const char *text)
{
  g_autoptr (SatchelValue) value = NULL;
  g_autofree char *again = NULL;

  if (!satchel_value_from_stored_text (field, text, &value, NULL) || value == NULL)
    return NULL;
  again = satchel_value_to_stored_text (field, value);
  return g_str_equal (text, again) ? g_steal_pointer (&value) : NULL;
}

gboolean
satchel_value_from_wire (const SatchelField *field, JsonNode *node, SatchelValue **result, GError **error)
{
  g_autoptr (SatchelValue) value = NULL;
  GType wanted = satchel_type_is_stored_integer (field->type) ? G_TYPE_INT64 : G_TYPE_STRING;

  *result = NULL;
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != wanted)
    return set_unreadable (field, error);

  if (wanted == G_TYPE_INT64)
    value = read_wire_integer (field, json_node_get_int (node));
  else
    value = read_wire_text (field, json_node_get_string (node));
  if (value == NULL)
    return set_unreadable (field, error);
  if (!satchel_value_check (field, value, error))
    return FALSE;

  *result = g_steal_pointer (&value);
  return TRUE;
}
