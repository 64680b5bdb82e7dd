/* The JSON form, for views, filters and rules that are kept as data:
 *
 *   {"and":[…]}  {"or":[…]}  {"not":{…}}  {"exists":"task.regarding","where":{…}}
 *   {"along":"regarding(account).parent","where":{…}}
 *   {"field":"account.city","op":"=","value":"Cluj"}         is empty has no value; between, in, has any…
 * have "values";
 *                                                           {"field":"due","op":"in","period":"this week"}
 *
 * Values are strings, as the text form writes them but for the quotes. {"and":[]} holds for every record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/predicate/bind.h"
#include "protocol/predicate/tree.h"

/* ---- writing ---- */

static JsonNode *write_node (const SatchelNode *node);

static void
write_test (const SatchelNode *test, JsonObject *object)
{
  const SatchelOperatorInfo *info = &satchel_operators[test->op];

  json_object_set_string_member (object, "op", info->text);
  if (info->shape == SATCHEL_SHAPE_PERIOD) {
    g_autoptr (GString) period = g_string_new (NULL);
    satchel_period_print (&test->period, period);
    json_object_set_string_member (object, "period", period->str);
    return;
  }
  JsonArray *values = json_array_new ();
  for (guint i = 0; i < test->operands->len; i++) {
    g_autofree char *word = satchel_operand_to_word (test->field, satchel_node_operand (test, i));
    if (info->shape == SATCHEL_SHAPE_ONE)
      json_object_set_string_member (object, "value", word);
    else
      json_array_add_string_element (values, word);
  }
  if (info->shape == SATCHEL_SHAPE_TWO || info->shape == SATCHEL_SHAPE_LIST)
    json_object_set_array_member (object, "values", values);
  else
    json_array_unref (values);
}

/* A test, or a condition for the record at the end of a path. */
static void
write_path (const SatchelNode *node, JsonObject *object)
{
  g_autoptr (GString) path = g_string_new (NULL);
  const SatchelNode *end = satchel_path_print (node, path);

  if (end->kind == SATCHEL_NODE_TEST) {
    json_object_set_string_member (object, "field", path->str);
    write_test (end, object);
    return;
  }
  g_string_truncate (path, path->len - 1); /* the last "." */
  json_object_set_string_member (object, "along", path->str);
  json_object_set_member (object, "where", write_node (end));
}

static JsonNode *
write_node (const SatchelNode *node)
{
  JsonObject *object = json_object_new ();

  switch (node->kind) {
  case SATCHEL_NODE_ALL:
  case SATCHEL_NODE_ANY: {
    JsonArray *parts = json_array_new ();
    for (guint i = 0; i < node->children->len; i++)
      json_array_add_element (parts, write_node (g_ptr_array_index (node->children, i)));
    json_object_set_array_member (object, node->kind == SATCHEL_NODE_ALL ? "and" : "or", parts);
    break;
  }
  case SATCHEL_NODE_NOT:
    json_object_set_member (object, "not", write_node (satchel_node_child (node)));
    break;
  case SATCHEL_NODE_EXISTS: {
    g_autofree char *reference = g_strdup_printf ("%s.%s", node->entity->name, node->field->name);
    json_object_set_string_member (object, "exists", reference);
    json_object_set_member (object, "where", write_node (satchel_node_child (node)));
    break;
  }
  case SATCHEL_NODE_ALONG:
  case SATCHEL_NODE_TEST:
    write_path (node, object);
    break;
  }
  JsonNode *result = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (result, object);
  return result;
}

JsonNode *
satchel_predicate_to_json (SatchelPredicate *predicate)
{
  return write_node (predicate->root);
}

/* ---- reading ---- */

typedef struct {
  SatchelRegistry *registry;
  SatchelPredicateSize size;
  guint depth;
  guint count; /* nodes and values so far: a bound before anything is built from them */
} Reader;

