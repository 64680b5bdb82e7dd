/* The tree, and its JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/clause.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "ui/find/phrases.h"

static SatchelClause *
clause_new (SatchelClauseKind kind, const SatchelEntity *entity)
{
  SatchelClause *clause = g_new0 (SatchelClause, 1);

  clause->kind = kind;
  clause->entity = entity;
  if (kind == SATCHEL_CLAUSE_TEST) {
    clause->words = g_ptr_array_new_with_free_func (g_free);
    return clause;
  }
  clause->within = entity;
  clause->children = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_clause_free);
  return clause;
}

void
satchel_clause_free (SatchelClause *clause)
{
  if (clause == NULL)
    return;
  g_clear_pointer (&clause->words, g_ptr_array_unref);
  g_clear_pointer (&clause->children, g_ptr_array_unref);
  g_free (clause->path);
  g_free (clause);
}

static void
adopt (SatchelClause *parent, SatchelClause *child)
{
  child->parent = parent;
  g_ptr_array_add (parent->children, child);
}

/* ---- from JSON: what comes here was printed from a predicate, and is sound ---- */

static SatchelClause *read_clause (SatchelRegistry *registry, const SatchelEntity *entity, JsonNode *node);

static void
read_children (SatchelRegistry *registry, SatchelClause *clause, JsonArray *parts)
{
  for (guint i = 0; i < json_array_get_length (parts); i++)
    adopt (clause, read_clause (registry, clause->within, json_array_get_element (parts, i)));
}

/* What holds for the record at the other end: a group of its own is the clause's. */
static void
read_condition (SatchelRegistry *registry, SatchelClause *clause, JsonNode *node)
{
  JsonObject *object = json_node_get_object (node);

  clause->any = json_object_has_member (object, "or");
  if (clause->any || json_object_has_member (object, "and"))
    read_children (registry, clause, json_object_get_array_member (object, clause->any ? "or" : "and"));
  else
    adopt (clause, read_clause (registry, clause->within, node));
}

static SatchelClause *
read_related (SatchelRegistry *registry, const SatchelEntity *entity, JsonObject *object,
              SatchelClauseKind kind)
{
  SatchelClause *clause = clause_new (kind, entity);
  gboolean along = kind == SATCHEL_CLAUSE_ALONG;

  clause->path = g_strdup (json_object_get_string_member (object, along ? "along" : "exists"));
  clause->within = along ? satchel_path_find_entity (registry, entity, clause->path, NULL)
                         : satchel_path_find_reference (registry, entity, clause->path, NULL);
  read_condition (registry, clause, json_object_get_member (object, "where"));
  return clause;
}

/* "in" comes with values or with a period. */
static SatchelOperator
operator_of (JsonObject *object)
{
  const char *text = json_object_get_string_member (object, "op");

  if (json_object_has_member (object, "period"))
    return SATCHEL_OPERATOR_IN_PERIOD;
  for (SatchelOperator op = 0; op < SATCHEL_N_OPERATORS; op++)
    if (op != SATCHEL_OPERATOR_IN_PERIOD && g_str_equal (satchel_operators[op].text, text))
      return op;
  g_assert_not_reached ();
}

static SatchelClause *
read_test (SatchelRegistry *registry, const SatchelEntity *entity, JsonObject *object)
{
  SatchelClause *test = clause_new (SATCHEL_CLAUSE_TEST, entity);

  test->path = g_strdup (json_object_get_string_member (object, "field"));
  test->field = satchel_path_find_field (registry, entity, test->path, NULL, NULL);
  test->op = operator_of (object);
  if (json_object_has_member (object, "period"))
    g_ptr_array_add (test->words, g_strdup (json_object_get_string_member (object, "period")));
  else if (json_object_has_member (object, "value"))
    g_ptr_array_add (test->words, g_strdup (json_object_get_string_member (object, "value")));
  else if (json_object_has_member (object, "values")) {
    JsonArray *values = json_object_get_array_member (object, "values");

    for (guint i = 0; i < json_array_get_length (values); i++)
      g_ptr_array_add (test->words, g_strdup (json_array_get_string_element (values, i)));
  }
  return test;
}

/* A test that has no phrase for its negation stands in a group that does not hold. */
static SatchelClause *
negate (SatchelClause *clause)
{
  SatchelClause *group;

  if (!clause->negated &&
      (clause->kind != SATCHEL_CLAUSE_TEST || satchel_phrases_find (clause->field, clause->op, TRUE) >= 0)) {
    clause->negated = TRUE;
    return clause;
  }
  group = clause_new (SATCHEL_CLAUSE_GROUP, clause->entity);
  group->negated = group->any = TRUE;
  adopt (group, clause);
  return group;
}

