/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/dispute.h"

#include <string.h>

#include "protocol/wire/message.h"

JsonNode *
satchel_dispute_side_to_json (SatchelCli *cli, const SatchelRecord *conflict, const char *side)
{
  g_autoptr (SatchelValue) value = NULL;
  const char *text = satchel_dispute_get_text (conflict, side);
  JsonNode *node;

  if (satchel_dispute_read_side (cli->registry, conflict, side, &value) == SATCHEL_SIDE_VALUE)
    return satchel_cli_value_to_json (cli, satchel_dispute_find_subject (cli->registry, conflict), value);
  node = text != NULL ? satchel_json_parse (text, strlen (text), NULL) : NULL;
  return node != NULL ? node : json_node_init_null (json_node_alloc ());
}

char *
satchel_dispute_side_to_text (SatchelCli *cli, const SatchelRecord *conflict, const char *side,
                              SatchelCliLines lines)
{
  g_autoptr (SatchelValue) value = NULL;

  switch (satchel_dispute_read_side (cli->registry, conflict, side, &value)) {
  case SATCHEL_SIDE_VALUE:
    return satchel_cli_display (cli, satchel_dispute_find_subject (cli->registry, conflict), value, lines);
  case SATCHEL_SIDE_UNKNOWN:
    return satchel_cli_display_text (satchel_dispute_get_text (conflict, side), lines);
  case SATCHEL_SIDE_HIDDEN:
    return g_strdup ("");
  }
  g_assert_not_reached ();
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
