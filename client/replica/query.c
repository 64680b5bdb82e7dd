/* Lists: predicates, quick find, order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/query.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/sqlite/entity-table.h"

/* Fewer digits are no phone number, but part of a name. */
#define MIN_PHONE_DIGITS 3

/* The condition and its parameters, in the order of the question marks. */
typedef struct {
  GString *sql;
  GPtrArray *texts; /* char*; NULL: the integer of the same place */
  GArray *integers; /* gint64 */
} Conditions;

static void
conditions_clear (Conditions *conditions)
{
  g_string_free (conditions->sql, TRUE);
  g_ptr_array_unref (conditions->texts);
  g_array_unref (conditions->integers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Conditions, conditions_clear)

static void
conditions_init (Conditions *conditions)
{
  conditions->sql = g_string_new (NULL);
  conditions->texts = g_ptr_array_new_with_free_func (g_free);
  conditions->integers = g_array_new (FALSE, FALSE, sizeof (gint64));
}

/* Takes @text. */
static void
add_text (Conditions *conditions, char *text)
{
  gint64 none = 0;

  g_ptr_array_add (conditions->texts, text);
  g_array_append_val (conditions->integers, none);
}

static void
add_integer (Conditions *conditions, gint64 integer)
{
  g_ptr_array_add (conditions->texts, NULL);
  g_array_append_val (conditions->integers, integer);
}

static void
bind_conditions (const Conditions *conditions, SatchelStatement *statement)
{
  for (guint i = 0; i < conditions->texts->len; i++) {
    if (conditions->texts->pdata[i] != NULL)
      satchel_statement_bind_text (statement, (int)i + 1, conditions->texts->pdata[i]);
    else
      satchel_statement_bind_integer (statement, (int)i + 1, g_array_index (conditions->integers, gint64, i));
  }
}

/* ---- quick find ---- */

static gboolean
is_searched (const SatchelQuery *query, const SatchelField *field, SatchelSearch search)
{
  return field->search == search &&
         (query->find_fields == NULL || g_strv_contains (query->find_fields, field->name));
}

/* The words of the text fields, by the full-text index. */
static void
add_words (Conditions *conditions, const SatchelQuery *query)
{
  const SatchelEntity *entity = query->entity;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  char *expression;

  for (guint i = 0; i < entity->n_fields; i++)
    if (is_searched (query, entity->fields[i], SATCHEL_SEARCH_TEXT))
      g_ptr_array_add (names, (gpointer)entity->fields[i]->name);
  if (names->len == 0)
    return;
  g_ptr_array_add (names, NULL);
  expression = satchel_search_expression (
      query->find, query->find_fields != NULL ? (const char *const *)names->pdata : NULL);
  if (expression == NULL)
    return;
  g_string_append_printf (conditions->sql, " OR r.row IN (SELECT rowid FROM \"x_%s\" WHERE \"x_%s\" MATCH ?)",
                          entity->name, entity->name);
  add_text (conditions, expression);
}

/* By the ordinary index: from @prefix up to the last text that begins with it. */
static void
add_prefix (Conditions *conditions, const SatchelField *field, const char *prefix)
{
  const char *column = satchel_sql_column (field);

  g_string_append_printf (conditions->sql, " OR (r.%s >= ? AND r.%s < ?)", column, column);
  add_text (conditions, g_strdup (prefix));
  add_text (conditions, g_strconcat (prefix, "\xf4\x8f\xbf\xbf", NULL)); /* U+10FFFF */
}

/* The digits of what looks like a phone number, without international or trunk prefix; else NULL. */
static char *
phone_digits (const char *typed)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = typed; *at != '\0'; at++) {
    if (g_ascii_isdigit (*at)) {
      if (*at != '0' || digits->len > 0)
        g_string_append_c (digits, *at);
    } else if (strchr (" +-()/.", *at) == NULL) {
      g_string_free (digits, TRUE);
      return NULL;
    }
  }
  return g_string_free (digits, digits->len < MIN_PHONE_DIGITS);
}

/* Numbers are stored as people write them, so that every one must be looked at. */
static void
add_phone (Conditions *conditions, const SatchelField *field, const char *digits)
{
  g_autoptr (GString) bare = g_string_new (NULL);

  g_string_append_printf (bare, "r.%s", satchel_sql_column (field));
  for (const char *mark = " -()/."; *mark != '\0'; mark++) {
    g_string_prepend (bare, "replace(");
    g_string_append_printf (bare, ", '%c', '')", *mark);
  }
  g_string_append_printf (conditions->sql, " OR instr(%s, ?) > 0", bare->str);
  add_text (conditions, g_strdup (digits));
}

