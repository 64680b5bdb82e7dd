/* Lists: predicates, quick find, order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/query.h"

#include "client/replica/parties.h"
#include "client/replica/stubs.h"
#include "protocol/error.h"
#include "protocol/sqlite/entity-list.h"
#include "protocol/sqlite/entity-table.h"

/* Work (satchel_database_set_budget) on the way along the titles, for a search and where rows are read: some
 * ms to begin with, and in all as much as MOST_FOR_MANY allows. Where the answers lie in that order is not
 * known beforehand, and may be at its very end. What a search finds is made a set before that, and looking
 * into all of it instead costs far more: hence work for each. */
#define MOST_COMPARED 100000
#define MOST_READ     200000
#define MOST_FOR_EACH 25
#define MOST_FOR_MANY 2000000 /* of sets that were not counted to their end */

typedef enum {
  FIRST_OF_ANY,      /* as SQLite sees fit */
  FIRST_OF_GATHERED, /* all answers, sorted */
  FIRST_MET,         /* along the titles until the page is full */
} Way;

/* What is wanted of the rows that are found: their numbers, or each as a record. */
typedef struct {
  GArray *numbers; /* NULL: records */
  GCancellable *cancellable;
  SatchelRowFunc row;
  gpointer data;
} Answer;

/* How the first page is found. */
typedef struct {
  Way way;
  SatchelFindStart start;
  gint64 most_work; /* 0: without end */
  Way otherwise;    /* when that was too much; then without end */
} Plan;

static void
add_taking_part (SatchelConditions *conditions, const SatchelQuery *query)
{
  const guint n_ids = g_strv_length ((char **)query->taking_part);
  g_autofree char *condition = satchel_parties_dup_condition (query->entity, n_ids);

  g_string_append_printf (conditions->sql, " AND %s", condition);
  for (guint i = 0; i < n_ids && satchel_parties_are_in (query->entity); i++)
    satchel_conditions_add_text (conditions, g_strdup (query->taking_part[i]));
}

/* What is asked for, as " AND (…) AND (…)". */
static void
add_question (SatchelConditions *conditions, const SatchelQuery *query,
              const SatchelPredicateContext *context, SatchelFindStart start)
{
  const SatchelFind find = { query->find, query->find_fields, FALSE };
  g_auto (SatchelSqlCondition) where = { 0 };

  if (query->where != NULL) {
    satchel_predicate_to_sql (query->where, context, SATCHEL_SQL_SQLITE, 1, &where);
    satchel_conditions_add (conditions, &where);
  }
  if (query->taking_part != NULL)
    add_taking_part (conditions, query);
  satchel_find_add (&find, query->entity, start, conditions);
}

/* Of what many rows have the first page is found by walking along the titles. How many fulfil a condition
 * as well is not known, perhaps none: with one, no walk is without end. */
static gboolean
choose_plan (SatchelReplica *replica, const SatchelQuery *query, Plan *plan, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  const SatchelFind find = { query->find, query->find_fields, FALSE };
  const SatchelField *sort = query->sort != NULL ? query->sort : query->entity->title;
  const gboolean finds = query->find != NULL && *query->find != '\0';
  const gboolean chooses = query->where != NULL || query->taking_part != NULL;
  SatchelFindStart elsewhere;
  gint64 n_found, n_all;

  *plan = (Plan){ .way = FIRST_OF_ANY };
  if (query->limit <= 0 || sort == NULL || sort != query->entity->title || (!finds && !chooses))
    return TRUE;
  if (!finds) {
    *plan = (Plan){ FIRST_OF_ANY, SATCHEL_FIND_HERE, MOST_READ, FIRST_OF_GATHERED };
    return TRUE;
  }
  if (!satchel_find_count (&find, query->entity, database, &n_found, &elsewhere, error) ||
      !satchel_list_count_all (query->entity, database, &n_all, error))
    return FALSE;
  if (satchel_list_is_worth_gathering (query->entity, sort, n_found, n_all, query->limit))
    plan->way = FIRST_OF_GATHERED;
  else if (n_found < SATCHEL_LIST_SMALL_SET)
    *plan = (Plan){ FIRST_MET, elsewhere, MOST_COMPARED + n_found * MOST_FOR_EACH, FIRST_OF_GATHERED };
  else if (chooses)
    *plan = (Plan){ FIRST_MET, SATCHEL_FIND_ELSEWHERE, MOST_FOR_MANY, FIRST_OF_GATHERED };
  else if (elsewhere == SATCHEL_FIND_READING)
    *plan = (Plan){ FIRST_MET, elsewhere, MOST_READ, FIRST_MET };
  else
    *plan = (Plan){ FIRST_MET, elsewhere, 0, FIRST_MET };
  return TRUE;
}

static SatchelStatement *
prepare (SatchelReplica *replica, const SatchelConditions *conditions, const char *sql, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);

  if (statement != NULL)
    satchel_conditions_bind (conditions, statement);
  return statement;
}

