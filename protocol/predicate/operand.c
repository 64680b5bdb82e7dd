/* What stands to the right of an operator: values checked against the field, "me" and its kin.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/predicate/tree.h"

/* Words that stand for whoever asks, and the entity of the record that they name. */
static const struct {
  const char *word;
  SatchelOperandKind kind;
  const char *entity;
} principals[] = {
  { "me", SATCHEL_OPERAND_ME, "user" },
  { "my unit", SATCHEL_OPERAND_MY_UNIT, "business_unit" },
  { "my teams", SATCHEL_OPERAND_MY_TEAMS, "team" },
};

gboolean
satchel_operand_is_moment (const SatchelField *field)
{
  return field->type == SATCHEL_TYPE_DATE || field->type == SATCHEL_TYPE_DATETIME;
}

gboolean
satchel_operand_is_string (const SatchelField *field)
{
  return field->type == SATCHEL_TYPE_STRING || field->type == SATCHEL_TYPE_TEXT;
}

static char *
dup_targets (const SatchelField *field)
{
  return g_strjoinv (" or ", (char **)field->targets);
}

/* "entity:ID", or "ID" where the field has one target. */
static gboolean
record_from_word (const SatchelField *field, const char *word, SatchelValue **value, GError **error)
{
  g_autofree char *targets = dup_targets (field);
  const char *colon = strchr (word, ':');
  const char *id = colon == NULL ? word : colon + 1;
  g_autofree char *entity = colon == NULL ? g_strdup (field->targets[0]) : g_strndup (word, colon - word);

  if (!satchel_id_is_valid (id))
    return satchel_predicate_fail (error, "“%.60s” is no id; %s takes the id of a record (%s)", word,
                                   field->name, targets);
  if (colon == NULL && field->n_targets > 1)
    return satchel_predicate_fail (error, "%s may name several kinds of records (%s): write %s:%s",
                                   field->name, targets, field->targets[0], word);
  if (!satchel_field_allows_target (field, entity))
    return satchel_predicate_fail (error, "%s cannot name a record of “%.60s”, only %s", field->name, entity,
                                   targets);
  *value = satchel_value_new_lookup (entity, id);
  return TRUE;
}

static gboolean
reference_from_word (const SatchelField *field, const char *word, SatchelOperand *operand, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (principals); i++) {
    if (g_ascii_strcasecmp (word, principals[i].word) != 0)
      continue;
    if (!satchel_field_allows_target (field, principals[i].entity)) {
      g_autofree char *targets = dup_targets (field);
      return satchel_predicate_fail (error, "“%s” is a %s, but %s names %s", word, principals[i].entity,
                                     field->name, targets);
    }
    operand->kind = principals[i].kind;
    return TRUE;
  }
  operand->kind = SATCHEL_OPERAND_VALUE;
  return record_from_word (field, word, &operand->value, error);
}

/* One key is read as a list of one. */
static gboolean
key_from_word (const SatchelField *field, const char *word, SatchelValue **value, GError **error)
{
  if (!satchel_value_from_text (field, word, value, error))
    return FALSE;
  const char *const *keys = *value == NULL ? NULL : satchel_value_get_keys (*value);
  if (keys != NULL && keys[0] != NULL && keys[1] == NULL)
    return TRUE;
  g_clear_pointer (value, satchel_value_unref);
  return satchel_predicate_fail (error, "“%.60s” is not one key: write has any (a, b) or has all (a, b)",
                                 word);
}

static gboolean
operand_from_word (const SatchelField *field, const char *word, SatchelOperand *operand, GError **error)
{
  *operand = (SatchelOperand){ .kind = SATCHEL_OPERAND_VALUE };
  if (*word == '\0')
    return satchel_predicate_fail (error, "an empty value: write “%s is empty”", field->name);

  /* A limit on what may be stored is none on what may be asked. */
  SatchelField relaxed = *field;
  relaxed.has_minimum = relaxed.has_maximum = FALSE;

  switch (field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    operand->kind = SATCHEL_OPERAND_STRING;
    operand->value = satchel_value_new_string (word);
    return TRUE;
  case SATCHEL_TYPE_LOOKUP:
    return reference_from_word (field, word, operand, error);
  case SATCHEL_TYPE_PARTIES:
    if (strchr (word, '@') == NULL)
      return reference_from_word (field, word, operand, error);
    operand->kind = SATCHEL_OPERAND_STRING;
    operand->value = satchel_value_new_string (word);
    return TRUE;
  case SATCHEL_TYPE_MULTICHOICE:
    return key_from_word (field, word, &operand->value, error);
  case SATCHEL_TYPE_DATE:
  case SATCHEL_TYPE_DATETIME:
  case SATCHEL_TYPE_FILE:
    g_assert_not_reached ();
  default:
    if (!satchel_value_from_text (&relaxed, word, &operand->value, error))
      return FALSE;
    return operand->value != NULL ||
           satchel_predicate_fail (error, "an empty value: write “%s is empty”", field->name);
  }
}

