/* A predicate as an SQL condition. Values travel as parameters only; identifiers come from the registry.
 *
 * SQL's third truth value needs no care in most places: AND, OR and WHERE take NULL for false as we do, and
 * every negation is written "(…) IS NOT TRUE".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/tree.h"

#include <string.h>

typedef struct {
  GString *sql;
  GArray *parameters;
  const SatchelPredicateContext *context;
  SatchelSqlDialect dialect;
  guint first_parameter;
  guint n_aliases;
  SatchelSqlGuard guard; /* or NULL */
  gpointer guard_data;
  gboolean from_rows; /* to_row_sql() */
} Writer;

static void write_node (Writer *writer, const SatchelNode *node, const SatchelEntity *entity,
                        const char *alias);

const char *
satchel_sql_table (const SatchelEntity *entity)
{
  return entity->table;
}

const char *
satchel_sql_column (const SatchelField *field)
{
  return field->column;
}

static void
clear_parameter (gpointer data)
{
  SatchelSqlParameter *parameter = data;
  g_free (parameter->text);
}

void
satchel_sql_condition_clear (SatchelSqlCondition *condition)
{
  g_clear_pointer (&condition->sql, g_free);
  g_clear_pointer (&condition->parameters, g_array_unref);
}

/* ---- pieces ---- */

static gboolean
is_postgres (const Writer *writer)
{
  return writer->dialect == SATCHEL_SQL_POSTGRES;
}

static void
put (Writer *writer, const char *sql)
{
  g_string_append (writer->sql, sql);
}

static void
put_column (Writer *writer, const char *alias, const SatchelField *field)
{
  g_string_append_printf (writer->sql, "%s.%s", alias, satchel_sql_column (field));
}

/* The column of a test. Where the search starts from rows, its index must not tempt SQLite ("+" hides it). */
static void
put_tested (Writer *writer, const char *alias, const SatchelField *field)
{
  if (writer->from_rows && !is_postgres (writer))
    put (writer, "+");
  put_column (writer, alias, field);
}

/* Parameters are numbered by their order in the text, which is the order of these calls. */
static void
put_parameter (Writer *writer, SatchelSqlParameter parameter)
{
  if (is_postgres (writer))
    g_string_append_printf (writer->sql, "$%u::%s", writer->first_parameter + writer->parameters->len,
                            parameter.text != NULL ? "text" : "bigint");
  else
    g_string_append_c (writer->sql, '?');
  g_array_append_val (writer->parameters, parameter);
}

static void
put_text (Writer *writer, const char *text)
{
  put_parameter (writer, (SatchelSqlParameter){ .text = g_strdup (text) });
}

static void
put_integer (Writer *writer, gint64 integer)
{
  put_parameter (writer, (SatchelSqlParameter){ .integer = integer });
}

/* A column whose order is that of its bytes, whatever the database's locale. */
static void
put_sortable (Writer *writer, const char *alias, const SatchelField *field)
{
  put_tested (writer, alias, field);
  if (is_postgres (writer) && !satchel_type_is_stored_integer (field->type))
    put (writer, " COLLATE \"C\"");
}

/* The value of a number, boolean, string or choice. */
static void
put_value (Writer *writer, const SatchelField *field, const SatchelOperand *operand)
{
  if (satchel_type_is_stored_integer (field->type))
    put_integer (writer, satchel_value_to_stored_integer (field, operand->value));
  else
    put_text (writer, satchel_value_get_string (operand->value));
}

/* ---- tests ---- */

static void
write_comparison (Writer *writer, const SatchelNode *test, const char *alias)
{
  static const char *const symbols[SATCHEL_N_OPERATORS] = {
    [SATCHEL_OPERATOR_EQUAL] = " = ",     [SATCHEL_OPERATOR_LESS] = " < ",
    [SATCHEL_OPERATOR_AT_MOST] = " <= ",  [SATCHEL_OPERATOR_GREATER] = " > ",
    [SATCHEL_OPERATOR_AT_LEAST] = " >= ", [SATCHEL_OPERATOR_BETWEEN] = " BETWEEN ",
    [SATCHEL_OPERATOR_IN] = " IN (",
  };
  SatchelOperator op = satchel_operators[test->op].positive;

  if (op == SATCHEL_OPERATOR_EQUAL || op == SATCHEL_OPERATOR_IN)
    put_tested (writer, alias, test->field);
  else
    put_sortable (writer, alias, test->field);
  put (writer, symbols[op]);
  for (guint i = 0; i < test->operands->len; i++) {
    if (i > 0)
      put (writer, op == SATCHEL_OPERATOR_BETWEEN ? " AND " : ", ");
    put_value (writer, test->field, satchel_node_operand (test, i));
  }
  if (op == SATCHEL_OPERATOR_IN)
    put (writer, ")");
}

