/* Nodes, their bounds, the table of operators, and predicates as shared objects.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/tree.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#define MOST_WRITTEN_NESTING 55
#define MOST_DERIVED_NESTING 72 /* bound, and behind one select and one group more */

#define BIT(type) (1u << SATCHEL_TYPE_##type)
#define STRINGS   (BIT (STRING) | BIT (TEXT))
#define NUMBERS   (BIT (INTEGER) | BIT (DECIMAL) | BIT (MONEY) | BIT (DURATION))
#define MOMENTS   (BIT (DATE) | BIT (DATETIME))
#define ORDERED   (STRINGS | NUMBERS | MOMENTS)
#define SINGLE    (ORDERED | BIT (CHOICE) | BIT (LOOKUP))
#define SEVERAL   (BIT (MULTICHOICE) | BIT (PARTIES))
#define EVERY     (SINGLE | SEVERAL | BIT (BOOLEAN) | BIT (FILE))

#define POSITIVE(op) .positive = SATCHEL_OPERATOR_##op
#define NEGATES(op)  .negates = TRUE, .positive = SATCHEL_OPERATOR_##op

/* clang-format off */
const SatchelOperatorInfo satchel_operators[SATCHEL_N_OPERATORS] = {
  [SATCHEL_OPERATOR_NOT_EQUAL]    = { "!=",           SATCHEL_SHAPE_ONE,    SINGLE | BIT (BOOLEAN), NEGATES (EQUAL) },
  [SATCHEL_OPERATOR_AT_MOST]      = { "<=",           SATCHEL_SHAPE_ONE,    ORDERED, POSITIVE (AT_MOST) },
  [SATCHEL_OPERATOR_AT_LEAST]     = { ">=",           SATCHEL_SHAPE_ONE,    ORDERED, POSITIVE (AT_LEAST) },
  [SATCHEL_OPERATOR_EQUAL]        = { "=",            SATCHEL_SHAPE_ONE,    SINGLE | BIT (BOOLEAN), POSITIVE (EQUAL) },
  [SATCHEL_OPERATOR_LESS]         = { "<",            SATCHEL_SHAPE_ONE,    ORDERED, POSITIVE (LESS) },
  [SATCHEL_OPERATOR_GREATER]      = { ">",            SATCHEL_SHAPE_ONE,    ORDERED, POSITIVE (GREATER) },
  [SATCHEL_OPERATOR_BETWEEN]      = { "between",      SATCHEL_SHAPE_TWO,    ORDERED, POSITIVE (BETWEEN) },
  [SATCHEL_OPERATOR_NOT_IN]       = { "not in",       SATCHEL_SHAPE_LIST,   SINGLE, NEGATES (IN) },
  [SATCHEL_OPERATOR_IN]           = { "in",           SATCHEL_SHAPE_LIST,   SINGLE, POSITIVE (IN) },
  [SATCHEL_OPERATOR_IN_PERIOD]    = { "in",           SATCHEL_SHAPE_PERIOD, MOMENTS, POSITIVE (IN_PERIOD) },
  [SATCHEL_OPERATOR_CONTAINS]     = { "contains",     SATCHEL_SHAPE_ONE,    STRINGS, POSITIVE (CONTAINS) },
  [SATCHEL_OPERATOR_STARTS_WITH]  = { "starts with",  SATCHEL_SHAPE_ONE,    STRINGS, POSITIVE (STARTS_WITH) },
  [SATCHEL_OPERATOR_ENDS_WITH]    = { "ends with",    SATCHEL_SHAPE_ONE,    STRINGS, POSITIVE (ENDS_WITH) },
  [SATCHEL_OPERATOR_HAS_ANY]      = { "has any",      SATCHEL_SHAPE_LIST,   SEVERAL, POSITIVE (HAS_ANY) },
  [SATCHEL_OPERATOR_HAS_ALL]      = { "has all",      SATCHEL_SHAPE_LIST,   SEVERAL, POSITIVE (HAS_ALL) },
  [SATCHEL_OPERATOR_HAS]          = { "has",          SATCHEL_SHAPE_ONE,    SEVERAL, POSITIVE (HAS) },
  [SATCHEL_OPERATOR_IS_NOT_EMPTY] = { "is not empty", SATCHEL_SHAPE_NONE,   EVERY, NEGATES (IS_EMPTY) },
  [SATCHEL_OPERATOR_IS_EMPTY]     = { "is empty",     SATCHEL_SHAPE_NONE,   EVERY, POSITIVE (IS_EMPTY) },
};
/* clang-format on */

