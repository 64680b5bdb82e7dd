/* Predicates made from predicates: bound to a person, and for what is related.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/bind.h"

#include "protocol/predicate/tree.h"

#include <string.h>

#define MOST_STEPS 4 /* from a related record to the root */

/* ---- binding ---- */

/* A condition that always holds, or never does, in words that every notation has. */
static SatchelNode *
make_constant (const SatchelField *field, gboolean holds)
{
  static const SatchelOperator ops[] = { SATCHEL_OPERATOR_IS_EMPTY, SATCHEL_OPERATOR_IS_NOT_EMPTY };
  SatchelNode *group = satchel_node_new (holds ? SATCHEL_NODE_ANY : SATCHEL_NODE_ALL);

  for (guint i = 0; i < G_N_ELEMENTS (ops); i++) {
    SatchelNode *test = satchel_node_new (SATCHEL_NODE_TEST);
    test->field = field;
    test->op = ops[i];
    satchel_node_add (group, test);
  }
  return group;
}

static SatchelNode *
make_test (const SatchelNode *model, SatchelOperator op)
{
  SatchelNode *test = satchel_node_new (SATCHEL_NODE_TEST);
  test->field = model->field;
  test->op = op;
  return test;
}

static gboolean
collect_record (const char *entity, const char *id, gpointer data)
{
  g_ptr_array_add (data, satchel_value_new_lookup (entity, id));
  return FALSE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (satchel_value_get_id (*(const SatchelValue *const *)a),
                 satchel_value_get_id (*(const SatchelValue *const *)b));
}

/* Adds what @operand stands for, in an order that does not depend on the context's. */
static void
add_bound (SatchelNode *test, const SatchelOperand *operand, const SatchelPredicateContext *context)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_value_unref);

  if (operand->kind == SATCHEL_OPERAND_STRING) {
    satchel_node_add_operand (test, satchel_operand_copy (operand));
    return;
  }
  satchel_operand_each_record (operand, context, collect_record, records);
  g_ptr_array_sort (records, compare_ids);
  for (guint i = 0; i < records->len; i++)
    satchel_node_add_operand (test, (SatchelOperand){ .kind = SATCHEL_OPERAND_VALUE,
                                                      .value = satchel_value_ref (records->pdata[i]) });
}

/* "has all (my teams, x)" asks for one of the teams, and x. */
static SatchelNode *
bind_has_all (const SatchelNode *test, const SatchelPredicateContext *context)
{
  SatchelNode *parts = satchel_node_new (SATCHEL_NODE_ALL);

  for (guint i = 0; i < test->operands->len; i++) {
    SatchelNode *part = make_test (test, SATCHEL_OPERATOR_HAS_ANY);
    add_bound (part, satchel_node_operand (test, i), context);
    if (part->operands->len > 0) {
      satchel_node_add (parts, part);
      continue;
    }
    satchel_node_free (part);
    satchel_node_free (parts);
    return make_constant (test->field, FALSE);
  }
  return satchel_node_simplify (parts);
}

static SatchelNode *
bind_test (const SatchelNode *test, const SatchelPredicateContext *context)
{
  const SatchelOperatorInfo *info = &satchel_operators[test->op];
  gboolean is_lookup = test->field->type == SATCHEL_TYPE_LOOKUP;

  if ((!is_lookup && test->field->type != SATCHEL_TYPE_PARTIES) || test->operands->len == 0)
    return satchel_node_copy (test);
  if (test->op == SATCHEL_OPERATOR_HAS_ALL)
    return bind_has_all (test, context);

  g_autoptr (SatchelNode) bound = make_test (test, SATCHEL_OPERATOR_HAS_ANY);
  for (guint i = 0; i < test->operands->len; i++)
    add_bound (bound, satchel_node_operand (test, i), context);
  if (bound->operands->len == 0)
    return make_constant (test->field, info->negates);
  if (is_lookup && bound->operands->len == 1)
    bound->op = info->negates ? SATCHEL_OPERATOR_NOT_EQUAL : SATCHEL_OPERATOR_EQUAL;
  else if (is_lookup)
    bound->op = info->negates ? SATCHEL_OPERATOR_NOT_IN : SATCHEL_OPERATOR_IN;
  return g_steal_pointer (&bound);
}