static void
put_folded (Writer *writer, const char *alias, const SatchelField *field)
{
  put (writer, is_postgres (writer) ? "lower(" : "satchel_fold(");
  put_tested (writer, alias, field);
  put (writer, is_postgres (writer) ? " COLLATE \"C.utf8\")" : ")");
}

static void
write_find (Writer *writer, const SatchelNode *test, const char *alias)
{
  g_autofree char *needle = satchel_fold (satchel_value_get_string (satchel_node_operand (test, 0)->value));
  glong n_chars = g_utf8_strlen (needle, -1);

  switch (test->op) {
  case SATCHEL_OPERATOR_CONTAINS:
    put (writer, is_postgres (writer) ? "strpos(" : "instr(");
    put_folded (writer, alias, test->field);
    put (writer, ", ");
    put_text (writer, needle);
    put (writer, ") > 0");
    return;
  case SATCHEL_OPERATOR_STARTS_WITH:
    put (writer, "substr(");
    put_folded (writer, alias, test->field);
    g_string_append_printf (writer->sql, ", 1, %ld) = ", n_chars);
    break;
  default:
    put (writer, is_postgres (writer) ? "right(" : "substr(");
    put_folded (writer, alias, test->field);
    g_string_append_printf (writer->sql, ", %s%ld) = ", is_postgres (writer) ? "" : "-", n_chars);
    break;
  }
  put_text (writer, needle);
}

static void
put_bound (Writer *writer, const SatchelNode *test, const char *alias, const char *comparison, gint64 bound)
{
  put_sortable (writer, alias, test->field);
  put (writer, comparison);
  if (test->field->type == SATCHEL_TYPE_DATETIME) {
    put_integer (writer, bound);
    return;
  }
  g_autofree char *date = satchel_date_from_days (bound);
  put_text (writer, date);
}

static void
write_bounds (Writer *writer, const SatchelNode *test, const char *alias)
{
  guint n_bounds = satchel_test_count_bounds (test);

  put (writer, "(");
  for (guint i = 0; i < n_bounds; i++) {
    SatchelBounds bounds = satchel_test_bounds (test, i, writer->context);
    put (writer, i > 0 ? " OR " : "");
    if (bounds.from >= bounds.until) {
      put (writer, "FALSE");
    } else if (bounds.from == G_MININT64 && bounds.until == G_MAXINT64) {
      put_tested (writer, alias, test->field);
      put (writer, " IS NOT NULL");
    } else {
      if (bounds.from != G_MININT64)
        put_bound (writer, test, alias, " >= ", bounds.from);
      if (bounds.from != G_MININT64 && bounds.until != G_MAXINT64)
        put (writer, " AND ");
      if (bounds.until != G_MAXINT64)
        put_bound (writer, test, alias, " < ", bounds.until);
    }
  }
  put (writer, ")");
}

typedef struct {
  Writer *writer;
  gboolean qualified; /* stored "entity:id" */
  guint n_written;
} NameList;

static gboolean
put_name (const char *entity, const char *id, gpointer data)
{
  NameList *list = data;
  g_autofree char *stored = list->qualified ? g_strdup_printf ("%s:%s", entity, id) : g_strdup (id);

  put (list->writer, list->n_written++ == 0 ? "" : ", ");
  put_text (list->writer, stored);
  return FALSE;
}

static void
write_lookup (Writer *writer, const SatchelNode *test, const char *alias)
{
  NameList list = { writer, test->field->n_targets > 1, 0 };
  gsize start = writer->sql->len;

  put_tested (writer, alias, test->field);
  put (writer, " IN (");
  for (guint i = 0; i < test->operands->len; i++)
    satchel_operand_each_record (satchel_node_operand (test, i), writer->context, put_name, &list);
  put (writer, ")");
  if (list.n_written == 0) {
    g_string_truncate (writer->sql, start);
    put (writer, "FALSE");
  }
}

