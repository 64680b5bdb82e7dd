/* Text to tree, by recursive descent:
 *
 *   any   := all {or all}            all := one {and one}
 *   one   := not one | ( any ) | exists ENTITY[.LOOKUP] [( any )] | PATH [OPERATOR operands] | PATH.( [any] )
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/predicate/tree.h"

/* Parentheses that change nothing count as well: they are what a hostile text would nest. */
#define MAX_RECURSION (4 * SATCHEL_MAX_PREDICATE_DEPTH)

typedef struct {
  SatchelScanner scanner;
  SatchelRegistry *registry;
  guint depth;
} Parser;

static SatchelNode *parse_any (Parser *parser, const SatchelEntity *entity, GError **error);

static gboolean
expect (Parser *parser, const char *symbol, const char *after, GError **error)
{
  if (satchel_scanner_take_symbol (&parser->scanner, symbol))
    return TRUE;
  g_autofree char *found = satchel_scanner_dup_found (&parser->scanner);
  satchel_scanner_fail (&parser->scanner, parser->scanner.at, error, "expected “%s” %s, found %s", symbol,
                        after, found);
  return FALSE;
}

/* "my unit" and "my teams" are two words; everything else is one. */
static char *
take_word (Parser *parser)
{
  if (satchel_scanner_take_keyword (&parser->scanner, "my unit"))
    return g_strdup ("my unit");
  if (satchel_scanner_take_keyword (&parser->scanner, "my teams"))
    return g_strdup ("my teams");
  return satchel_scanner_take_bare (&parser->scanner);
}

