/* A predicate in memory. What it answers is what sql.c selects; the suite holds both to it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/tree.h"

#include <string.h>

typedef struct {
  const SatchelPredicateContext *context;
  const SatchelRecordSource *source;
} Evaluation;

static gboolean node_holds (const Evaluation *evaluation, const SatchelNode *node,
                            const SatchelRecord *record);

/* ---- one value against the operands of its test ---- */

static gboolean
in_order (SatchelOperator op, int low, int high)
{
  switch (op) {
  case SATCHEL_OPERATOR_EQUAL:
  case SATCHEL_OPERATOR_IN:
    return low == 0;
  case SATCHEL_OPERATOR_LESS:
    return low < 0;
  case SATCHEL_OPERATOR_AT_MOST:
    return low <= 0;
  case SATCHEL_OPERATOR_GREATER:
    return low > 0;
  case SATCHEL_OPERATOR_AT_LEAST:
    return low >= 0;
  case SATCHEL_OPERATOR_BETWEEN:
    return low >= 0 && high <= 0;
  default:
    g_assert_not_reached ();
  }
}

static gboolean
number_matches (const SatchelNode *test, const SatchelValue *value)
{
  gint64 number = satchel_value_to_stored_integer (test->field, value);
  SatchelOperator op = satchel_operators[test->op].positive;
  guint last = test->operands->len - 1;

  for (guint i = 0; i <= last; i++) {
    gint64 low = satchel_value_to_stored_integer (test->field, satchel_node_operand (test, i)->value);
    gint64 high = satchel_value_to_stored_integer (test->field, satchel_node_operand (test, last)->value);
    if (in_order (op, (number > low) - (number < low), (number > high) - (number < high)))
      return TRUE;
    if (op != SATCHEL_OPERATOR_IN)
      return FALSE;
  }
  return FALSE;
}

static gboolean
string_found (const SatchelNode *test, const char *string)
{
  g_autofree char *haystack = satchel_fold (string);
  g_autofree char *needle = satchel_fold (satchel_value_get_string (satchel_node_operand (test, 0)->value));

  if (test->op == SATCHEL_OPERATOR_STARTS_WITH)
    return g_str_has_prefix (haystack, needle);
  if (test->op == SATCHEL_OPERATOR_ENDS_WITH)
    return g_str_has_suffix (haystack, needle);
  return strstr (haystack, needle) != NULL;
}

static gboolean
string_matches (const SatchelNode *test, const SatchelValue *value)
{
  SatchelOperator op = satchel_operators[test->op].positive;
  const char *string = satchel_value_get_string (value);
  guint last = test->operands->len - 1;

  if (op == SATCHEL_OPERATOR_CONTAINS || op == SATCHEL_OPERATOR_STARTS_WITH ||
      op == SATCHEL_OPERATOR_ENDS_WITH)
    return string_found (test, string);
  for (guint i = 0; i <= last; i++) {
    int low = strcmp (string, satchel_value_get_string (satchel_node_operand (test, i)->value));
    int high = strcmp (string, satchel_value_get_string (satchel_node_operand (test, last)->value));
    if (in_order (op, low, high))
      return TRUE;
    if (op != SATCHEL_OPERATOR_IN)
      return FALSE;
  }
  return FALSE;
}

static gboolean
moment_matches (const SatchelNode *test, const SatchelValue *value, const SatchelPredicateContext *context)
{
  gint64 moment;

  if (test->field->type == SATCHEL_TYPE_DATETIME)
    moment = satchel_value_get_integer (value);
  else if (!satchel_date_parse (satchel_value_get_date (value), &moment))
    return FALSE;
  for (guint i = 0; i < satchel_test_count_bounds (test); i++) {
    SatchelBounds bounds = satchel_test_bounds (test, i, context);
    if (moment >= bounds.from && moment < bounds.until)
      return TRUE;
  }
  return FALSE;
}

typedef struct {
  const char *entity;
  const char *id;
} RecordName;

static gboolean
names_record (const char *entity, const char *id, gpointer data)
{
  const RecordName *name = data;
  return g_strcmp0 (entity, name->entity) == 0 && g_strcmp0 (id, name->id) == 0;
}

static gboolean
lookup_matches (const SatchelNode *test, const SatchelValue *value, const SatchelPredicateContext *context)
{
  RecordName name = { satchel_value_get_entity (value), satchel_value_get_id (value) };

  for (guint i = 0; i < test->operands->len; i++)
    if (satchel_operand_each_record (satchel_node_operand (test, i), context, names_record, &name))
      return TRUE;
  return FALSE;
}

