/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/history.h"

#include <string.h>

#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

void
satchel_past_change_free (SatchelPastChange *change)
{
  satchel_value_unref (change->before);
  satchel_value_unref (change->after);
  g_free (change->field_name);
  g_free (change->by);
  g_free (change->by_name);
  g_free (change);
}

static SatchelValue *
read_value (const SatchelField *field, JsonNode *wire)
{
  SatchelValue *value = NULL;

  if (field == NULL || wire == NULL || !satchel_value_from_wire (field, wire, &value, NULL))
    return NULL;
  return value;
}

static SatchelPastChange *
read_change (const SatchelEntity *entity, JsonNode *node)
{
  SatchelPastChange *change = g_new0 (SatchelPastChange, 1);
  SatchelMembers members;
  const char *name;
  JsonNode *old;

  satchel_members_open (&members, node, "a change of the history");
  name = satchel_members_get_string (&members, "field");
  if (name != NULL && *name != '\0') {
    change->field_name = g_strdup (name);
    change->field = satchel_entity_find_field (entity, name);
  }
  old = satchel_members_get_node (&members, "old");
  change->before = read_value (change->field, old);
  change->after = read_value (change->field, satchel_members_get_node (&members, "new"));
  change->gone = change->field_name == NULL && old != NULL && !JSON_NODE_HOLDS_NULL (old);
  change->by = g_strdup (satchel_members_get_string (&members, "by"));
  change->by_name = g_strdup (satchel_members_get_string (&members, "by_name"));
  change->at_ms = satchel_members_get_integer (&members, "at", G_MININT64, G_MAXINT64, 0);
  return change;
}

GPtrArray *
satchel_past_parse (const SatchelEntity *entity, const char *text, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), error);
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_past_change_free);
  SatchelMembers members;
  JsonArray *changes;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a history");
  changes = satchel_members_require_array (&members, "history");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return NULL;
  for (guint i = 0; i < json_array_get_length (changes); i++)
    g_ptr_array_add (past, read_change (entity, json_array_get_element (changes, i)));
  return g_steal_pointer (&past);
}

GPtrArray *
satchel_past_recall (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autofree char *text = NULL;

  if (!satchel_replica_dup_history (satchel_session_get_replica (session), entity->name, id, &text, error))
    return NULL;
  if (text == NULL)
    return g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_past_change_free);
  return satchel_past_parse (entity, text, error);
}
