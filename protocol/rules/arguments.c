/* Arguments that have another name than the field that they fill; the rest go by the field's own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/arguments.h"

#include <string.h>

/* The first row whose action and entity suit, and whose field is there, counts. */
static const struct {
  const char *argument;
  const char *action; /* NULL: any */
  const char *holder; /* entity that has the field; NULL: the record's own */
  const char *field;
} meanings[] = {
  { "with", NULL, "share", "principal" },
  { "rights", NULL, "share", "rights" },
  { "account", "qualify", NULL, "qualified_account" },
  { "contact", "qualify", NULL, "qualified_contact" },
  { "opportunity", "qualify", NULL, "qualified_opportunity" },
  { "reason", "disqualify", NULL, "disqualify_reason" },
  { "reason", "cancel", NULL, "cancel_reason" },
  { "reason", "cancel", NULL, "feedback" },
  { "reason", NULL, NULL, "close_reason" },
  { "description", NULL, "opportunity_close", "description" },
  { "doubt", NULL, NULL, "criteria" },
  { "other", "merge", NULL, "merged_into" },
  { "due_on", "fulfil", "invoice", "due_on" },
};

static const SatchelField *
find_meaning (SatchelRegistry *registry, const SatchelEntity *entity, const char *action,
              const char *argument)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++) {
    if (!g_str_equal (meanings[i].argument, argument) ||
        (meanings[i].action && !g_str_equal (meanings[i].action, action)))
      continue;
    const SatchelEntity *holder =
        meanings[i].holder ? satchel_registry_find (registry, meanings[i].holder) : entity;
    const SatchelField *field = holder ? satchel_entity_find_field (holder, meanings[i].field) : NULL;
    if (field)
      return field;
  }
  return satchel_entity_find_field (entity, argument);
}

GArray *
satchel_action_list_arguments (SatchelRegistry *registry, const SatchelEntity *entity,
                               const SatchelAction *action)
{
  GArray *arguments = g_array_new (FALSE, FALSE, sizeof (SatchelArgument));
  g_auto (GStrv) words = g_strsplit (action->argument_names, " ", -1);
  for (guint i = 0; words[i]; i++) {
    gsize length = strlen (words[i]);
    if (length == 0)
      continue;
    char mark = words[i][length - 1];
    if (mark == '!' || mark == '+')
      words[i][length - 1] = '\0';
    SatchelArgument argument = { .name = g_intern_string (words[i]),
                                 .required = mark == '!',
                                 .created = mark == '+' };
    if (!argument.created)
      argument.field = find_meaning (registry, entity, action->name, words[i]);
    if (argument.field || argument.required || argument.created)
      g_array_append_val (arguments, argument);
  }
  return arguments;
}