/* By the titles of what a lookup names, here or known by title alone; else as everywhere. Lookups of several
 * targets are stored as "entity:id". */
static char *
order_sql (SatchelReplica *replica, const SatchelQuery *query)
{
  const SatchelField *lookup = query->sort;
  const char *direction = query->descending ? " DESC" : "";
  g_autofree char *id = NULL, *stub = NULL;
  GString *order;

  if (lookup == NULL || lookup->type != SATCHEL_TYPE_LOOKUP)
    return satchel_order_sql (query->entity, lookup, query->descending);
  id = g_strdup_printf ("substr(r.%s, instr(r.%s, ':') + 1)", satchel_sql_column (lookup),
                        satchel_sql_column (lookup));
  stub = satchel_stubs_title_sql (id);
  order = g_string_new ("coalesce(");
  for (guint i = 0; i < lookup->n_targets; i++) {
    const SatchelEntity *target =
        satchel_registry_find (satchel_replica_get_registry (replica), lookup->targets[i]);

    if (target != NULL && target->title != NULL)
      g_string_append_printf (order, "(SELECT t.%s FROM %s t WHERE t.id = %s), ",
                              satchel_sql_column (target->title), satchel_sql_table (target), id);
  }
  g_string_append_printf (order, "%s, NULL)%s, r.id%s", stub, direction, direction);
  return g_string_free (order, FALSE);
}

/* The first rows are chosen by their order alone and read whole afterwards: a first letter finds many more
 * than are shown. */
static char *
select_sql (SatchelReplica *replica, const SatchelQuery *query, const SatchelConditions *conditions, Way way,
            gboolean numbers)
{
  const char *columns = satchel_entity_table_columns (query->entity);
  const char *table = satchel_sql_table (query->entity);
  const char *gathered = way == FIRST_OF_GATHERED ? "+" : ""; /* not by the index of the order */
  g_autofree char *order = order_sql (replica, query);

  if (numbers)
    return g_strdup_printf ("SELECT r.row FROM %s r WHERE 1%s ORDER BY %s%s LIMIT ?", table,
                            conditions->sql->str, gathered, order);
  if (query->limit < 0)
    return g_strdup_printf ("SELECT %s FROM %s r WHERE 1%s ORDER BY %s LIMIT ?", columns, table,
                            conditions->sql->str, order);
  return g_strdup_printf ("SELECT %s FROM %s r WHERE r.row IN"
                          " (SELECT r.row FROM %s r WHERE 1%s ORDER BY %s%s LIMIT ?) ORDER BY %s",
                          columns, table, table, conditions->sql->str, gathered, order, order);
}

/* What it may take is for finding the page: with the first row that is settled. */
static gboolean
take_records (SatchelReplica *replica, SatchelStatement *statement, const SatchelQuery *query,
              const Answer *answer, GError **error)
{
  gboolean more;

  while (satchel_statement_step (statement, &more, error)) {
    g_autoptr (SatchelRecord) record = NULL;
    gboolean go_on;

    satchel_database_set_budget (satchel_replica_get_database (replica), 0);
    if (!more)
      return TRUE;
    record = satchel_entity_table_get (statement, query->entity, 0, error);
    go_on = record != NULL && answer->row (record, answer->data);
    if (!go_on) {
      satchel_statement_reset (statement);
      return record != NULL;
    }
  }
  return FALSE;
}

static gboolean
take_numbers (SatchelStatement *statement, const Answer *answer, GError **error)
{
  gboolean more;

  while (satchel_statement_step (statement, &more, error)) {
    guint32 row;

    if (!more)
      return TRUE;
    row = (guint32)satchel_statement_get_integer (statement, 0);
    g_array_append_val (answer->numbers, row);
    /* What was cancelled just before the first step has interrupted nothing. */
    if (answer->numbers->len % 4096 == 0 && g_cancellable_is_cancelled (answer->cancellable)) {
      satchel_statement_reset (statement);
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "cancelled");
      return FALSE;
    }
  }
  return FALSE;
}

static gboolean
run (SatchelReplica *replica, const SatchelQuery *query, const SatchelPredicateContext *context,
     const Plan *plan, const Answer *answer, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_auto (SatchelConditions) conditions = { 0 };
  g_autofree char *sql = NULL;
  SatchelStatement *statement;
  gboolean done;

  satchel_conditions_init (&conditions);
  add_question (&conditions, query, context, plan->start);
  satchel_conditions_add_integer (&conditions, query->limit);
  sql = select_sql (replica, query, &conditions, plan->way, answer->numbers != NULL);
  statement = prepare (replica, &conditions, sql, error);
  if (statement == NULL)
    return FALSE;
  satchel_database_set_budget (database, plan->most_work);
  done = answer->numbers != NULL ? take_numbers (statement, answer, error)
                                 : take_records (replica, statement, query, answer, error);
  satchel_database_set_budget (database, 0);
  return done;
}