static SatchelNode *
bind_node (const SatchelNode *node, const SatchelPredicateContext *context)
{
  if (node->kind == SATCHEL_NODE_TEST)
    return bind_test (node, context);

  SatchelNode *bound = satchel_node_new (node->kind);
  bound->entity = node->entity;
  bound->field = node->field;
  for (guint i = 0; i < node->children->len; i++)
    satchel_node_add (bound, bind_node (g_ptr_array_index (node->children, i), context));
  return bound;
}

SatchelPredicate *
satchel_predicate_bind (SatchelPredicate *predicate, const SatchelPredicateContext *context, GError **error)
{
  return satchel_predicate_new (predicate->registry, predicate->entity, bind_node (predicate->root, context),
                                SATCHEL_PREDICATE_DERIVED, error);
}

/* ---- replacing values ---- */

static void
replace_in (SatchelNode *node, GPtrArray *from, GPtrArray *to)
{
  for (guint i = 0; node->children != NULL && i < node->children->len; i++)
    replace_in (g_ptr_array_index (node->children, i), from, to);
  if (!satchel_test_names (node, from))
    return;
  gboolean negates = satchel_operators[node->op].negates;
  g_array_set_size (node->operands, 0);
  for (guint i = 0; i < to->len; i++)
    satchel_node_add_operand (
        node, (SatchelOperand){ .kind = SATCHEL_OPERAND_VALUE, .value = satchel_value_ref (to->pdata[i]) });
  if (to->len == 1)
    node->op = negates ? SATCHEL_OPERATOR_NOT_EQUAL : SATCHEL_OPERATOR_EQUAL;
  else
    node->op = negates ? SATCHEL_OPERATOR_NOT_IN : SATCHEL_OPERATOR_IN;
}

SatchelPredicate *
satchel_predicate_replace (SatchelPredicate *predicate, GPtrArray *from, GPtrArray *to)
{
  SatchelNode *root = satchel_node_copy (predicate->root);

  replace_in (root, from, to);
  return satchel_predicate_new_unbounded (predicate->registry, predicate->entity, root);
}

/* ---- whatever may be read ---- */

/* A relation leads to fewer records the less one may read; what denies it then holds for more. */
static SatchelNode *
widen_node (const SatchelNode *node, const SatchelEntity *entity, gboolean denied)
{
  const gboolean is_hop = node->kind == SATCHEL_NODE_ALONG || node->kind == SATCHEL_NODE_EXISTS;

  if (is_hop && denied)
    return make_constant (entity->fields[0], FALSE);
  if (node->kind == SATCHEL_NODE_TEST)
    return satchel_node_copy (node);

  SatchelNode *wide = satchel_node_new (node->kind);
  wide->entity = node->entity;
  wide->field = node->field;
  for (guint i = 0; i < node->children->len; i++)
    satchel_node_add (wide, widen_node (g_ptr_array_index (node->children, i), is_hop ? node->entity : entity,
                                        denied != (node->kind == SATCHEL_NODE_NOT)));
  return wide;
}

SatchelPredicate *
satchel_predicate_widen (SatchelPredicate *predicate)
{
  return satchel_predicate_new_unbounded (predicate->registry, predicate->entity,
                                          widen_node (predicate->root, predicate->entity, FALSE));
}

/* ---- alternatives ---- */

/* What goes on along the same lookup does so once: a record names one other, so that "a.b or a.c" is "a.(b or
 * c)". Takes @node. */
static void
add_alternative (SatchelNode *group, SatchelNode *node)
{
  for (guint i = 0; node->kind == SATCHEL_NODE_ALONG && i < group->children->len; i++) {
    SatchelNode *other = g_ptr_array_index (group->children, i);

    if (other->kind != SATCHEL_NODE_ALONG || other->field != node->field || other->entity != node->entity)
      continue;
    SatchelNode *beyond = satchel_node_new (SATCHEL_NODE_ANY);
    satchel_node_add (beyond, g_ptr_array_steal_index (other->children, 0));
    add_alternative (beyond, g_ptr_array_steal_index (node->children, 0));
    satchel_node_add (other, beyond);
    satchel_node_free (node);
    return;
  }
  satchel_node_add (group, node);
}

