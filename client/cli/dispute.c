/* Reading the values of conflicts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/dispute.h"

#include <string.h>

#include "protocol/wire/message.h"

const char *
satchel_dispute_get_text (const SatchelRecord *conflict, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (conflict, field);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

const SatchelField *
satchel_dispute_find_subject (SatchelCli *cli, const SatchelRecord *conflict)
{
  const char *about = satchel_dispute_get_text (conflict, "record_entity");
  const char *name = satchel_dispute_get_text (conflict, "field");
  const SatchelEntity *entity = about != NULL ? satchel_registry_find (cli->registry, about) : NULL;

  return entity != NULL && name != NULL ? satchel_entity_find_field (entity, name) : NULL;
}

/* An empty side was not for this user to read. *field NULL: there is no such value of a field that is known
 * here. */
static JsonNode *
read_side (SatchelCli *cli, const SatchelRecord *conflict, const char *side, const SatchelField **field,
           SatchelValue **value)
{
  const char *text = satchel_dispute_get_text (conflict, side);
  JsonNode *node = text != NULL ? satchel_json_parse (text, strlen (text), NULL) : NULL;

  *value = NULL;
  *field = satchel_dispute_find_subject (cli, conflict);
  if (node == NULL || *field == NULL || !satchel_value_from_wire (*field, node, value, NULL))
    *field = NULL;
  return node;
}

JsonNode *
satchel_dispute_side_to_json (SatchelCli *cli, const SatchelRecord *conflict, const char *side)
{
  g_autoptr (SatchelValue) value = NULL;
  const SatchelField *field;
  g_autoptr (JsonNode) node = read_side (cli, conflict, side, &field, &value);

  if (field != NULL)
    return satchel_cli_value_to_json (cli, field, value);
  return node != NULL ? g_steal_pointer (&node) : json_node_init_null (json_node_alloc ());
}

char *
satchel_dispute_side_to_text (SatchelCli *cli, const SatchelRecord *conflict, const char *side,
                              SatchelCliLines lines)
{
  g_autoptr (SatchelValue) value = NULL;
  const SatchelField *field;
  g_autoptr (JsonNode) node = read_side (cli, conflict, side, &field, &value);

  if (field != NULL)
    return satchel_cli_display (cli, field, value, lines);
  return satchel_cli_display_text (node != NULL ? satchel_dispute_get_text (conflict, side) : "", lines);
}

char *
satchel_cli_display_field (SatchelCli *cli, const SatchelRecord *record, const SatchelField *field,
                           SatchelCliLines lines)
{
  static const char *const sides[] = { "base", "mine", "theirs", NULL };

  if (g_str_equal (record->entity->name, "conflict") && g_strv_contains (sides, field->name))
    return satchel_dispute_side_to_text (cli, record, field->name, lines);
  return satchel_cli_display (cli, field, satchel_record_get (record, field), lines);
}