static SatchelNode *read_node (Reader *reader, const SatchelEntity *entity, JsonNode *json,
                               gboolean may_be_always, GError **error);

static const char *
read_string (JsonNode *json)
{
  return json != NULL && JSON_NODE_HOLDS_VALUE (json) && json_node_get_value_type (json) == G_TYPE_STRING
             ? json_node_get_string (json)
             : NULL;
}

static gboolean
count_part (Reader *reader, GError **error)
{
  if (++reader->count <= satchel_predicate_most_nodes (reader->size))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the condition has more than %u parts",
               satchel_predicate_most_nodes (reader->size));
  return FALSE;
}

static gboolean
read_operand (Reader *reader, SatchelNode *test, JsonNode *json, GError **error)
{
  SatchelOperand operand = { .kind = SATCHEL_OPERAND_MOMENT };
  const char *word = read_string (json);
  SatchelScanner scanner;

  if (word == NULL)
    return satchel_predicate_fail (error, "a value of %s is not a string", test->field->name);
  if (!count_part (reader, error))
    return FALSE;
  if (!satchel_operand_is_moment (test->field))
    return satchel_test_add_word (test, word, error);
  satchel_scanner_init (&scanner, word, TRUE);
  if (!satchel_moment_parse (&scanner, test->field->type, &operand.moment, error))
    return FALSE;
  if (!satchel_scanner_at_end (&scanner))
    return satchel_predicate_fail (error, "“%.40s” is more than a date", word);
  satchel_node_add_operand (test, operand);
  return TRUE;
}

static gboolean
read_period (SatchelNode *test, JsonNode *json, GError **error)
{
  const char *word = read_string (json);
  SatchelScanner scanner;

  if (word == NULL)
    return satchel_predicate_fail (error, "the period of %s is not a string", test->field->name);
  satchel_scanner_init (&scanner, word, TRUE);
  if (!satchel_period_parse (&scanner, &test->period, error))
    return FALSE;
  return satchel_scanner_at_end (&scanner) ||
         satchel_predicate_fail (error, "“%.40s” is more than a period", word);
}

static const char *const shape_members[] = {
  [SATCHEL_SHAPE_NONE] = NULL,     [SATCHEL_SHAPE_ONE] = "value",     [SATCHEL_SHAPE_TWO] = "values",
  [SATCHEL_SHAPE_LIST] = "values", [SATCHEL_SHAPE_PERIOD] = "period",
};

/* The operator of that name whose operands are there: "in" comes with values or with a period. */
static gboolean
find_operator (JsonObject *object, const char *name, SatchelOperator *op, GError **error)
{
  for (SatchelOperator candidate = 0; candidate < SATCHEL_N_OPERATORS; candidate++) {
    const char *member = shape_members[satchel_operators[candidate].shape];
    if (!g_str_equal (satchel_operators[candidate].text, name) ||
        (member != NULL && !json_object_has_member (object, member)))
      continue;
    if (json_object_get_size (object) != (member == NULL ? 2 : 3))
      return satchel_predicate_fail (error, "a condition with “%s” has members that it does not know", name);
    *op = candidate;
    return TRUE;
  }
  return satchel_predicate_fail (error, "“%.40s” is no operator, or its value, values or period is missing",
                                 name);
}

