/* Lists: predicates, quick find, order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/query.h"

#include "protocol/sqlite/entity-list.h"
#include "protocol/sqlite/entity-table.h"

/* What is asked for, as " AND (…) AND (…)". */
static void
add_question (SatchelConditions *conditions, const SatchelQuery *query,
              const SatchelPredicateContext *context)
{
  const SatchelFind find = { query->find, query->find_fields, FALSE };
  g_auto (SatchelSqlCondition) where = { 0 };

  if (query->where != NULL) {
    satchel_predicate_to_sql (query->where, context, SATCHEL_SQL_SQLITE, 1, &where);
    satchel_conditions_add (conditions, &where);
  }
  satchel_find_add (&find, query->entity, "r.row IN", conditions);
}

static SatchelStatement *
prepare (SatchelReplica *replica, const SatchelConditions *conditions, const char *sql, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);

  if (statement != NULL)
    satchel_conditions_bind (conditions, statement);
  return statement;
}

/* The first rows are chosen by their order alone and read whole afterwards: a first letter finds many more
 * than are shown. */
static char *
select_sql (const SatchelQuery *query, const SatchelConditions *conditions)
{
  const char *columns = satchel_entity_table_columns (query->entity);
  const char *table = satchel_sql_table (query->entity);
  g_autofree char *order = satchel_order_sql (query->entity, query->sort, query->descending);

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
  g_auto (SatchelConditions) conditions = { 0 };
  g_autofree char *sql = NULL;
  SatchelStatement *statement;
  gboolean more;

  satchel_conditions_init (&conditions);
  add_question (&conditions, query, context);
  satchel_conditions_add_integer (&conditions, query->limit);
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
  g_auto (SatchelConditions) conditions = { 0 };
  g_autofree char *sql = NULL;
  SatchelStatement *statement;

  satchel_conditions_init (&conditions);
  add_question (&conditions, query, context);
  sql = g_strdup_printf ("SELECT count(*) FROM %s r WHERE 1%s", satchel_sql_table (query->entity),
                         conditions.sql->str);
  statement = prepare (replica, &conditions, sql, error);
  return statement != NULL && satchel_statement_take_integer (statement, 0, count, error);
}
