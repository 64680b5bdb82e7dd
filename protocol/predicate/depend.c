/* What a predicate's answer depends on: fields at the ends of paths, the time, and the one value that it
 * turns on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/bind.h"
#include "protocol/predicate/tree.h"

typedef struct {
  SatchelPredicate *predicate;
  GArray *path; /* SatchelDependencyStep */
  SatchelDependencyFunc visit;
  SatchelTimedFunc visit_timed;
  gpointer data;
} Walk;

static const SatchelDependencyStep *
walk_steps (const Walk *walk)
{
  return (const SatchelDependencyStep *)walk->path->data; /* NULL at the root */
}

static void
push_step (Walk *walk, const SatchelNode *node)
{
  SatchelDependencyStep step = { node->field, node->entity, node->kind == SATCHEL_NODE_EXISTS };
  g_array_append_val (walk->path, step);
}

static void
pop_step (Walk *walk)
{
  g_array_set_size (walk->path, walk->path->len - 1);
}

static gboolean
is_hop (const SatchelNode *node)
{
  return node->kind == SATCHEL_NODE_ALONG || node->kind == SATCHEL_NODE_EXISTS;
}

/* ---- fields ---- */

static void
visit_fields (Walk *walk, const SatchelNode *node, const SatchelEntity *entity)
{
  if (node->kind == SATCHEL_NODE_TEST) {
    walk->visit (entity, node->field, walk_steps (walk), walk->path->len, walk->data);
    return;
  }
  if (node->kind == SATCHEL_NODE_ALONG)
    walk->visit (entity, node->field, walk_steps (walk), walk->path->len, walk->data);
  if (is_hop (node)) {
    entity = node->entity;
    push_step (walk, node);
    walk->visit (entity, NULL, walk_steps (walk), walk->path->len, walk->data);
  }
  if (node->kind == SATCHEL_NODE_EXISTS)
    walk->visit (entity, node->field, walk_steps (walk), walk->path->len, walk->data);
  for (guint i = 0; i < node->children->len; i++)
    visit_fields (walk, g_ptr_array_index (node->children, i), entity);
  if (is_hop (node))
    pop_step (walk);
}

void
satchel_predicate_visit_dependencies (SatchelPredicate *predicate, SatchelDependencyFunc visit, gpointer data)
{
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (SatchelDependencyStep));
  Walk walk = { predicate, path, visit, NULL, data };
  visit_fields (&walk, predicate->root, predicate->entity);
}

static gboolean
node_follows (const SatchelNode *node)
{
  if (is_hop (node))
    return TRUE;
  for (guint i = 0; node->children != NULL && i < node->children->len; i++)
    if (node_follows (g_ptr_array_index (node->children, i)))
      return TRUE;
  return FALSE;
}

gboolean
satchel_predicate_follows_relations (SatchelPredicate *predicate)
{
  return node_follows (predicate->root);
}

/* ---- time ---- */

static gboolean
test_is_timed (const SatchelNode *test)
{
  for (guint i = 0; i < test->operands->len; i++) {
    const SatchelOperand *operand = satchel_node_operand (test, i);
    if (operand->kind == SATCHEL_OPERAND_MOMENT && satchel_moment_is_relative (&operand->moment))
      return TRUE;
  }
  return test->op == SATCHEL_OPERATOR_IN_PERIOD;
}

static void
visit_timed (Walk *walk, const SatchelNode *node, const SatchelEntity *entity)
{
  if (node->kind == SATCHEL_NODE_TEST) {
    if (!test_is_timed (node))
      return;
    g_autoptr (SatchelPredicate) test =
        satchel_predicate_new_unbounded (walk->predicate->registry, entity, satchel_node_copy (node));
    walk->visit_timed (test, walk_steps (walk), walk->path->len, walk->data);
    return;
  }
  if (is_hop (node)) {
    entity = node->entity;
    push_step (walk, node);
  }
  for (guint i = 0; i < node->children->len; i++)
    visit_timed (walk, g_ptr_array_index (node->children, i), entity);
  if (is_hop (node))
    pop_step (walk);
}

static gboolean
node_is_timed (const SatchelNode *node)
{
  if (node->kind == SATCHEL_NODE_TEST)
    return test_is_timed (node);
  for (guint i = 0; i < node->children->len; i++)
    if (node_is_timed (g_ptr_array_index (node->children, i)))
      return TRUE;
  return FALSE;
}

gboolean
satchel_predicate_depends_on_time (SatchelPredicate *predicate)
{
  return node_is_timed (predicate->root);
}

void
satchel_predicate_visit_timed (SatchelPredicate *predicate, SatchelTimedFunc visit, gpointer data)
{
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (SatchelDependencyStep));
  Walk walk = { predicate, path, NULL, visit, data };
  visit_timed (&walk, predicate->root, predicate->entity);
}