static SatchelNode *
read_test (Reader *reader, const SatchelEntity *entity, JsonObject *object, GError **error)
{
  const char *path = read_string (json_object_get_member (object, "field"));
  const char *name =
      json_object_has_member (object, "op") ? read_string (json_object_get_member (object, "op")) : NULL;
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (SatchelStep));
  g_autoptr (SatchelNode) test = satchel_node_new (SATCHEL_NODE_TEST);

  if (path == NULL || name == NULL) {
    satchel_predicate_fail (error, "“field” and “op” must be strings");
    return NULL;
  }
  SatchelScanner scanner;
  satchel_scanner_init (&scanner, path, TRUE);
  if (!satchel_path_parse (reader->registry, entity, &scanner, steps, &test->field, error))
    return NULL;
  if (!satchel_scanner_at_end (&scanner)) {
    satchel_predicate_fail (error, "“%.80s” is more than a field", path);
    return NULL;
  }
  if (!find_operator (object, name, &test->op, error) ||
      !satchel_operator_check (test->op, test->field, error))
    return NULL;

  SatchelShape shape = satchel_operators[test->op].shape;
  JsonNode *operands =
      shape == SATCHEL_SHAPE_NONE ? NULL : json_object_get_member (object, shape_members[shape]);
  if (shape == SATCHEL_SHAPE_ONE && !read_operand (reader, test, operands, error))
    return NULL;
  if (shape == SATCHEL_SHAPE_PERIOD && !read_period (test, operands, error))
    return NULL;
  if (shape == SATCHEL_SHAPE_TWO || shape == SATCHEL_SHAPE_LIST) {
    JsonArray *values = JSON_NODE_HOLDS_ARRAY (operands) ? json_node_get_array (operands) : NULL;
    guint n_values = values == NULL ? 0 : json_array_get_length (values);
    if (n_values == 0 || (shape == SATCHEL_SHAPE_TWO && n_values != 2)) {
      satchel_predicate_fail (error, "“%s” takes %s", name,
                              shape == SATCHEL_SHAPE_TWO ? "two values" : "a list of values");
      return NULL;
    }
    for (guint i = 0; i < n_values; i++)
      if (!read_operand (reader, test, json_array_get_element (values, i), error))
        return NULL;
  }
  return satchel_path_wrap (steps, g_steal_pointer (&test));
}

static SatchelNode *
read_exists (Reader *reader, const SatchelEntity *entity, JsonObject *object, GError **error)
{
  g_autoptr (SatchelNode) exists = satchel_node_new (SATCHEL_NODE_EXISTS);
  const char *reference = read_string (json_object_get_member (object, "exists"));

  if (reference == NULL || json_object_get_size (object) != 2 || !json_object_has_member (object, "where")) {
    satchel_predicate_fail (error, "“exists” is a string and stands with “where”");
    return NULL;
  }
  SatchelScanner scanner;
  satchel_scanner_init (&scanner, reference, TRUE);
  if (!satchel_reference_parse (reader->registry, entity, &scanner, exists, error))
    return NULL;
  if (!satchel_scanner_at_end (&scanner)) {
    satchel_predicate_fail (error, "“%.80s” is more than entity.lookup", reference);
    return NULL;
  }
  SatchelNode *condition =
      read_node (reader, exists->entity, json_object_get_member (object, "where"), TRUE, error);
  if (condition == NULL)
    return NULL;
  satchel_node_add (exists, condition);
  return g_steal_pointer (&exists);
}

static SatchelNode *
read_along (Reader *reader, const SatchelEntity *entity, JsonObject *object, GError **error)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (SatchelStep));
  const char *path = read_string (json_object_get_member (object, "along"));
  SatchelScanner scanner;

  if (path == NULL || json_object_get_size (object) != 2 || !json_object_has_member (object, "where")) {
    satchel_predicate_fail (error, "“along” is a string and stands with “where”");
    return NULL;
  }
  satchel_scanner_init (&scanner, path, TRUE);
  const SatchelEntity *end = satchel_steps_parse (reader->registry, entity, &scanner, steps, error);
  if (end == NULL)
    return NULL;
  if (!satchel_scanner_at_end (&scanner)) {
    satchel_predicate_fail (error, "“%.80s” is more than lookups", path);
    return NULL;
  }
  SatchelNode *condition = read_node (reader, end, json_object_get_member (object, "where"), TRUE, error);
  return condition == NULL ? NULL : satchel_path_wrap (steps, condition);
}