SatchelPredicate *
satchel_predicate_any (GPtrArray *predicates, GError **error)
{
  const SatchelPredicate *first = predicates->pdata[0];
  SatchelNode *group = satchel_node_new (SATCHEL_NODE_ANY);

  for (guint i = 0; i < predicates->len; i++) {
    SatchelNode *root = satchel_node_copy (((const SatchelPredicate *)predicates->pdata[i])->root);

    while (root->kind == SATCHEL_NODE_ANY && root->children->len > 0)
      add_alternative (group, g_ptr_array_steal_index (root->children, 0));
    if (root->kind == SATCHEL_NODE_ANY)
      satchel_node_free (root);
    else
      add_alternative (group, root);
  }
  return satchel_predicate_new (first->registry, first->entity, satchel_node_simplify (group),
                                SATCHEL_PREDICATE_DERIVED, error);
}

/* ---- related records ---- */

typedef struct {
  SatchelPredicate *root;
  GHashTable *groups; /* entity → SatchelNode*, ANY of the ways */
  GPtrArray *order;   /* entities, as they were found */
  SatchelStep way[MOST_STEPS];
  guint n_steps; /* the way from the root outwards: way[0] names the root */
} Related;

static gboolean
is_on_way (const Related *related, const SatchelEntity *entity)
{
  if (entity == related->root->entity)
    return TRUE;
  for (guint i = 0; i + 1 < related->n_steps; i++) {
    /* The step beyond leads to the entity that holds this one's lookup. */
    if (related->way[i + 1].entity == entity)
      return TRUE;
  }
  return FALSE;
}

static void
add_way (Related *related, const SatchelEntity *holder)
{
  SatchelNode *node = satchel_node_copy (related->root->root);
  SatchelNode *group = g_hash_table_lookup (related->groups, holder);

  for (guint i = 0; i < related->n_steps; i++) {
    SatchelNode *along = satchel_node_new (SATCHEL_NODE_ALONG);
    along->field = related->way[i].field;
    along->entity = related->way[i].entity;
    satchel_node_add (along, node);
    node = along;
  }
  if (group == NULL) {
    group = satchel_node_new (SATCHEL_NODE_ANY);
    g_hash_table_insert (related->groups, (gpointer)holder, group);
    g_ptr_array_add (related->order, (gpointer)holder);
  }
  satchel_node_add (group, node);
}

static void
walk_holders (Related *related, const SatchelEntity *target)
{
  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (related->root->registry, target, &n_references);

  if (related->n_steps == MOST_STEPS)
    return;
  for (guint i = 0; i < n_references; i++) {
    const SatchelReference *reference = &references[i];

    if (!reference->field->carry || reference->field->type != SATCHEL_TYPE_LOOKUP ||
        reference->entity == target || is_on_way (related, reference->entity))
      continue;
    related->way[related->n_steps++] = (SatchelStep){ reference->field, target };
    add_way (related, reference->entity);
    walk_holders (related, reference->entity);
    related->n_steps--;
  }
}

GPtrArray *
satchel_predicate_list_related (SatchelPredicate *root, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_predicate_unref);
  g_autoptr (GHashTable) groups = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  Related related = { .root = root, .groups = groups, .order = order };
  gboolean fits = TRUE;

  walk_holders (&related, root->entity);
  for (guint i = 0; i < order->len; i++) {
    SatchelNode *group = satchel_node_simplify (g_hash_table_lookup (groups, order->pdata[i]));
    SatchelPredicate *predicate = satchel_predicate_new (root->registry, order->pdata[i], group,
                                                         SATCHEL_PREDICATE_DERIVED, fits ? error : NULL);

    fits = fits && predicate != NULL;
    if (predicate != NULL)
      g_ptr_array_add (list, predicate);
  }
  return fits ? g_steal_pointer (&list) : NULL;
}