/* An id is never given twice, whatever the entity: of all these at most one is there. */
static void
add_every_target (SatchelNode *test, const char *id)
{
  const SatchelField *field = test->field;

  if (test->op == SATCHEL_OPERATOR_EQUAL)
    test->op = SATCHEL_OPERATOR_IN;
  else if (test->op == SATCHEL_OPERATOR_NOT_EQUAL)
    test->op = SATCHEL_OPERATOR_NOT_IN;
  for (guint i = 0; i < field->n_targets; i++)
    satchel_node_add_operand (
        test, (SatchelOperand){ .kind = SATCHEL_OPERAND_VALUE,
                                .value = satchel_value_new_lookup (field->targets[i], id) });
}

gboolean
satchel_test_add_word (SatchelNode *test, const char *word, GError **error)
{
  SatchelOperand operand;

  if (test->field->type == SATCHEL_TYPE_LOOKUP && test->field->n_targets > 1 && satchel_id_is_valid (word)) {
    add_every_target (test, word);
    return TRUE;
  }
  if (!operand_from_word (test->field, word, &operand, error))
    return FALSE;
  satchel_node_add_operand (test, operand);
  return TRUE;
}

char *
satchel_operand_to_word (const SatchelField *field, const SatchelOperand *operand)
{
  if (operand->kind == SATCHEL_OPERAND_MOMENT) {
    GString *text = g_string_new (NULL);
    satchel_moment_print (&operand->moment, text);
    return g_string_free (text, FALSE);
  }
  for (guint i = 0; i < G_N_ELEMENTS (principals); i++)
    if (principals[i].kind == operand->kind)
      return g_strdup (principals[i].word);
  if (operand->kind == SATCHEL_OPERAND_STRING)
    return g_strdup (satchel_value_get_string (operand->value));
  if (satchel_value_get_kind (operand->value) == SATCHEL_KIND_KEYS)
    return g_strdup (satchel_value_get_keys (operand->value)[0]);
  if (satchel_value_get_kind (operand->value) != SATCHEL_KIND_LOOKUP)
    return satchel_value_to_text (field, operand->value);
  if (field->n_targets == 1)
    return g_strdup (satchel_value_get_id (operand->value));
  return g_strdup_printf ("%s:%s", satchel_value_get_entity (operand->value),
                          satchel_value_get_id (operand->value));
}

gboolean
satchel_operand_each_record (const SatchelOperand *operand, const SatchelPredicateContext *context,
                             SatchelPrincipalFunc visit, gpointer data)
{
  switch (operand->kind) {
  case SATCHEL_OPERAND_VALUE:
    return visit (satchel_value_get_entity (operand->value), satchel_value_get_id (operand->value), data);
  case SATCHEL_OPERAND_ME:
    return context->user != NULL && visit ("user", context->user, data);
  case SATCHEL_OPERAND_MY_UNIT:
    return context->unit != NULL && visit ("business_unit", context->unit, data);
  case SATCHEL_OPERAND_MY_TEAMS:
    for (guint i = 0; context->teams != NULL && context->teams[i] != NULL; i++)
      if (visit ("team", context->teams[i], data))
        return TRUE;
    return FALSE;
  default:
    return FALSE;
  }
}

guint
satchel_test_count_bounds (const SatchelNode *test)
{
  return satchel_operators[test->op].positive == SATCHEL_OPERATOR_IN ? test->operands->len : 1;
}

SatchelBounds
satchel_test_bounds (const SatchelNode *test, guint index, const SatchelPredicateContext *context)
{
  SatchelOperator op = satchel_operators[test->op].positive;
  SatchelType type = test->field->type;

  if (op == SATCHEL_OPERATOR_IN_PERIOD)
    return satchel_period_resolve (&test->period, type, context);

  SatchelBounds bounds = satchel_moment_resolve (&satchel_node_operand (test, index)->moment, type, context);
  switch (op) {
  case SATCHEL_OPERATOR_LESS:
    return (SatchelBounds){ G_MININT64, bounds.from };
  case SATCHEL_OPERATOR_AT_MOST:
    return (SatchelBounds){ G_MININT64, bounds.until };
  case SATCHEL_OPERATOR_GREATER:
    return (SatchelBounds){ bounds.until, G_MAXINT64 };
  case SATCHEL_OPERATOR_AT_LEAST:
    return (SatchelBounds){ bounds.from, G_MAXINT64 };
  case SATCHEL_OPERATOR_BETWEEN:
    bounds.until = satchel_moment_resolve (&satchel_node_operand (test, 1)->moment, type, context).until;
    return bounds;
  default:
    return bounds;
  }
}