static gboolean
has_party (const SatchelValue *value, const SatchelOperand *operand, const SatchelPredicateContext *context)
{
  guint n_parties;
  const SatchelParty *parties = satchel_value_get_parties (value, &n_parties);

  if (operand->kind == SATCHEL_OPERAND_STRING) {
    g_autofree char *wanted = satchel_fold (satchel_value_get_string (operand->value));
    for (guint i = 0; i < n_parties; i++) {
      g_autofree char *address = parties[i].address == NULL ? NULL : satchel_fold (parties[i].address);
      if (g_strcmp0 (address, wanted) == 0)
        return TRUE;
    }
    return FALSE;
  }
  for (guint i = 0; i < n_parties; i++) {
    RecordName name = { parties[i].entity, parties[i].id };
    if (parties[i].id != NULL && satchel_operand_each_record (operand, context, names_record, &name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_operand (const SatchelNode *test, const SatchelValue *value, const SatchelOperand *operand,
             const SatchelPredicateContext *context)
{
  if (test->field->type == SATCHEL_TYPE_PARTIES)
    return has_party (value, operand, context);
  return g_strv_contains (satchel_value_get_keys (value), satchel_value_get_keys (operand->value)[0]);
}

static gboolean
several_match (const SatchelNode *test, const SatchelValue *value, const SatchelPredicateContext *context)
{
  gboolean all = test->op == SATCHEL_OPERATOR_HAS_ALL;

  for (guint i = 0; i < test->operands->len; i++)
    if (has_operand (test, value, satchel_node_operand (test, i), context) != all)
      return !all;
  return all;
}

/* The test's positive operator, for a value that is there. */
static gboolean
value_matches (const SatchelNode *test, const SatchelValue *value, const SatchelPredicateContext *context)
{
  switch (test->field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
  case SATCHEL_TYPE_CHOICE:
    return string_matches (test, value);
  case SATCHEL_TYPE_DATE:
  case SATCHEL_TYPE_DATETIME:
    return moment_matches (test, value, context);
  case SATCHEL_TYPE_LOOKUP:
    return lookup_matches (test, value, context);
  case SATCHEL_TYPE_MULTICHOICE:
  case SATCHEL_TYPE_PARTIES:
    return several_match (test, value, context);
  default:
    return number_matches (test, value);
  }
}

static gboolean
test_holds (const SatchelNode *test, const SatchelPredicateContext *context, const SatchelRecord *record)
{
  const SatchelOperatorInfo *info = &satchel_operators[test->op];
  const SatchelValue *value = satchel_record_get (record, test->field);
  gboolean matches = info->positive == SATCHEL_OPERATOR_IS_EMPTY
                         ? value == NULL
                         : value != NULL && value_matches (test, value, context);
  return matches != info->negates;
}

/* ---- other records ---- */

static gboolean
reaches_others (const SatchelNode *node)
{
  if (node->kind == SATCHEL_NODE_TEST)
    return FALSE;
  if (node->kind == SATCHEL_NODE_ALONG || node->kind == SATCHEL_NODE_EXISTS)
    return TRUE;
  for (guint i = 0; i < node->children->len; i++)
    if (reaches_others (g_ptr_array_index (node->children, i)))
      return TRUE;
  return FALSE;
}

/* For a record that the source has lent: it may drop it as soon as it is asked for another. */
static gboolean
lent_holds (const Evaluation *evaluation, const SatchelNode *node, const SatchelRecord *record)
{
  g_autoptr (SatchelRecord) kept = reaches_others (node) ? satchel_record_copy (record) : NULL;
  return node_holds (evaluation, node, kept != NULL ? kept : record);
}

static gboolean
along_holds (const Evaluation *evaluation, const SatchelNode *along, const SatchelRecord *record)
{
  const SatchelValue *lookup = satchel_record_get (record, along->field);
  const SatchelRecordSource *source = evaluation->source;

  if (lookup == NULL || source == NULL || source->find == NULL ||
      !g_str_equal (satchel_value_get_entity (lookup), along->entity->name))
    return FALSE;
  const SatchelRecord *target =
      source->find (along->entity->name, satchel_value_get_id (lookup), source->data);
  return target != NULL && lent_holds (evaluation, satchel_node_child (along), target);
}

typedef struct {
  const Evaluation *evaluation;
  const SatchelNode *condition;
} Visit;

static gboolean
visit_holds (const SatchelRecord *record, gpointer data)
{
  const Visit *visit = data;
  return lent_holds (visit->evaluation, visit->condition, record);
}

static gboolean
exists_holds (const Evaluation *evaluation, const SatchelNode *exists, const SatchelRecord *record)
{
  SatchelReference reference = { exists->entity, exists->field };
  Visit visit = { evaluation, satchel_node_child (exists) };
  const SatchelRecordSource *source = evaluation->source;

  if (source == NULL || source->each == NULL)
    return FALSE;
  return source->each (&reference, record->id, visit_holds, &visit, source->data);
}

static gboolean
group_holds (const Evaluation *evaluation, const SatchelNode *group, const SatchelRecord *record)
{
  gboolean all = group->kind == SATCHEL_NODE_ALL;

  for (guint i = 0; i < group->children->len; i++)
    if (node_holds (evaluation, g_ptr_array_index (group->children, i), record) != all)
      return !all;
  return all;
}

static gboolean
node_holds (const Evaluation *evaluation, const SatchelNode *node, const SatchelRecord *record)
{
  switch (node->kind) {
  case SATCHEL_NODE_ALL:
  case SATCHEL_NODE_ANY:
    return group_holds (evaluation, node, record);
  case SATCHEL_NODE_NOT:
    return !node_holds (evaluation, satchel_node_child (node), record);
  case SATCHEL_NODE_ALONG:
    return along_holds (evaluation, node, record);
  case SATCHEL_NODE_EXISTS:
    return exists_holds (evaluation, node, record);
  case SATCHEL_NODE_TEST:
    return test_holds (node, evaluation->context, record);
  }
  g_assert_not_reached ();
}

gboolean
satchel_predicate_holds (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                         const SatchelRecord *record, const SatchelRecordSource *source)
{
  Evaluation evaluation = { context, source };
  g_assert (record->entity == predicate->entity);
  return node_holds (&evaluation, predicate->root, record);
}