static SatchelNode *
read_group (Reader *reader, const SatchelEntity *entity, SatchelNodeKind kind, JsonNode *json,
            gboolean may_be_always, GError **error)
{
  g_autoptr (SatchelNode) group = satchel_node_new (kind);
  JsonArray *parts = JSON_NODE_HOLDS_ARRAY (json) ? json_node_get_array (json) : NULL;
  guint n_parts = parts == NULL ? 0 : json_array_get_length (parts);

  if (parts == NULL || (n_parts == 0 && !(may_be_always && kind == SATCHEL_NODE_ALL))) {
    satchel_predicate_fail (error, "“and” and “or” take a list of conditions");
    return NULL;
  }
  for (guint i = 0; i < n_parts; i++) {
    SatchelNode *child = read_node (reader, entity, json_array_get_element (parts, i), FALSE, error);
    if (child == NULL)
      return NULL;
    satchel_node_add (group, child);
  }
  return satchel_node_simplify (g_steal_pointer (&group));
}

static SatchelNode *
read_object (Reader *reader, const SatchelEntity *entity, JsonObject *object, gboolean may_be_always,
             GError **error)
{
  if (json_object_has_member (object, "field"))
    return read_test (reader, entity, object, error);
  if (json_object_has_member (object, "exists"))
    return read_exists (reader, entity, object, error);
  if (json_object_has_member (object, "along"))
    return read_along (reader, entity, object, error);

  if (json_object_get_size (object) == 1) {
    if (json_object_has_member (object, "and"))
      return read_group (reader, entity, SATCHEL_NODE_ALL, json_object_get_member (object, "and"),
                         may_be_always, error);
    if (json_object_has_member (object, "or"))
      return read_group (reader, entity, SATCHEL_NODE_ANY, json_object_get_member (object, "or"), FALSE,
                         error);
    if (json_object_has_member (object, "not")) {
      SatchelNode *child = read_node (reader, entity, json_object_get_member (object, "not"), FALSE, error);
      if (child == NULL)
        return NULL;
      SatchelNode *negation = satchel_node_new (SATCHEL_NODE_NOT);
      satchel_node_add (negation, child);
      return negation;
    }
  }
  satchel_predicate_fail (error, "a condition is an object with one of and, or, not, exists, along, field");
  return NULL;
}

static SatchelNode *
read_node (Reader *reader, const SatchelEntity *entity, JsonNode *json, gboolean may_be_always,
           GError **error)
{
  if (json == NULL || !JSON_NODE_HOLDS_OBJECT (json)) {
    satchel_predicate_fail (error, "a condition is an object with one of and, or, not, exists, along, field");
    return NULL;
  }
  if (!count_part (reader, error))
    return NULL;
  if (reader->depth == satchel_predicate_most_depth (reader->size) + 1) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the condition is nested more than %u deep",
                 satchel_predicate_most_depth (reader->size));
    return NULL;
  }
  reader->depth++;
  SatchelNode *node = read_object (reader, entity, json_node_get_object (json), may_be_always, error);
  reader->depth--;
  return node;
}

static SatchelPredicate *
read_predicate (SatchelRegistry *registry, const SatchelEntity *entity, JsonNode *node,
                SatchelPredicateSize size, GError **error)
{
  Reader reader = { .registry = registry, .size = size };
  SatchelNode *root = read_node (&reader, entity, node, TRUE, error);
  return root == NULL ? NULL : satchel_predicate_new (registry, entity, root, size, error);
}

SatchelPredicate *
satchel_predicate_from_json (SatchelRegistry *registry, const SatchelEntity *entity, JsonNode *node,
                             GError **error)
{
  return read_predicate (registry, entity, node, SATCHEL_PREDICATE_WRITTEN, error);
}

SatchelPredicate *
satchel_predicate_from_derived_json (SatchelRegistry *registry, const SatchelEntity *entity, JsonNode *node,
                                     GError **error)
{
  return read_predicate (registry, entity, node, SATCHEL_PREDICATE_DERIVED, error);
}
