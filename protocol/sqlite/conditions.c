/* SQL and parameters, side by side.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/conditions.h"

static void
clear_parameter (gpointer data)
{
  g_free (((SatchelSqlParameter *)data)->text);
}

void
satchel_conditions_init (SatchelConditions *conditions)
{
  conditions->sql = g_string_new (NULL);
  conditions->parameters = g_array_new (FALSE, FALSE, sizeof (SatchelSqlParameter));
  g_array_set_clear_func (conditions->parameters, clear_parameter);
}

void
satchel_conditions_clear (SatchelConditions *conditions)
{
  if (conditions->sql != NULL)
    g_string_free (conditions->sql, TRUE);
  g_clear_pointer (&conditions->parameters, g_array_unref);
  conditions->sql = NULL;
}

void
satchel_conditions_add_text (SatchelConditions *conditions, char *text)
{
  SatchelSqlParameter parameter = { .text = text };

  g_array_append_val (conditions->parameters, parameter);
}

void
satchel_conditions_add_integer (SatchelConditions *conditions, gint64 integer)
{
  SatchelSqlParameter parameter = { .integer = integer };

  g_array_append_val (conditions->parameters, parameter);
}

void
satchel_conditions_add (SatchelConditions *conditions, const SatchelSqlCondition *condition)
{
  g_string_append_printf (conditions->sql, " AND (%s)", condition->sql);
  for (guint i = 0; i < condition->parameters->len; i++) {
    const SatchelSqlParameter *parameter = &g_array_index (condition->parameters, SatchelSqlParameter, i);
    SatchelSqlParameter copy = { g_strdup (parameter->text), parameter->integer };

    g_array_append_val (conditions->parameters, copy);
  }
}

void
satchel_conditions_bind (const SatchelConditions *conditions, SatchelStatement *statement)
{
  for (guint i = 0; i < conditions->parameters->len; i++) {
    const SatchelSqlParameter *parameter = &g_array_index (conditions->parameters, SatchelSqlParameter, i);

    if (parameter->text != NULL)
      satchel_statement_bind_text (statement, (int)i + 1, parameter->text);
    else
      satchel_statement_bind_integer (statement, (int)i + 1, parameter->integer);
  }
}