gboolean
satchel_operator_applies (SatchelOperator op, SatchelType type)
{
  return (satchel_operators[op].types & (1u << type)) != 0;
}

gboolean
satchel_operator_check (SatchelOperator op, const SatchelField *field, GError **error)
{
  if (satchel_operator_applies (op, field->type))
    return TRUE;

  g_autoptr (GString) others = g_string_new (NULL);
  for (SatchelOperator other = 0; other < SATCHEL_N_OPERATORS; other++)
    if (satchel_operator_applies (other, field->type) && other != SATCHEL_OPERATOR_IN_PERIOD)
      g_string_append_printf (others, "%s%s", others->len == 0 ? "" : ", ", satchel_operators[other].text);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "“%s” does not apply to %s (%s), which takes: %s",
               satchel_operators[op].text, field->name, satchel_type_name (field->type), others->str);
  return FALSE;
}

static void
clear_operand (gpointer data)
{
  SatchelOperand *operand = data;
  satchel_value_unref (operand->value);
}

SatchelNode *
satchel_node_new (SatchelNodeKind kind)
{
  SatchelNode *node = g_new0 (SatchelNode, 1);
  node->kind = kind;
  if (kind == SATCHEL_NODE_TEST) {
    node->operands = g_array_new (FALSE, TRUE, sizeof (SatchelOperand));
    g_array_set_clear_func (node->operands, clear_operand);
  } else {
    node->children = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_node_free);
  }
  return node;
}

void
satchel_node_free (SatchelNode *node)
{
  if (node == NULL)
    return;
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_clear_pointer (&node->operands, g_array_unref);
  g_free (node);
}

SatchelNode *
satchel_node_copy (const SatchelNode *node)
{
  SatchelNode *copy = satchel_node_new (node->kind);

  copy->entity = node->entity;
  copy->field = node->field;
  copy->op = node->op;
  copy->period = node->period;
  for (guint i = 0; node->operands != NULL && i < node->operands->len; i++)
    satchel_node_add_operand (copy, satchel_operand_copy (satchel_node_operand (node, i)));
  for (guint i = 0; node->children != NULL && i < node->children->len; i++)
    g_ptr_array_add (copy->children, satchel_node_copy (g_ptr_array_index (node->children, i)));
  return copy;
}

SatchelOperand
satchel_operand_copy (const SatchelOperand *operand)
{
  SatchelOperand copy = *operand;

  if (copy.value != NULL)
    satchel_value_ref (copy.value);
  return copy;
}

void
satchel_node_add (SatchelNode *parent, SatchelNode *child)
{
  gboolean group = child->kind == SATCHEL_NODE_ALL || child->kind == SATCHEL_NODE_ANY;
  if (!group || child->kind != parent->kind) {
    g_ptr_array_add (parent->children, child);
    return;
  }
  while (child->children->len > 0)
    g_ptr_array_add (parent->children, g_ptr_array_steal_index (child->children, 0));
  satchel_node_free (child);
}

void
satchel_node_add_operand (SatchelNode *test, SatchelOperand operand)
{
  g_array_append_val (test->operands, operand);
}

const SatchelNode *
satchel_node_child (const SatchelNode *node)
{
  g_assert (node->children->len == 1);
  return g_ptr_array_index (node->children, 0);
}

const SatchelOperand *
satchel_node_operand (const SatchelNode *test, guint index)
{
  g_assert (index < test->operands->len);
  return &g_array_index (test->operands, SatchelOperand, index);
}