static gboolean
parse_moment (Parser *parser, const SatchelField *field, SatchelOperand *operand, GError **error)
{
  operand->kind = SATCHEL_OPERAND_MOMENT;
  if (!satchel_scanner_at_quote (&parser->scanner))
    return satchel_moment_parse (&parser->scanner, field->type, &operand->moment, error);

  const char *start = parser->scanner.at;
  g_autofree char *text = satchel_scanner_take_quoted (&parser->scanner, error);
  if (text == NULL)
    return FALSE;
  SatchelScanner inner;
  satchel_scanner_init (&inner, text, TRUE);
  if (!satchel_moment_parse (&inner, field->type, &operand->moment, error)) {
    satchel_scanner_prefix (&parser->scanner, start, error);
    return FALSE;
  }
  if (!satchel_scanner_at_end (&inner)) {
    satchel_scanner_fail (&parser->scanner, start, error, "“%.40s” is more than a date", text);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_operand (Parser *parser, SatchelNode *test, GError **error)
{
  SatchelOperand operand = { 0 };

  if (satchel_operand_is_moment (test->field)) {
    if (!parse_moment (parser, test->field, &operand, error))
      return FALSE;
    satchel_node_add_operand (test, operand);
    return TRUE;
  }

  gboolean quoted = satchel_scanner_at_quote (&parser->scanner);
  const char *start = parser->scanner.at;
  g_autofree char *word = quoted ? satchel_scanner_take_quoted (&parser->scanner, error) : take_word (parser);
  if (word == NULL) {
    g_autofree char *found = satchel_scanner_dup_found (&parser->scanner);
    if (!quoted)
      satchel_scanner_fail (&parser->scanner, start, error, "expected a value for %s, found %s",
                            test->field->name, found);
    return FALSE;
  }
  if (!quoted && satchel_operand_is_string (test->field)) {
    satchel_scanner_fail (&parser->scanner, start, error, "%s is text: put the value into quotes, \"%.60s\"",
                          test->field->name, word);
    return FALSE;
  }
  if (satchel_test_add_word (test, word, error))
    return TRUE;
  satchel_scanner_prefix (&parser->scanner, start, error);
  return FALSE;
}

static gboolean
parse_operands (Parser *parser, SatchelNode *test, GError **error)
{
  const SatchelOperatorInfo *info = &satchel_operators[test->op];

  switch (info->shape) {
  case SATCHEL_SHAPE_NONE:
    return TRUE;
  case SATCHEL_SHAPE_ONE:
    return parse_operand (parser, test, error);
  case SATCHEL_SHAPE_TWO:
    if (!parse_operand (parser, test, error))
      return FALSE;
    if (!satchel_scanner_take_keyword (&parser->scanner, "and")) {
      g_autofree char *found = satchel_scanner_dup_found (&parser->scanner);
      satchel_scanner_fail (&parser->scanner, parser->scanner.at, error,
                            "expected “and” and the upper bound, found %s", found);
      return FALSE;
    }
    return parse_operand (parser, test, error);
  case SATCHEL_SHAPE_LIST: {
    g_autofree char *after = g_strdup_printf ("after “%s”", info->text);
    if (!expect (parser, "(", after, error))
      return FALSE;
    do {
      if (test->operands->len > SATCHEL_MAX_PREDICATE_NODES) {
        satchel_scanner_fail (&parser->scanner, parser->scanner.at, error, "more than %d values",
                              SATCHEL_MAX_PREDICATE_NODES);
        return FALSE;
      }
      if (!parse_operand (parser, test, error))
        return FALSE;
    } while (satchel_scanner_take_symbol (&parser->scanner, ","));
    return expect (parser, ")", "or “,” in the list", error);
  }
  case SATCHEL_SHAPE_PERIOD:
    return satchel_period_parse (&parser->scanner, &test->period, error);
  }
  g_assert_not_reached ();
}

/* Whether the operator's list follows: tells "in (a, b)" from "in this week" and "has any (a)" from "has
 * any". */
static gboolean
list_follows (const SatchelScanner *scanner)
{
  SatchelScanner ahead = *scanner;
  return satchel_scanner_take_symbol (&ahead, "(");
}

static gboolean
take_operator (SatchelScanner *scanner, SatchelOperator *op)
{
  for (SatchelOperator candidate = 0; candidate < SATCHEL_N_OPERATORS; candidate++) {
    const SatchelOperatorInfo *info = &satchel_operators[candidate];
    SatchelScanner before = *scanner;
    gboolean taken = g_ascii_isalpha (info->text[0]) ? satchel_scanner_take_keyword (scanner, info->text)
                                                     : satchel_scanner_take_symbol (scanner, info->text);
    if (!taken)
      continue;
    if (info->shape == SATCHEL_SHAPE_LIST && candidate != SATCHEL_OPERATOR_NOT_IN &&
        !list_follows (scanner)) {
      *scanner = before;
      continue;
    }
    *op = candidate;
    return TRUE;
  }
  return FALSE;
}

/* A boolean field may stand alone: "active" is "active = yes". */
static gboolean
test_is_bare_boolean (Parser *parser, SatchelNode *test)
{
  SatchelScanner ahead = parser->scanner;
  if (test->field->type != SATCHEL_TYPE_BOOLEAN)
    return FALSE;
  return satchel_scanner_at_end (&ahead) || *ahead.at == ')' ||
         satchel_scanner_take_keyword (&ahead, "and") || satchel_scanner_take_keyword (&ahead, "or");
}

/* "account.(…)": a whole condition for the record at the other end; "account.()" that there is one. */
static SatchelNode *
parse_along (Parser *parser, GArray *steps, GError **error)
{
  const SatchelEntity *entity = g_array_index (steps, SatchelStep, steps->len - 1).entity;

  if (!expect (parser, "(", "after “.”", error))
    return NULL;
  if (satchel_scanner_take_symbol (&parser->scanner, ")"))
    return satchel_path_wrap (steps, satchel_node_new (SATCHEL_NODE_ALL));
  g_autoptr (SatchelNode) condition = parse_any (parser, entity, error);
  if (condition == NULL || !expect (parser, ")", "or “and” or “or”", error))
    return NULL;
  return satchel_path_wrap (steps, g_steal_pointer (&condition));
}

static SatchelNode *
parse_test (Parser *parser, const SatchelEntity *entity, GError **error)
{
  SatchelScanner *scanner = &parser->scanner;
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (SatchelStep));
  g_autoptr (SatchelNode) test = satchel_node_new (SATCHEL_NODE_TEST);

  if (!satchel_path_parse (parser->registry, entity, scanner, steps, &test->field, error))
    return NULL;
  if (test->field == NULL)
    return parse_along (parser, steps, error);
  if (test_is_bare_boolean (parser, test)) {
    test->op = SATCHEL_OPERATOR_EQUAL;
    satchel_node_add_operand (
        test, (SatchelOperand){ .kind = SATCHEL_OPERAND_VALUE, .value = satchel_value_new_boolean (TRUE) });
    return satchel_path_wrap (steps, g_steal_pointer (&test));
  }

  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  if (!take_operator (scanner, &test->op)) {
    g_autofree char *found = satchel_scanner_dup_found (scanner);
    satchel_scanner_fail (scanner, start, error,
                          "expected an operator (=, !=, in, is empty…) after %s, found %s", test->field->name,
                          found);
    return NULL;
  }
  if (!satchel_operator_check (test->op, test->field, error)) {
    satchel_scanner_prefix (scanner, start, error);
    return NULL;
  }
  if (!parse_operands (parser, test, error))
    return NULL;
  return satchel_path_wrap (steps, g_steal_pointer (&test));
}

static SatchelNode *
parse_exists (Parser *parser, const SatchelEntity *entity, GError **error)
{
  g_autoptr (SatchelNode) exists = satchel_node_new (SATCHEL_NODE_EXISTS);

  if (!satchel_reference_parse (parser->registry, entity, &parser->scanner, exists, error))
    return NULL;
  if (!satchel_scanner_take_symbol (&parser->scanner, "(")) {
    satchel_node_add (exists, satchel_node_new (SATCHEL_NODE_ALL));
    return g_steal_pointer (&exists);
  }
  SatchelNode *condition = parse_any (parser, exists->entity, error);
  if (condition == NULL)
    return NULL;
  satchel_node_add (exists, condition);
  if (!expect (parser, ")", "or “and” or “or”", error))
    return NULL;
  return g_steal_pointer (&exists);
}

static SatchelNode *
parse_one_within (Parser *parser, const SatchelEntity *entity, GError **error)
{
  if (satchel_scanner_take_keyword (&parser->scanner, "exists"))
    return parse_exists (parser, entity, error);
  if (satchel_scanner_take_symbol (&parser->scanner, "(")) {
    g_autoptr (SatchelNode) inner = parse_any (parser, entity, error);
    if (inner == NULL || !expect (parser, ")", "or “and” or “or”", error))
      return NULL;
    return g_steal_pointer (&inner);
  }
  return parse_test (parser, entity, error);
}

static SatchelNode *
parse_one (Parser *parser, const SatchelEntity *entity, GError **error)
{
  if (parser->depth == MAX_RECURSION) {
    satchel_scanner_fail (&parser->scanner, parser->scanner.at, error, "nested more than %d deep",
                          MAX_RECURSION);
    return NULL;
  }
  parser->depth++;

  SatchelNode *node;
  if (satchel_scanner_take_keyword (&parser->scanner, "not")) {
    SatchelNode *child = parse_one (parser, entity, error);
    node = child == NULL ? NULL : satchel_node_new (SATCHEL_NODE_NOT);
    if (node != NULL)
      satchel_node_add (node, child);
  } else {
    node = parse_one_within (parser, entity, error);
  }
  parser->depth--;
  return node;
}

typedef SatchelNode *(*ParseFunc) (Parser *parser, const SatchelEntity *entity, GError **error);

static SatchelNode *
parse_group (Parser *parser, const SatchelEntity *entity, SatchelNodeKind kind, const char *keyword,
             ParseFunc part, GError **error)
{
  g_autoptr (SatchelNode) group = satchel_node_new (kind);

  do {
    if (group->children->len > SATCHEL_MAX_PREDICATE_NODES) {
      satchel_scanner_fail (&parser->scanner, parser->scanner.at, error, "more than %d conditions",
                            SATCHEL_MAX_PREDICATE_NODES);
      return NULL;
    }
    SatchelNode *child = part (parser, entity, error);
    if (child == NULL)
      return NULL;
    satchel_node_add (group, child);
  } while (satchel_scanner_take_keyword (&parser->scanner, keyword));
  return satchel_node_simplify (g_steal_pointer (&group));
}

static SatchelNode *
parse_all (Parser *parser, const SatchelEntity *entity, GError **error)
{
  return parse_group (parser, entity, SATCHEL_NODE_ALL, "and", parse_one, error);
}

static SatchelNode *
parse_any (Parser *parser, const SatchelEntity *entity, GError **error)
{
  return parse_group (parser, entity, SATCHEL_NODE_ANY, "or", parse_all, error);
}

SatchelPredicate *
satchel_predicate_parse (SatchelRegistry *registry, const SatchelEntity *entity, const char *text,
                         GError **error)
{
  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the condition is not valid UTF-8");
    return NULL;
  }

  Parser parser = { .registry = registry };
  satchel_scanner_init (&parser.scanner, text, FALSE);
  if (satchel_scanner_at_end (&parser.scanner))
    return satchel_predicate_new (registry, entity, satchel_node_new (SATCHEL_NODE_ALL),
                                  SATCHEL_PREDICATE_WRITTEN, error);

  g_autoptr (SatchelNode) root = parse_any (&parser, entity, error);
  if (root == NULL)
    return NULL;
  if (!satchel_scanner_at_end (&parser.scanner)) {
    g_autofree char *found = satchel_scanner_dup_found (&parser.scanner);
    satchel_scanner_fail (&parser.scanner, parser.scanner.at, error,
                          "expected “and”, “or” or the end, found %s", found);
    return NULL;
  }
  return satchel_predicate_new (registry, entity, g_steal_pointer (&root), SATCHEL_PREDICATE_WRITTEN, error);
}