static gboolean
put_party (const char *entity, const char *id, gpointer data)
{
  NameList *list = data;
  gboolean postgres = is_postgres (list->writer);

  put (list->writer, list->n_written++ == 0 ? "" : " OR ");
  put (list->writer, postgres ? "(p->>'entity' = " : "(json_extract(p.value, '$.entity') = ");
  put_text (list->writer, entity);
  put (list->writer, postgres ? " AND p->>'id' = " : " AND json_extract(p.value, '$.id') = ");
  put_text (list->writer, id);
  put (list->writer, ")");
  return FALSE;
}

static void
write_party (Writer *writer, const SatchelNode *test, const SatchelOperand *operand, const char *alias)
{
  NameList list = { writer, FALSE, 0 };

  put (writer, is_postgres (writer) ? "EXISTS (SELECT 1 FROM jsonb_array_elements("
                                    : "EXISTS (SELECT 1 FROM json_each(");
  put_tested (writer, alias, test->field);
  put (writer, is_postgres (writer) ? "::jsonb) AS p WHERE " : ") AS p WHERE ");
  if (operand->kind == SATCHEL_OPERAND_STRING) {
    g_autofree char *address = satchel_fold (satchel_value_get_string (operand->value));
    put (writer, is_postgres (writer) ? "lower((p->>'address') COLLATE \"C.utf8\") = "
                                      : "satchel_fold(json_extract(p.value, '$.address')) = ");
    put_text (writer, address);
  } else if (!satchel_operand_each_record (operand, writer->context, put_party, &list) &&
             list.n_written == 0) {
    put (writer, "FALSE");
  }
  put (writer, ")");
}

static void
write_several (Writer *writer, const SatchelNode *test, const char *alias)
{
  put (writer, "(");
  for (guint i = 0; i < test->operands->len; i++) {
    const SatchelOperand *operand = satchel_node_operand (test, i);
    if (i > 0)
      put (writer, test->op == SATCHEL_OPERATOR_HAS_ALL ? " AND " : " OR ");
    if (test->field->type == SATCHEL_TYPE_PARTIES) {
      write_party (writer, test, operand, alias);
      continue;
    }
    g_autofree char *delimited = g_strdup_printf ("|%s|", satchel_value_get_keys (operand->value)[0]);
    put (writer, is_postgres (writer) ? "strpos(" : "instr(");
    put_tested (writer, alias, test->field);
    put (writer, ", ");
    put_text (writer, delimited);
    put (writer, ") > 0");
  }
  put (writer, ")");
}

static void
write_positive (Writer *writer, const SatchelNode *test, const char *alias)
{
  switch (test->field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    if (test->op == SATCHEL_OPERATOR_CONTAINS || test->op == SATCHEL_OPERATOR_STARTS_WITH ||
        test->op == SATCHEL_OPERATOR_ENDS_WITH)
      write_find (writer, test, alias);
    else
      write_comparison (writer, test, alias);
    return;
  case SATCHEL_TYPE_DATE:
  case SATCHEL_TYPE_DATETIME:
    write_bounds (writer, test, alias);
    return;
  case SATCHEL_TYPE_LOOKUP:
    write_lookup (writer, test, alias);
    return;
  case SATCHEL_TYPE_MULTICHOICE:
  case SATCHEL_TYPE_PARTIES:
    write_several (writer, test, alias);
    return;
  default:
    write_comparison (writer, test, alias);
    return;
  }
}

static void
write_test (Writer *writer, const SatchelNode *test, const char *alias)
{
  const SatchelOperatorInfo *info = &satchel_operators[test->op];

  if (info->positive == SATCHEL_OPERATOR_IS_EMPTY) {
    put_tested (writer, alias, test->field);
    put (writer, info->negates ? " IS NOT NULL" : " IS NULL");
    return;
  }
  if (info->negates)
    put (writer, "(");
  write_positive (writer, test, alias);
  if (info->negates)
    put (writer, ") IS NOT TRUE");
}

/* ---- other records ---- */

static gboolean
is_hop (const SatchelNode *node)
{
  return node->kind == SATCHEL_NODE_ALONG || node->kind == SATCHEL_NODE_EXISTS;
}