static gboolean
find (SatchelReplica *replica, const SatchelQuery *query, const SatchelPredicateContext *context,
      const Answer *answer, GError **error)
{
  const guint n_before = answer->numbers != NULL ? answer->numbers->len : 0;
  g_autoptr (GError) problem = NULL;
  Plan plan, other;

  if (!choose_plan (replica, query, &plan, error))
    return FALSE;
  if (run (replica, query, context, &plan, answer, &problem))
    return TRUE;
  if (plan.most_work == 0 || g_cancellable_is_cancelled (answer->cancellable) ||
      !g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (answer->numbers != NULL)
    g_array_set_size (answer->numbers, n_before);
  other = (Plan){ .way = plan.otherwise,
                  .start = plan.otherwise == FIRST_MET ? SATCHEL_FIND_ELSEWHERE : SATCHEL_FIND_HERE };
  return run (replica, query, context, &other, answer, error);
}

gboolean
satchel_replica_query (SatchelReplica *replica, const SatchelQuery *query,
                       const SatchelPredicateContext *context, SatchelRowFunc row, gpointer data,
                       GError **error)
{
  const Answer answer = { .row = row, .data = data };

  return find (replica, query, context, &answer, error);
}

static void
interrupt_cb (GCancellable *cancellable, sqlite3 *handle)
{
  sqlite3_interrupt (handle);
}

gboolean
satchel_replica_list_rows (SatchelReplica *replica, const SatchelQuery *query,
                           const SatchelPredicateContext *context, GCancellable *cancellable, GArray *rows,
                           GError **error)
{
  const Answer answer = { .numbers = rows, .cancellable = cancellable };
  sqlite3 *handle = satchel_database_get_handle (satchel_replica_get_database (replica));
  gulong watch =
      cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (interrupt_cb), handle, NULL) : 0;
  gboolean found = find (replica, query, context, &answer, error);

  g_cancellable_disconnect (cancellable, watch);
  return found;
}

gboolean
satchel_replica_count (SatchelReplica *replica, const SatchelQuery *query,
                       const SatchelPredicateContext *context, gint64 *count, GError **error)
{
  g_auto (SatchelConditions) conditions = { 0 };
  g_autofree char *sql = NULL;
  SatchelStatement *statement;

  satchel_conditions_init (&conditions);
  add_question (&conditions, query, context, SATCHEL_FIND_HERE);
  sql = g_strdup_printf ("SELECT count(*) FROM %s r WHERE 1%s", satchel_sql_table (query->entity),
                         conditions.sql->str);
  statement = prepare (replica, &conditions, sql, error);
  return statement != NULL && satchel_statement_take_integer (statement, 0, count, error);
}

/* ---- groups ---- */

void
satchel_group_free (SatchelGroup *group)
{
  satchel_value_unref (group->value);
  g_free (group);
}

GPtrArray *
satchel_replica_list_groups (SatchelReplica *replica, const SatchelQuery *query,
                             const SatchelPredicateContext *context, const SatchelField *field,
                             GError **error)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_group_free);
  g_auto (SatchelConditions) conditions = { 0 };
  g_autofree char *sql = NULL;
  SatchelStatement *statement;
  gboolean more;

  satchel_conditions_init (&conditions);
  add_question (&conditions, query, context, SATCHEL_FIND_HERE);
  satchel_conditions_add_integer (&conditions, SATCHEL_MOST_GROUPS);
  sql = g_strdup_printf ("SELECT r.%s, count(*) FROM %s r WHERE 1%s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
                         satchel_sql_column (field), satchel_sql_table (query->entity), conditions.sql->str);
  statement = prepare (replica, &conditions, sql, error);
  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &more, error)) {
    SatchelGroup *group;

    if (!more)
      return g_steal_pointer (&groups);
    group = g_new0 (SatchelGroup, 1);
    g_ptr_array_add (groups, group);
    group->count = satchel_statement_get_integer (statement, 1);
    if (!satchel_statement_get_value (statement, 0, field, &group->value, error)) {
      satchel_statement_reset (statement);
      return NULL;
    }
  }
  return NULL;
}

/* ---- pages ---- */

GPtrArray *
satchel_replica_read_rows (SatchelReplica *replica, const SatchelEntity *entity, const guint32 *rows,
                           guint n_rows, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s r WHERE r.row = ?",
                                          satchel_entity_table_columns (entity), satchel_sql_table (entity));

  for (guint i = 0; i < n_rows; i++) {
    SatchelStatement *statement = satchel_database_prepare (database, sql, error);
    SatchelRecord *record = NULL;
    gboolean there;

    if (statement == NULL)
      return NULL;
    satchel_statement_bind_integer (statement, 1, rows[i]);
    if (!satchel_statement_step (statement, &there, error))
      return NULL;
    if (there) {
      record = satchel_entity_table_get (statement, entity, 0, error);
      satchel_statement_reset (statement);
      if (record == NULL)
        return NULL;
    }
    g_ptr_array_add (records, record);
  }
  return g_steal_pointer (&records);
}