static void
add_codes (Conditions *conditions, const SatchelQuery *query, const char *typed)
{
  g_autofree char *lower = g_utf8_strdown (typed, -1);
  g_autofree char *digits = phone_digits (typed);

  for (guint i = 0; i < query->entity->n_fields; i++) {
    const SatchelField *field = query->entity->fields[i];

    if (!is_searched (query, field, SATCHEL_SEARCH_EXACT) || satchel_type_is_stored_integer (field->type))
      continue;
    add_prefix (conditions, field, typed);
    if (!g_str_equal (typed, lower))
      add_prefix (conditions, field, lower);
    if (field->format == SATCHEL_FORMAT_PHONE && digits != NULL)
      add_phone (conditions, field, digits);
  }
}

static void
add_find (Conditions *conditions, const SatchelQuery *query)
{
  g_autofree char *typed = NULL;

  if (query->find == NULL || !g_utf8_validate (query->find, -1, NULL))
    return;
  typed = g_strstrip (g_strdup (query->find));
  if (*typed == '\0')
    return;
  g_string_append (conditions->sql, " AND (0"); /* what cannot be searched for is not found */
  add_words (conditions, query);
  add_codes (conditions, query, typed);
  g_string_append_c (conditions->sql, ')');
}

/* ---- the whole ---- */

static void
add_where (Conditions *conditions, const SatchelQuery *query, const SatchelPredicateContext *context)
{
  g_auto (SatchelSqlCondition) condition = { 0 };

  if (query->where == NULL)
    return;
  satchel_predicate_to_sql (query->where, context, SATCHEL_SQL_SQLITE, 1, &condition);
  g_string_append_printf (conditions->sql, " AND (%s)", condition.sql);
  for (guint i = 0; i < condition.parameters->len; i++) {
    const SatchelSqlParameter *parameter = &g_array_index (condition.parameters, SatchelSqlParameter, i);

    if (parameter->text != NULL)
      add_text (conditions, g_strdup (parameter->text));
    else
      add_integer (conditions, parameter->integer);
  }
}

static char *
order_sql (const SatchelQuery *query)
{
  const SatchelField *sort = query->sort != NULL ? query->sort : query->entity->title;
  const char *direction = query->descending ? " DESC" : "";

  if (sort == NULL)
    return g_strdup_printf ("r.id%s", direction);
  return g_strdup_printf ("r.%s%s, r.id%s", satchel_sql_column (sort), direction, direction);
}

static SatchelStatement *
prepare (SatchelReplica *replica, const Conditions *conditions, const char *sql, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);

  if (statement != NULL)
    bind_conditions (conditions, statement);
  return statement;
}

/* The first rows are chosen by their order alone and read whole afterwards: a first letter finds many more
 * than are shown. */
static char *
select_sql (const SatchelQuery *query, const Conditions *conditions)
{
  const char *columns = satchel_entity_table_columns (query->entity);
  const char *table = satchel_sql_table (query->entity);
  g_autofree char *order = order_sql (query);

  if (query->limit < 0)
    return g_strdup_printf ("SELECT %s FROM %s r WHERE 1%s ORDER BY %s LIMIT ?", columns, table,
                            conditions->sql->str, order);
  return g_strdup_printf ("SELECT %s FROM %s r WHERE r.row IN"
                          " (SELECT r.row FROM %s r WHERE 1%s ORDER BY %s LIMIT ?) ORDER BY %s",
                          columns, table, table, conditions->sql->str, order, order);
}

gboolean
satchel_replica_query (SatchelReplica *replica, const SatchelQuery *query,
                       const SatchelPredicateContext *context, SatchelRowFunc row, gpointer data,
                       GError **error)
{
  g_auto (Conditions) conditions = { 0 };
  g_autofree char *sql = NULL;
  SatchelStatement *statement;
  gboolean more;

  conditions_init (&conditions);
  add_where (&conditions, query, context);
  add_find (&conditions, query);
  add_integer (&conditions, query->limit);
  sql = select_sql (query, &conditions);
  statement = prepare (replica, &conditions, sql, error);
  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &more, error)) {
    g_autoptr (SatchelRecord) record = NULL;
    gboolean go_on;

    if (!more)
      return TRUE;
    record = satchel_entity_table_get (statement, query->entity, 0, error);
    go_on = record != NULL && row (record, data);
    if (!go_on) {
      satchel_statement_reset (statement);
      return record != NULL;
    }
  }
  return FALSE;
}

gboolean
satchel_replica_count (SatchelReplica *replica, const SatchelQuery *query,
                       const SatchelPredicateContext *context, gint64 *count, GError **error)
{
  g_auto (Conditions) conditions = { 0 };
  g_autofree char *sql = NULL;
  SatchelStatement *statement;

  conditions_init (&conditions);
  add_where (&conditions, query, context);
  add_find (&conditions, query);
  sql = g_strdup_printf ("SELECT count(*) FROM %s r WHERE 1%s", satchel_sql_table (query->entity),
                         conditions.sql->str);
  statement = prepare (replica, &conditions, sql, error);
  return statement != NULL && satchel_statement_take_integer (statement, 0, count, error);
}
