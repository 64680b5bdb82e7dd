/* JSON, read with suspicion: another version of the program may have written it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/kept.h"

void
satchel_kept_field_free (SatchelKeptField *kept)
{
  satchel_value_unref (kept->value);
  satchel_value_unref (kept->base);
  g_free (kept->typed);
  g_free (kept->cursor);
  g_free (kept);
}

static JsonObject *
field_to_json (const SatchelKeptField *kept)
{
  JsonObject *object = json_object_new ();

  if (kept->typed != NULL)
    json_object_set_string_member (object, "typed", kept->typed);
  else
    json_object_set_member (object, "value", satchel_value_to_wire (kept->field, kept->value));
  json_object_set_member (object, "base", satchel_value_to_wire (kept->field, kept->base));
  if (kept->cursor != NULL)
    json_object_set_string_member (object, "cursor", kept->cursor);
  return object;
}

char *
satchel_kept_to_text (SatchelKeptKind kind, const GPtrArray *fields)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new (), *members = json_object_new ();

  for (guint i = 0; i < fields->len; i++) {
    const SatchelKeptField *kept = fields->pdata[i];

    json_object_set_object_member (members, kept->field->name, field_to_json (kept));
  }
  json_object_set_int_member (object, "version", 1);
  json_object_set_boolean_member (object, "new", kind == SATCHEL_KEPT_NEW);
  json_object_set_object_member (object, "fields", members);
  json_node_take_object (root, object);
  return json_to_string (root, FALSE);
}

/* *value NULL for what is not there, and for what is no value of the field (any more). */
static gboolean
read_value (const SatchelField *field, JsonObject *object, const char *name, SatchelValue **value)
{
  JsonNode *node = json_object_get_member (object, name);

  *value = NULL;
  return node != NULL && satchel_value_from_wire (field, node, value, NULL);
}

static char *
dup_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_dup_string (node)
             : NULL;
}

static SatchelKeptField *
field_from_json (const SatchelField *field, JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  SatchelKeptField *kept;

  if (field == NULL || object == NULL || !satchel_field_is_writable (field))
    return NULL;
  kept = g_new0 (SatchelKeptField, 1);
  kept->field = field;
  kept->typed = dup_string (object, "typed");
  kept->cursor = dup_string (object, "cursor");
  if ((kept->typed != NULL || read_value (field, object, "value", &kept->value)) &&
      read_value (field, object, "base", &kept->base))
    return kept;
  satchel_kept_field_free (kept);
  return NULL;
}

GPtrArray *
satchel_kept_from_text (const SatchelEntity *entity, const char *text, SatchelKeptKind *kind)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_kept_field_free);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *members = object != NULL ? json_object_get_member (object, "fields") : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  *kind = SATCHEL_KEPT_RECORD;
  if (members == NULL || !JSON_NODE_HOLDS_OBJECT (members))
    return fields;
  if (json_object_get_boolean_member_with_default (object, "new", FALSE))
    *kind = SATCHEL_KEPT_NEW;
  json_object_iter_init (&iter, json_node_get_object (members));
  while (json_object_iter_next (&iter, &name, &node)) {
    SatchelKeptField *kept = field_from_json (satchel_entity_find_field (entity, name), node);

    if (kept != NULL)
      g_ptr_array_add (fields, kept);
  }
  return fields;
}
