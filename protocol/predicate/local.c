/* Predicates over one record's own fields.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/tree.h"

static gboolean
is_about_asker (const SatchelNode *test)
{
  for (guint i = 0; i < test->operands->len; i++) {
    switch (satchel_node_operand (test, i)->kind) {
    case SATCHEL_OPERAND_ME:
    case SATCHEL_OPERAND_MY_UNIT:
    case SATCHEL_OPERAND_MY_TEAMS:
      return TRUE;
    default:
      break;
    }
  }
  return FALSE;
}

static gboolean
node_is_local (const SatchelNode *node)
{
  switch (node->kind) {
  case SATCHEL_NODE_ALONG:
  case SATCHEL_NODE_EXISTS:
    return FALSE;
  case SATCHEL_NODE_TEST:
    return !is_about_asker (node);
  default:
    break;
  }
  for (guint i = 0; i < node->children->len; i++) {
    if (!node_is_local (g_ptr_array_index (node->children, i)))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_predicate_is_local (SatchelPredicate *predicate)
{
  return !satchel_predicate_depends_on_time (predicate) && node_is_local (predicate->root);
}

void
satchel_predicate_disown (SatchelPredicate *predicate)
{
  g_clear_pointer (&predicate->registry, satchel_registry_unref);
}
