/* Tree to text, with the parentheses that the tree needs and no others.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/tree.h"

static void
print_operand (const SatchelNode *test, guint index, GString *text)
{
  const SatchelOperand *operand = satchel_node_operand (test, index);
  g_autofree char *word = satchel_operand_to_word (test->field, operand);
  gboolean plain = operand->kind != SATCHEL_OPERAND_VALUE && operand->kind != SATCHEL_OPERAND_STRING;

  if (plain || (operand->kind == SATCHEL_OPERAND_VALUE && satchel_word_is_bare (word)))
    g_string_append (text, word);
  else
    satchel_print_quoted (word, text);
}

static void
print_test (const SatchelNode *test, GString *text)
{
  const SatchelOperatorInfo *info = &satchel_operators[test->op];

  g_string_append_printf (text, " %s", info->text);
  if (info->shape == SATCHEL_SHAPE_PERIOD) {
    g_string_append_c (text, ' ');
    satchel_period_print (&test->period, text);
    return;
  }
  const char *separator = info->shape == SATCHEL_SHAPE_TWO ? " and " : ", ";
  if (test->operands->len > 0)
    g_string_append (text, info->shape == SATCHEL_SHAPE_LIST ? " (" : " ");
  for (guint i = 0; i < test->operands->len; i++) {
    if (i > 0)
      g_string_append (text, separator);
    print_operand (test, i, text);
  }
  if (info->shape == SATCHEL_SHAPE_LIST)
    g_string_append_c (text, ')');
}

/* @within: the kind of the node around; a group inside "not" or a group needs parentheses. */
static void
print_node (const SatchelNode *node, SatchelNodeKind within, GString *text)
{
  switch (node->kind) {
  case SATCHEL_NODE_ALL:
  case SATCHEL_NODE_ANY: {
    gboolean enclosed = within == SATCHEL_NODE_NOT || within == SATCHEL_NODE_ALL;
    if (enclosed)
      g_string_append_c (text, '(');
    for (guint i = 0; i < node->children->len; i++) {
      if (i > 0)
        g_string_append (text, node->kind == SATCHEL_NODE_ALL ? " and " : " or ");
      print_node (g_ptr_array_index (node->children, i), node->kind, text);
    }
    if (enclosed)
      g_string_append_c (text, ')');
    return;
  }
  case SATCHEL_NODE_NOT:
    g_string_append (text, "not ");
    print_node (satchel_node_child (node), SATCHEL_NODE_NOT, text);
    return;
  case SATCHEL_NODE_EXISTS: {
    const SatchelNode *condition = satchel_node_child (node);
    g_string_append_printf (text, "exists %s.%s", node->entity->name, node->field->name);
    if (condition->kind == SATCHEL_NODE_ALL && condition->children->len == 0)
      return;
    g_string_append (text, " (");
    print_node (condition, SATCHEL_NODE_EXISTS, text);
    g_string_append_c (text, ')');
    return;
  }
  case SATCHEL_NODE_ALONG:
  case SATCHEL_NODE_TEST: {
    const SatchelNode *end = satchel_path_print (node, text);
    if (end->kind == SATCHEL_NODE_TEST) {
      print_test (end, text);
      return;
    }
    g_string_append_c (text, '(');
    print_node (end, SATCHEL_NODE_ALONG, text);
    g_string_append_c (text, ')');
    return;
  }
  }
}

char *
satchel_predicate_to_text (SatchelPredicate *predicate)
{
  GString *text = g_string_new (NULL);
  print_node (predicate->root, SATCHEL_NODE_EXISTS, text);
  return g_string_free (text, FALSE);
}
