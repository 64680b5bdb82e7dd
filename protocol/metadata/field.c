/* One field: names of types and policies, and the questions that a field answers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/field.h"

#include <glib/gi18n.h>

static const char *const type_names[] = {
  [SATCHEL_TYPE_STRING] = "string",
  [SATCHEL_TYPE_TEXT] = "text",
  [SATCHEL_TYPE_INTEGER] = "integer",
  [SATCHEL_TYPE_DECIMAL] = "decimal",
  [SATCHEL_TYPE_MONEY] = "money",
  [SATCHEL_TYPE_BOOLEAN] = "boolean",
  [SATCHEL_TYPE_DATE] = "date",
  [SATCHEL_TYPE_DATETIME] = "datetime",
  [SATCHEL_TYPE_DURATION] = "duration",
  [SATCHEL_TYPE_CHOICE] = "choice",
  [SATCHEL_TYPE_MULTICHOICE] = "multichoice",
  [SATCHEL_TYPE_LOOKUP] = "lookup",
  [SATCHEL_TYPE_PARTIES] = "parties",
  [SATCHEL_TYPE_FILE] = "file",
};

static const char *const policy_names[] = {
  [SATCHEL_POLICY_LAST] = "last",
  [SATCHEL_POLICY_FIRST] = "first",
  [SATCHEL_POLICY_REVIEW] = "review",
  [SATCHEL_POLICY_SET] = "set",
  [SATCHEL_POLICY_COUNTER] = "counter",
  [SATCHEL_POLICY_APPEND] = "append",
  [SATCHEL_POLICY_MAX] = "max",
  [SATCHEL_POLICY_MIN] = "min",
  [SATCHEL_POLICY_STATE] = "state",
  [SATCHEL_POLICY_TEXT] = "text",
  [SATCHEL_POLICY_REFERENCE] = "reference",
};

static gboolean
find_name (const char *const *names, guint n_names, const char *name, guint *index)
{
  for (guint i = 0; i < n_names; i++) {
    if (g_str_equal (names[i], name)) {
      *index = i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *
satchel_field_get_word (const SatchelField *field)
{
  return field->aliases[0] ? field->aliases[0] : field->name;
}

const SatchelChoice *
satchel_field_find_choice (const SatchelField *field, const char *key)
{
  for (guint i = 0; i < field->n_choices; i++) {
    if (g_str_equal (field->choices[i].key, key))
      return &field->choices[i];
  }
  return NULL;
}

const char *
satchel_field_get_label_of (const SatchelField *field, const char *key)
{
  const SatchelChoice *choice = satchel_field_find_choice (field, key);
  return choice ? _ (choice->label) : key;
}

char *
satchel_field_dup_labels_of (const SatchelField *field, const char *const *keys)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; keys[i]; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", satchel_field_get_label_of (field, keys[i]));
  return g_string_free (text, FALSE);
}

gboolean
satchel_field_allows_target (const SatchelField *field, const char *entity)
{
  for (guint i = 0; i < field->n_targets; i++) {
    if (g_str_equal (field->targets[i], entity))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_field_is_writable (const SatchelField *field)
{
  return field->origin == SATCHEL_ORIGIN_ENTERED && !field->retired;
}

gboolean
satchel_policy_needs_base (SatchelPolicy policy)
{
  return policy == SATCHEL_POLICY_TEXT || policy == SATCHEL_POLICY_SET || policy == SATCHEL_POLICY_COUNTER ||
         policy == SATCHEL_POLICY_APPEND;
}

const char *
satchel_type_name (SatchelType type)
{
  g_assert ((guint)type < G_N_ELEMENTS (type_names));
  return type_names[type];
}

const char *
satchel_policy_name (SatchelPolicy policy)
{
  g_assert ((guint)policy < G_N_ELEMENTS (policy_names));
  return policy_names[policy];
}

gboolean
satchel_type_from_name (const char *name, SatchelType *type)
{
  guint index;
  if (!find_name (type_names, G_N_ELEMENTS (type_names), name, &index))
    return FALSE;
  *type = index;
  return TRUE;
}

gboolean
satchel_policy_from_name (const char *name, SatchelPolicy *policy)
{
  guint index;
  if (!find_name (policy_names, G_N_ELEMENTS (policy_names), name, &index))
    return FALSE;
  *policy = index;
  return TRUE;
}