static SatchelClause *
read_clause (SatchelRegistry *registry, const SatchelEntity *entity, JsonNode *node)
{
  JsonObject *object = json_node_get_object (node);
  SatchelClause *group;

  if (json_object_has_member (object, "field"))
    return read_test (registry, entity, object);
  if (json_object_has_member (object, "along"))
    return read_related (registry, entity, object, SATCHEL_CLAUSE_ALONG);
  if (json_object_has_member (object, "exists"))
    return read_related (registry, entity, object, SATCHEL_CLAUSE_EXISTS);
  if (json_object_has_member (object, "not"))
    return negate (read_clause (registry, entity, json_object_get_member (object, "not")));
  group = clause_new (SATCHEL_CLAUSE_GROUP, entity);
  read_condition (registry, group, node);
  return group;
}

SatchelClause *
satchel_clause_from_text (SatchelRegistry *registry, const SatchelEntity *entity, const char *text,
                          GError **error)
{
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_parse (registry, entity, text, error);
  g_autoptr (JsonNode) node = NULL;
  SatchelClause *clause, *root;

  if (predicate == NULL)
    return NULL;
  node = satchel_predicate_to_json (predicate);
  clause = read_clause (registry, entity, node);
  if (clause->kind == SATCHEL_CLAUSE_GROUP)
    return clause;
  root = clause_new (SATCHEL_CLAUSE_GROUP, entity);
  adopt (root, clause);
  return root;
}

/* ---- to JSON ---- */

static JsonNode *write_clause (const SatchelClause *clause, GError **error);

static JsonNode *
node_of (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

static gboolean
is_nothing (const SatchelClause *clause)
{
  if (clause->kind != SATCHEL_CLAUSE_GROUP)
    return FALSE;
  for (guint i = 0; i < clause->children->len; i++)
    if (!is_nothing (clause->children->pdata[i]))
      return FALSE;
  return TRUE;
}

/* A group of one is its child: nothing is nested deeper than it was written. */
static JsonNode *
write_children (const SatchelClause *clause, GError **error)
{
  g_autoptr (JsonArray) parts = json_array_new ();
  gboolean any;
  JsonObject *object;

  for (guint i = 0; i < clause->children->len; i++) {
    const SatchelClause *child = clause->children->pdata[i];
    JsonNode *node;

    if (is_nothing (child))
      continue;
    if ((node = write_clause (child, error)) == NULL)
      return NULL;
    json_array_add_element (parts, node);
  }
  if (json_array_get_length (parts) == 1)
    return json_array_dup_element (parts, 0);
  /* The only list that may be empty. */
  any = clause->any && json_array_get_length (parts) > 0;
  object = json_object_new ();
  json_object_set_array_member (object, any ? "or" : "and", g_steal_pointer (&parts));
  return node_of (object);
}

static JsonNode *
write_related (const SatchelClause *clause, GError **error)
{
  JsonNode *where = write_children (clause, error);
  JsonObject *object;

  if (where == NULL)
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, clause->kind == SATCHEL_CLAUSE_ALONG ? "along" : "exists",
                                 clause->path);
  json_object_set_member (object, "where", where);
  return node_of (object);
}

static gboolean
has_all_words (const SatchelClause *test)
{
  static const guint least[] = { [SATCHEL_SHAPE_NONE] = 0,
                                 [SATCHEL_SHAPE_ONE] = 1,
                                 [SATCHEL_SHAPE_TWO] = 2,
                                 [SATCHEL_SHAPE_LIST] = 1,
                                 [SATCHEL_SHAPE_PERIOD] = 1 };

  for (guint i = 0; i < test->words->len; i++)
    if (*(const char *)test->words->pdata[i] == '\0')
      return FALSE;
  return test->words->len >= least[satchel_operators[test->op].shape];
}

static void
write_words (const SatchelClause *test, JsonObject *object)
{
  SatchelShape shape = satchel_operators[test->op].shape;
  JsonArray *values;

  if (shape == SATCHEL_SHAPE_ONE || shape == SATCHEL_SHAPE_PERIOD)
    json_object_set_string_member (object, shape == SATCHEL_SHAPE_ONE ? "value" : "period",
                                   satchel_clause_get_word (test, 0));
  if (shape != SATCHEL_SHAPE_TWO && shape != SATCHEL_SHAPE_LIST)
    return;
  values = json_array_new ();
  for (guint i = 0; i < test->words->len; i++)
    json_array_add_string_element (values, test->words->pdata[i]);
  json_object_set_array_member (object, "values", values);
}

static JsonNode *
write_test (const SatchelClause *test, GError **error)
{
  JsonObject *object;

  if (!has_all_words (test)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” needs a value."),
                 _ (test->field->label));
    return NULL;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "field", test->path);
  json_object_set_string_member (object, "op", satchel_operators[test->op].text);
  write_words (test, object);
  return node_of (object);
}