/* "alias.column", or the id in it where it is stored as "entity:id". */
static void
put_named_id (Writer *writer, const SatchelNode *hop, const SatchelEntity *named, const char *alias)
{
  gboolean qualified = hop->field->n_targets > 1;

  put (writer, qualified ? "substr(" : "");
  put_column (writer, alias, hop->field);
  if (qualified)
    g_string_append_printf (writer->sql, ", %u)", (guint)strlen (named->name) + 2);
}

/* That the lookup names a record of @named at all; nothing where it can name no other. */
static void
put_names_entity (Writer *writer, const SatchelNode *hop, const SatchelEntity *named, const char *alias)
{
  g_autofree char *prefix = g_strconcat (named->name, ":", NULL);

  if (hop->field->n_targets == 1)
    return;
  put (writer, "substr(");
  put_column (writer, alias, hop->field);
  g_string_append_printf (writer->sql, ", 1, %u) = ", (guint)strlen (prefix));
  put_text (writer, prefix);
  put (writer, " AND ");
}

/* One step further: between the record of @entity at @outer and the next one at @inner. The index that leads
 * on is that of the side to be found, so its column stands bare. */
static void
put_link (Writer *writer, const SatchelNode *hop, const SatchelEntity *entity, const char *outer,
          const char *inner)
{
  gboolean along = hop->kind == SATCHEL_NODE_ALONG;
  gboolean finds_id = along == writer->from_rows;

  if (finds_id) {
    const SatchelEntity *named = along ? hop->entity : entity;

    put_names_entity (writer, hop, named, along ? outer : inner);
    g_string_append_printf (writer->sql, "%s.id = ", along ? inner : outer);
    put_named_id (writer, hop, named, along ? outer : inner);
  } else {
    put_column (writer, along ? outer : inner, hop->field);
    put (writer, " = ");
    if (hop->field->n_targets > 1) {
      g_autofree char *prefix = g_strconcat ((along ? hop->entity : entity)->name, ":", NULL);

      put_text (writer, prefix);
      put (writer, " || ");
    }
    g_string_append_printf (writer->sql, "%s.id", along ? inner : outer);
  }
  put (writer, " AND ");
}

/* Tables of hops that follow each other stand in one FROM, in the order in which they are searched: SQLite's
 * parser has room for some ten selects within each other only. Returns the last of the hops. */
static const SatchelNode *
write_tables (Writer *writer, const SatchelNode *first, guint alias)
{
  const SatchelNode *last = first;
  guint n = 1;

  for (; is_hop (satchel_node_child (last)); n++)
    last = satchel_node_child (last);
  for (guint i = 0; i < n; i++) {
    const SatchelNode *hop = first;
    guint at = writer->from_rows ? i : n - 1 - i;

    for (guint j = 0; j < at; j++)
      hop = satchel_node_child (hop);
    g_string_append_printf (writer->sql, "%s%s AS r%u", i > 0 ? " CROSS JOIN " : " FROM ",
                            satchel_sql_table (hop->entity), alias + at);
  }
  put (writer, " WHERE ");
  writer->n_aliases += n - 1;
  return last;
}

/* The links beyond the first, the guards, and the condition at the end. */
static void
write_chain (Writer *writer, const SatchelNode *first, const SatchelNode *last, guint alias)
{
  for (const SatchelNode *hop = first;; hop = satchel_node_child (hop), alias++) {
    g_autofree char *name = g_strdup_printf ("r%u", alias);
    g_autofree char *next = g_strdup_printf ("r%u", alias + 1);

    if (writer->guard != NULL) {
      writer->guard (hop->entity, name, writer->sql, writer->guard_data);
      put (writer, " AND ");
    }
    if (hop == last) {
      write_node (writer, satchel_node_child (hop), hop->entity, name);
      put (writer, ")");
      return;
    }
    put_link (writer, satchel_node_child (hop), hop->entity, name, next);
  }
}

/* Over a table, other records are found by IN, not by a correlated EXISTS: SQLite then starts from the few
 * that satisfy the condition and comes back through the index of the lookup or the id, 25 to 100 times faster
 * for a selective condition over 100,000 rows. To PostgreSQL both are one semi-join. A lookup of several
 * targets is stored as "entity:id". */