SatchelNode *
satchel_node_simplify (SatchelNode *group)
{
  if (group->children->len != 1)
    return group;
  SatchelNode *only = g_ptr_array_steal_index (group->children, 0);
  satchel_node_free (group);
  return only;
}

/* Of a tree that a caller may have built without end. */
typedef struct {
  guint count; /* nodes and values */
  guint depth;
  guint nesting;
} Measure;

/* Nesting is what a part costs SQLite's parser, whose stack has 100 places (satchel_predicate_to_sql): a
 * select within a select some ten, a group three. Other records reached one behind the other share a select.
 */
static Measure
measure (const SatchelNode *node, gboolean within_hop)
{
  gboolean is_hop = node->kind == SATCHEL_NODE_ALONG || node->kind == SATCHEL_NODE_EXISTS;
  gboolean is_group = node->kind == SATCHEL_NODE_ALL || node->kind == SATCHEL_NODE_ANY;
  Measure whole = { .count = 1 };

  if (node->kind == SATCHEL_NODE_TEST)
    return (Measure){ 1 + node->operands->len, 1, 0 };
  for (guint i = 0; i < node->children->len; i++) {
    Measure part = measure (g_ptr_array_index (node->children, i), is_hop);

    whole.count += part.count;
    whole.depth = MAX (whole.depth, part.depth);
    whole.nesting = MAX (whole.nesting, part.nesting);
  }
  whole.depth++;
  whole.nesting += is_hop ? (within_hop ? 0 : 10) : is_group ? 3 : 1;
  return whole;
}

guint
satchel_predicate_most_nodes (SatchelPredicateSize size)
{
  return size == SATCHEL_PREDICATE_WRITTEN ? SATCHEL_MAX_PREDICATE_NODES : SATCHEL_MAX_DERIVED_NODES;
}

guint
satchel_predicate_most_depth (SatchelPredicateSize size)
{
  return size == SATCHEL_PREDICATE_WRITTEN ? SATCHEL_MAX_PREDICATE_DEPTH : SATCHEL_MAX_DERIVED_DEPTH;
}

SatchelPredicate *
satchel_predicate_new (SatchelRegistry *registry, const SatchelEntity *entity, SatchelNode *root,
                       SatchelPredicateSize size, GError **error)
{
  g_autoptr (SatchelNode) owned = root;
  Measure whole = measure (root, FALSE);

  if (whole.nesting > (size == SATCHEL_PREDICATE_WRITTEN ? MOST_WRITTEN_NESTING : MOST_DERIVED_NESTING)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                         "the condition asks for too many records within each other");
    return NULL;
  }
  if (whole.depth > satchel_predicate_most_depth (size) ||
      whole.count > satchel_predicate_most_nodes (size)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                 "the condition%s has %u parts, nested %u deep; at most %u and %u are allowed",
                 size == SATCHEL_PREDICATE_DERIVED ? ", with all that follows from it," : "", whole.count,
                 whole.depth, satchel_predicate_most_nodes (size), satchel_predicate_most_depth (size));
    return NULL;
  }
  return satchel_predicate_new_unbounded (registry, entity, g_steal_pointer (&owned));
}

SatchelPredicate *
satchel_predicate_new_unbounded (SatchelRegistry *registry, const SatchelEntity *entity, SatchelNode *root)
{
  SatchelPredicate *predicate = g_new0 (SatchelPredicate, 1);

  g_atomic_ref_count_init (&predicate->references);
  predicate->registry = satchel_registry_ref (registry);
  predicate->entity = entity;
  predicate->root = root;
  return predicate;
}

SatchelPredicate *
satchel_predicate_ref (SatchelPredicate *predicate)
{
  g_atomic_ref_count_inc (&predicate->references);
  return predicate;
}

void
satchel_predicate_unref (SatchelPredicate *predicate)
{
  if (predicate == NULL || !g_atomic_ref_count_dec (&predicate->references))
    return;
  satchel_node_free (predicate->root);
  satchel_registry_unref (predicate->registry);
  g_free (predicate);
}

const SatchelEntity *
satchel_predicate_get_entity (SatchelPredicate *predicate)
{
  return predicate->entity;
}