static JsonNode *
write_clause (const SatchelClause *clause, GError **error)
{
  JsonNode *node = clause->kind == SATCHEL_CLAUSE_TEST    ? write_test (clause, error)
                   : clause->kind == SATCHEL_CLAUSE_GROUP ? write_children (clause, error)
                                                          : write_related (clause, error);
  JsonObject *object;

  if (node == NULL || !clause->negated || is_nothing (clause))
    return node;
  object = json_object_new ();
  json_object_set_member (object, "not", node);
  return node_of (object);
}

char *
satchel_clause_to_text (SatchelRegistry *registry, const SatchelClause *root, GError **error)
{
  g_autoptr (JsonNode) node = write_clause (root, error);
  g_autoptr (SatchelPredicate) predicate =
      node != NULL ? satchel_predicate_from_json (registry, root->entity, node, error) : NULL;

  return predicate != NULL ? satchel_predicate_to_text (predicate) : NULL;
}

/* ---- changing ---- */

const char *
satchel_clause_get_word (const SatchelClause *test, guint index)
{
  return index < test->words->len ? test->words->pdata[index] : "";
}

void
satchel_clause_set_word (SatchelClause *test, guint index, const char *word)
{
  while (test->words->len <= index)
    g_ptr_array_add (test->words, g_strdup (""));
  g_free (test->words->pdata[index]);
  test->words->pdata[index] = g_strdup (word);
}

void
satchel_clause_remove_word (SatchelClause *test, guint index)
{
  if (index < test->words->len)
    g_ptr_array_remove_index (test->words, index);
}

/* Values stay values, whatever their number; a period is none. */
void
satchel_clause_set_operator (SatchelClause *test, SatchelOperator op, gboolean negated)
{
  static const guint most[] = { [SATCHEL_SHAPE_NONE] = 0,
                                [SATCHEL_SHAPE_ONE] = 1,
                                [SATCHEL_SHAPE_TWO] = 2,
                                [SATCHEL_SHAPE_LIST] = G_MAXUINT,
                                [SATCHEL_SHAPE_PERIOD] = 1 };
  SatchelShape old = satchel_operators[test->op].shape, new = satchel_operators[op].shape;
  guint kept = (old == SATCHEL_SHAPE_PERIOD) == (new == SATCHEL_SHAPE_PERIOD) ? most[new] : 0;

  if (test->words->len > kept)
    g_ptr_array_set_size (test->words, (int)kept);
  test->op = op;
  test->negated = negated;
}

static gboolean
same_choices (const SatchelField *a, const SatchelField *b)
{
  return a == b || (a->type == b->type && a->n_choices == 0 && b->n_choices == 0 && a->n_targets == 0 &&
                    b->n_targets == 0);
}

gboolean
satchel_clause_set_path (SatchelRegistry *registry, SatchelClause *test, const char *path)
{
  const SatchelField *field = satchel_path_find_field (registry, test->entity, path, NULL, NULL);
  guint n_phrases;
  const SatchelPhrase *usual;

  if (field == NULL)
    return FALSE;
  usual = satchel_phrases_for (field, &n_phrases);
  g_free (test->path);
  test->path = g_strdup (path);
  if (test->field == NULL || !same_choices (test->field, field))
    g_ptr_array_set_size (test->words, 0);
  if (test->field == NULL || satchel_phrases_find (field, test->op, test->negated) < 0)
    satchel_clause_set_operator (test, usual->op, usual->negated);
  test->field = field;
  return TRUE;
}

SatchelClause *
satchel_clause_add (SatchelRegistry *registry, SatchelClause *parent, SatchelClauseKind kind,
                    const char *path)
{
  g_autoptr (SatchelClause) clause = clause_new (kind, parent->within);

  if (kind == SATCHEL_CLAUSE_TEST && !satchel_clause_set_path (registry, clause, path))
    return NULL;
  if (kind == SATCHEL_CLAUSE_ALONG)
    clause->within = satchel_path_find_entity (registry, parent->within, path, NULL);
  if (kind == SATCHEL_CLAUSE_EXISTS)
    clause->within = satchel_path_find_reference (registry, parent->within, path, NULL);
  if (kind != SATCHEL_CLAUSE_TEST && clause->within == NULL)
    return NULL;
  if (kind == SATCHEL_CLAUSE_ALONG || kind == SATCHEL_CLAUSE_EXISTS)
    clause->path = g_strdup (path);
  /* A group within another is there to say the other thing. */
  if (kind == SATCHEL_CLAUSE_GROUP)
    clause->any = !parent->any;
  adopt (parent, clause);
  return g_steal_pointer (&clause);
}

void
satchel_clause_remove (SatchelClause *clause)
{
  g_return_if_fail (clause->parent != NULL);
  g_ptr_array_remove (clause->parent->children, clause);
}