static void
write_related (Writer *writer, const SatchelNode *node, const SatchelEntity *entity, const char *alias)
{
  guint first = ++writer->n_aliases;
  g_autofree char *inner = g_strdup_printf ("r%u", first);
  const SatchelNode *last;

  if (writer->from_rows) {
    put (writer, "EXISTS (SELECT 1");
    last = write_tables (writer, node, first);
    put_link (writer, node, entity, alias, inner);
  } else if (node->kind == SATCHEL_NODE_ALONG) {
    put_column (writer, alias, node->field);
    put (writer, " IN (SELECT ");
    if (node->field->n_targets > 1) {
      g_autofree char *prefix = g_strconcat (node->entity->name, ":", NULL);

      put_text (writer, prefix);
      put (writer, " || ");
    }
    g_string_append_printf (writer->sql, "%s.id", inner);
    last = write_tables (writer, node, first);
  } else {
    g_string_append_printf (writer->sql, "%s.id IN (SELECT ", alias);
    put_named_id (writer, node, entity, inner);
    last = write_tables (writer, node, first);
    put_names_entity (writer, node, entity, inner);
  }
  write_chain (writer, node, last, first);
}

static void
write_group (Writer *writer, const SatchelNode *group, const SatchelEntity *entity, const char *alias)
{
  if (group->children->len == 0) {
    put (writer, "TRUE");
    return;
  }
  put (writer, "(");
  for (guint i = 0; i < group->children->len; i++) {
    if (i > 0)
      put (writer, group->kind == SATCHEL_NODE_ALL ? " AND " : " OR ");
    write_node (writer, g_ptr_array_index (group->children, i), entity, alias);
  }
  put (writer, ")");
}

/* @alias: the table in the SQL that holds the record of @entity for which @node is to hold. */
static void
write_node (Writer *writer, const SatchelNode *node, const SatchelEntity *entity, const char *alias)
{
  switch (node->kind) {
  case SATCHEL_NODE_ALL:
  case SATCHEL_NODE_ANY:
    write_group (writer, node, entity, alias);
    return;
  case SATCHEL_NODE_NOT:
    put (writer, "(");
    write_node (writer, satchel_node_child (node), entity, alias);
    put (writer, ") IS NOT TRUE");
    return;
  case SATCHEL_NODE_ALONG:
  case SATCHEL_NODE_EXISTS:
    write_related (writer, node, entity, alias);
    return;
  case SATCHEL_NODE_TEST:
    write_test (writer, node, alias);
    return;
  }
}

static void
write_condition (Writer *writer, SatchelPredicate *predicate, SatchelSqlCondition *condition)
{
  writer->sql = g_string_new (NULL);
  writer->parameters = g_array_new (FALSE, TRUE, sizeof (SatchelSqlParameter));
  g_array_set_clear_func (writer->parameters, clear_parameter);
  write_node (writer, predicate->root, predicate->entity, "r");
  condition->sql = g_string_free (writer->sql, FALSE);
  condition->parameters = writer->parameters;
}

void
satchel_predicate_to_guarded_sql (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                                  SatchelSqlDialect dialect, guint first_parameter, SatchelSqlGuard guard,
                                  gpointer data, SatchelSqlCondition *condition)
{
  Writer writer = {
    .context = context,
    .dialect = dialect,
    .first_parameter = first_parameter,
    .guard = guard,
    .guard_data = data,
  };
  write_condition (&writer, predicate, condition);
}

void
satchel_predicate_to_row_sql (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                              SatchelSqlDialect dialect, guint first_parameter, SatchelSqlGuard guard,
                              gpointer data, SatchelSqlCondition *condition)
{
  Writer writer = {
    .context = context,
    .dialect = dialect,
    .first_parameter = first_parameter,
    .guard = guard,
    .guard_data = data,
    .from_rows = TRUE,
  };
  write_condition (&writer, predicate, condition);
}

void
satchel_predicate_to_sql (SatchelPredicate *predicate, const SatchelPredicateContext *context,
                          SatchelSqlDialect dialect, guint first_parameter, SatchelSqlCondition *condition)
{
  satchel_predicate_to_guarded_sql (predicate, context, dialect, first_parameter, NULL, NULL, condition);
}