static gboolean
node_depends_on_clock (const SatchelNode *node)
{
  if (node->kind != SATCHEL_NODE_TEST) {
    for (guint i = 0; i < node->children->len; i++)
      if (node_depends_on_clock (g_ptr_array_index (node->children, i)))
        return TRUE;
    return FALSE;
  }
  for (guint i = 0; i < node->operands->len; i++) {
    const SatchelOperand *operand = satchel_node_operand (node, i);
    if (operand->kind == SATCHEL_OPERAND_MOMENT && operand->moment.anchor == SATCHEL_ANCHOR_NOW)
      return TRUE;
  }
  return node->op == SATCHEL_OPERATOR_IN_PERIOD && node->field->type == SATCHEL_TYPE_DATETIME &&
         (node->period.kind == SATCHEL_PERIOD_PAST || node->period.kind == SATCHEL_PERIOD_FUTURE);
}

gboolean
satchel_predicate_depends_on_clock (SatchelPredicate *predicate)
{
  return node_depends_on_clock (predicate->root);
}

/* ---- pivots ---- */

gboolean
satchel_test_names (const SatchelNode *node, GPtrArray *records)
{
  if (node->kind != SATCHEL_NODE_TEST || node->field->type != SATCHEL_TYPE_LOOKUP ||
      node->operands->len == 0 || node->operands->len != records->len)
    return FALSE;
  for (guint i = 0; i < records->len; i++) {
    const SatchelOperand *operand = satchel_node_operand (node, i);
    if (operand->kind != SATCHEL_OPERAND_VALUE || !satchel_value_equal (operand->value, records->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

/* Whether @node can hold only where one of its tests for @pivots does. These are visited, if there is a
 * visitor (which makes sense only when it is known that they do); of several that all must hold, the first
 * will do. */
static gboolean
turns_on (Walk *walk, const SatchelNode *node, const SatchelEntity *entity, GPtrArray *pivots)
{
  gboolean turns = FALSE;

  switch (node->kind) {
  case SATCHEL_NODE_TEST:
    turns = !satchel_operators[node->op].negates && satchel_test_names (node, pivots);
    if (turns && walk->visit != NULL)
      walk->visit (entity, node->field, walk_steps (walk), walk->path->len, walk->data);
    return turns;
  case SATCHEL_NODE_ALL:
    for (guint i = 0; i < node->children->len && !turns; i++) {
      Walk quiet = { walk->predicate, walk->path, NULL, NULL, NULL };
      turns = turns_on (&quiet, g_ptr_array_index (node->children, i), entity, pivots);
      if (turns && walk->visit != NULL)
        turns_on (walk, g_ptr_array_index (node->children, i), entity, pivots);
    }
    return turns;
  case SATCHEL_NODE_ANY:
    turns = TRUE;
    for (guint i = 0; i < node->children->len && turns; i++)
      turns = turns_on (walk, g_ptr_array_index (node->children, i), entity, pivots);
    return turns;
  case SATCHEL_NODE_ALONG:
  case SATCHEL_NODE_EXISTS:
    push_step (walk, node);
    turns = turns_on (walk, satchel_node_child (node), node->entity, pivots);
    pop_step (walk);
    return turns;
  case SATCHEL_NODE_NOT:
    return FALSE;
  }
  g_assert_not_reached ();
}

/* The values of @test, when they are of @entity (NULL: whatever they are) and the whole predicate turns on
 * them. */
static GPtrArray *
take_pivots (Walk *walk, const SatchelNode *test, const char *entity)
{
  g_autoptr (GPtrArray) pivots = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_value_unref);

  if (test->field->type != SATCHEL_TYPE_LOOKUP || satchel_operators[test->op].negates)
    return NULL;
  for (guint i = 0; i < test->operands->len; i++) {
    const SatchelOperand *operand = satchel_node_operand (test, i);
    if (operand->kind != SATCHEL_OPERAND_VALUE)
      return NULL;
    g_ptr_array_add (pivots, satchel_value_ref (operand->value));
  }
  if (pivots->len == 0 ||
      (entity != NULL && !g_str_equal (satchel_value_get_entity (pivots->pdata[0]), entity)) ||
      !turns_on (walk, walk->predicate->root, walk->predicate->entity, pivots))
    return NULL;
  return g_steal_pointer (&pivots);
}

/* Of alternatives each must turn on the pivot, so the first shows all that it could be. */
static GPtrArray *
find_pivots (Walk *walk, const SatchelNode *node, const char *entity)
{
  if (node->kind == SATCHEL_NODE_TEST)
    return take_pivots (walk, node, entity);
  guint n = node->kind == SATCHEL_NODE_NOT ? 0 : node->children->len;
  for (guint i = 0; i < (node->kind == SATCHEL_NODE_ANY ? 1 : n); i++) {
    GPtrArray *pivots = find_pivots (walk, g_ptr_array_index (node->children, i), entity);
    if (pivots != NULL)
      return pivots;
  }
  return NULL;
}

GPtrArray *
satchel_predicate_list_pivots (SatchelPredicate *predicate)
{
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (SatchelDependencyStep));
  Walk walk = { predicate, path, NULL, NULL, NULL };
  GPtrArray *pivots = find_pivots (&walk, predicate->root, "user");

  return pivots != NULL ? pivots : find_pivots (&walk, predicate->root, NULL);
}

void
satchel_predicate_visit_pivots (SatchelPredicate *predicate, GPtrArray *pivots, SatchelDependencyFunc visit,
                                gpointer data)
{
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (SatchelDependencyStep));
  Walk walk = { predicate, path, visit, NULL, data };
  turns_on (&walk, predicate->root, predicate->entity, pivots);
}
