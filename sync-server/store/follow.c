/* Sets of rows and what becomes of them: one statement a step, however many rows there are. What runs a
 * stranger's condition only reads, so that it can be cut off; what it found is then written into the tables.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/follow.h"

#include "sync-server/store/members.h"

#include <string.h>

gboolean
satchel_follow_prepare (SatchelStore *store, GError **error)
{
  static const char *const tables[] = {
    "CREATE TEMP TABLE IF NOT EXISTS affected (row INTEGER PRIMARY KEY, kind INTEGER NOT NULL) STRICT",
    /* way: 0 leaves, 1 enters, 2 is renewed */
    "CREATE TEMP TABLE IF NOT EXISTS moving (row INTEGER PRIMARY KEY, id TEXT NOT NULL, way INTEGER NOT "
    "NULL) STRICT",
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    if (!satchel_database_execute (store->database, tables[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_plain (SatchelStore *store, const char *sql, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  return statement != NULL && satchel_statement_run (statement, error);
}

gboolean
satchel_follow_clear (SatchelStore *store, GError **error)
{
  return run_plain (store, "DELETE FROM temp.affected", error);
}

gboolean
satchel_follow_empty (SatchelStore *store, GError **error)
{
  return run_plain (store, "DELETE FROM temp.moving", error);
}

/* ---- parameters, in the order of the text ---- */

typedef struct {
  GString *sql;
  GArray *parameters; /* SatchelSqlParameter, texts borrowed */
} Query;

static void
query_init (Query *query, const char *sql)
{
  query->sql = g_string_new (sql);
  query->parameters = g_array_new (FALSE, TRUE, sizeof (SatchelSqlParameter));
}

static void
query_clear (Query *query)
{
  g_string_free (query->sql, TRUE);
  g_array_unref (query->parameters);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Query, query_clear)

static void
add_text (Query *query, const char *text)
{
  SatchelSqlParameter parameter = { .text = (char *)text };
  g_array_append_val (query->parameters, parameter);
}

static void
add_integer (Query *query, gint64 integer)
{
  SatchelSqlParameter parameter = { .integer = integer };
  g_array_append_val (query->parameters, parameter);
}

static void
add_condition (Query *query, const SatchelSqlCondition *condition)
{
  g_string_append_printf (query->sql, "(%s)", condition->sql);
  g_array_append_vals (query->parameters, condition->parameters->data, condition->parameters->len);
}

static SatchelStatement *
prepare_query (SatchelStore *store, const Query *query, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, query->sql->str, error);

  for (guint i = 0; statement != NULL && i < query->parameters->len; i++) {
    const SatchelSqlParameter *parameter = &g_array_index (query->parameters, SatchelSqlParameter, i);

    if (parameter->text != NULL)
      satchel_statement_bind_text (statement, (int)i + 1, parameter->text);
    else
      satchel_statement_bind_integer (statement, (int)i + 1, parameter->integer);
  }
  return statement;
}

static gboolean
run_query (SatchelStore *store, const Query *query, GError **error)
{
  SatchelStatement *statement = prepare_query (store, query, error);

  return statement != NULL && satchel_statement_run (statement, error);
}

static gboolean
take_count (SatchelStore *store, const Query *query, gint64 *n, GError **error)
{
  SatchelStatement *statement = prepare_query (store, query, error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, n, error);
}

/* ---- back along a path ---- */

/* Rows that @query finds, into "affected". */
static gboolean
add_affected (SatchelStore *store, const Query *query, SatchelAffected kind, GError **error)
{
  SatchelStatement *found = prepare_query (store, query, error);
  SatchelStatement *add =
      found != NULL ? satchel_database_prepare (store->database,
                                                "INSERT INTO temp.affected (row, kind) VALUES (?, ?)"
                                                " ON CONFLICT (row)"
                                                " DO UPDATE SET kind = kind | excluded.kind",
                                                error)
                    : NULL;
  gboolean row;

  if (add == NULL)
    return FALSE;
  while (satchel_statement_step (found, &row, error)) {
    if (!row)
      return TRUE;
    satchel_statement_bind_integer (add, 1, satchel_statement_get_integer (found, 0));
    satchel_statement_bind_integer (add, 2, kind);
    if (!satchel_statement_run (add, error)) {
      satchel_statement_reset (found);
      return FALSE;
    }
  }
  return FALSE;
}

static const SatchelEntity *
entity_at (const SatchelEntity *root, const SatchelDependencyStep *path, guint level)
{
  return level == 0 ? root : path[level - 1].entity;
}

/* The id of the record of @entity that the lookup @field of @alias names. */
static void
put_named_id (GString *sql, const SatchelField *field, const SatchelEntity *entity, const char *alias,
              guint level)
{
  if (field->n_targets > 1)
    g_string_append_printf (sql, "substr(%s%u.%s, %u)", alias, level, satchel_sql_column (field),
                            (guint)strlen (entity->name) + 2);
  else
    g_string_append_printf (sql, "%s%u.%s", alias, level, satchel_sql_column (field));
}

/* The condition of the record a@level: that @n steps lead from the root to what @source (SQL) selects. The
 * search begins at the inner end, and comes back through the indexes of lookups. */
static void
put_walk (GString *sql, const SatchelEntity *root, const SatchelDependencyStep *path, guint n, guint level,
          const char *source)
{
  const SatchelEntity *entity = entity_at (root, path, level);
  const SatchelDependencyStep *step;

  if (level == n) {
    g_string_append_printf (sql, "a%u.id IN (%s)", level, source);
    return;
  }
  step = &path[level];
  if (!step->backwards) {
    g_string_append_printf (sql, "a%u.%s IN (SELECT ", level, satchel_sql_column (step->field));
    if (step->field->n_targets > 1)
      g_string_append_printf (sql, "'%s:' || ", step->entity->name);
    g_string_append_printf (sql, "a%u.id FROM %s a%u WHERE ", level + 1, satchel_sql_table (step->entity),
                            level + 1);
  } else {
    g_string_append_printf (sql, "a%u.id IN (SELECT ", level);
    put_named_id (sql, step->field, entity, "a", level + 1);
    g_string_append_printf (sql, " FROM %s a%u WHERE ", satchel_sql_table (step->entity), level + 1);
  }
  put_walk (sql, root, path, n, level + 1, source);
  g_string_append_c (sql, ')');
}

/* The caller adds the parameters of @source. */
static void
begin_walk (Query *query, const SatchelEntity *root, const SatchelDependencyStep *path, guint n,
            const char *source)
{
  query_init (query, "SELECT a0.row FROM ");
  g_string_append_printf (query->sql, "%s a0 WHERE ", satchel_sql_table (root));
  put_walk (query->sql, root, path, n, 0, source);
}

gboolean
satchel_follow_add_ids (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path,
                        guint n, const char *ids, SatchelAffected kind, GError **error)
{
  g_auto (Query) query;

  begin_walk (&query, root, path, n, "SELECT value FROM json_each(?)");
  add_text (&query, ids);
  return add_affected (store, &query, kind, error);
}

gboolean
satchel_follow_add_owned (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path,
                          guint n, const SatchelValue *owner, SatchelAffected kind, GError **error)
{
  const SatchelEntity *entity = entity_at (root, path, n);
  const SatchelField *field = satchel_entity_owner_field (entity);
  g_autofree char *stored = satchel_value_to_stored_text (field, owner);
  g_autofree char *source = g_strdup_printf ("SELECT o.id FROM %s o WHERE o.%s = ?",
                                             satchel_sql_table (entity), satchel_sql_column (field));
  g_auto (Query) query;

  begin_walk (&query, root, path, n, source);
  add_text (&query, stored);
  return add_affected (store, &query, kind, error);
}

gboolean
satchel_follow_add_flipped (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path,
                            guint n, SatchelPredicate *test, const SatchelPredicateContext *before,
                            const SatchelPredicateContext *after, SatchelAffected kind, GError **error)
{
  g_auto (SatchelSqlCondition) old = { 0 }, new = { 0 };
  g_auto (Query) query, source;

  satchel_predicate_to_sql (test, before, SATCHEL_SQL_SQLITE, 1, &old);
  satchel_predicate_to_sql (test, after, SATCHEL_SQL_SQLITE, 1, &new);
  query_init (&source, NULL);
  g_string_append_printf (source.sql, "SELECT r.id FROM %s r WHERE (",
                          satchel_sql_table (entity_at (root, path, n)));
  add_condition (&source, &old);
  g_string_append (source.sql, " IS TRUE) <> (");
  add_condition (&source, &new);
  g_string_append (source.sql, " IS TRUE)");
  begin_walk (&query, root, path, n, source.sql->str);
  g_array_append_vals (query.parameters, source.parameters->data, source.parameters->len);
  return add_affected (store, &query, kind, error);
}

/* ---- forth along a path ---- */

static void
put_join (GString *sql, const SatchelEntity *root, const SatchelDependencyStep *path, guint level)
{
  const SatchelDependencyStep *step = &path[level];
  const SatchelEntity *entity = entity_at (root, path, level);

  g_string_append_printf (sql, " CROSS JOIN %s a%u ON ", satchel_sql_table (step->entity), level + 1);
  if (!step->backwards) {
    g_string_append_printf (sql, "a%u.id = ", level + 1);
    put_named_id (sql, step->field, step->entity, "a", level);
    return;
  }
  g_string_append_printf (sql, "a%u.%s = ", level + 1, satchel_sql_column (step->field));
  if (step->field->n_targets > 1)
    g_string_append_printf (sql, "'%s:' || ", entity->name);
  g_string_append_printf (sql, "a%u.id", level);
}

/* "SELECT entity:id FROM source JOIN … WHERE …" */
static void
put_values (GString *sql, const SatchelEntity *root, const SatchelDependencyStep *path, guint n,
            const SatchelField *field, guint start, const char *source)
{
  g_string_append (sql, "SELECT ");
  if (field->n_targets == 1)
    g_string_append_printf (sql, "'%s:' || ", field->targets[0]);
  g_string_append_printf (sql, "a%u.%s FROM %s", n, satchel_sql_column (field), source);
  for (guint level = start; level < n; level++)
    put_join (sql, root, path, level);
  g_string_append_printf (sql, " WHERE a%u.%s IS NOT NULL", n, satchel_sql_column (field));
}

static gboolean
take_values (SatchelStatement *statement, GHashTable *values, GError **error)
{
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    g_hash_table_add (values, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return FALSE;
}

gboolean
satchel_follow_list_values (SatchelStore *store, const SatchelEntity *root, const SatchelDependencyStep *path,
                            guint n, const SatchelField *field, guint start, const char *ids,
                            GHashTable *values, GError **error)
{
  g_autofree char *source = g_strdup_printf ("json_each(?) t CROSS JOIN %s a%u ON a%u.id = t.value",
                                             satchel_sql_table (entity_at (root, path, start)), start, start);
  g_auto (Query) query;

  query_init (&query, NULL);
  put_values (query.sql, root, path, n, field, start, source);
  add_text (&query, ids);
  return take_values (prepare_query (store, &query, error), values, error);
}

void
satchel_follow_put_values (GString *query, const SatchelEntity *root, const SatchelDependencyStep *path,
                           guint n, const SatchelField *field)
{
  g_autofree char *source =
      g_strdup_printf ("temp.affected t CROSS JOIN %s a0 ON a0.row = t.row", satchel_sql_table (root));

  if (query->len > 0)
    g_string_append (query, " UNION ");
  put_values (query, root, path, n, field, 0, source);
}

gboolean
satchel_follow_run_values (SatchelStore *store, const char *query, GHashTable *values, GError **error)
{
  return take_values (satchel_database_prepare (store->database, query, error), values, error);
}

/* ---- moving ---- */

/* Rows that @query finds, [row, id, way], into "moving". */
static gboolean
fill_moving (SatchelStore *store, const Query *query, gint64 *n, GError **error)
{
  SatchelStatement *found = prepare_query (store, query, error);
  SatchelStatement *add =
      found != NULL
          ? satchel_database_prepare (
                store->database, "INSERT OR IGNORE INTO temp.moving (row, id, way) VALUES (?, ?, ?)", error)
          : NULL;
  gboolean row;

  if (add == NULL)
    return FALSE;
  while (satchel_statement_step (found, &row, error)) {
    if (!row)
      return TRUE;
    ++*n;
    satchel_statement_bind_integer (add, 1, satchel_statement_get_integer (found, 0));
    satchel_statement_bind_text (add, 2, satchel_statement_get_text (found, 1));
    satchel_statement_bind_integer (add, 3, satchel_statement_get_integer (found, 2));
    if (!satchel_statement_run (add, error)) {
      satchel_statement_reset (found);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
satchel_follow_move (SatchelStore *store, const SatchelEntity *root, gint64 bucket,
                     const SatchelSqlCondition *condition, SatchelAffected kinds, gint64 *n, GError **error)
{
  g_auto (Query) changed, renewed;

  query_init (&changed, "SELECT r.row, r.id, m.row IS NULL FROM temp.affected t");
  g_string_append_printf (changed.sql,
                          " CROSS JOIN %s r ON r.row = t.row"
                          " LEFT JOIN member m ON m.bucket = ? AND m.row = r.row WHERE t.kind & %d AND (",
                          satchel_sql_table (root), SATCHEL_AFFECTED_EVALUATE);
  add_integer (&changed, bucket);
  add_condition (&changed, condition);
  g_string_append (changed.sql, " IS TRUE) <> (m.row IS NOT NULL)");

  query_init (&renewed, "SELECT r.row, r.id, 2"
                        " FROM temp.affected t CROSS JOIN member m ON m.bucket = ? AND m.row = t.row");
  g_string_append_printf (renewed.sql, " CROSS JOIN %s r ON r.row = t.row WHERE t.kind & %d",
                          satchel_sql_table (root), SATCHEL_AFFECTED_RENEW);
  add_integer (&renewed, bucket);

  *n = 0;
  return ((kinds & SATCHEL_AFFECTED_EVALUATE) == 0 || fill_moving (store, &changed, n, error)) &&
         ((kinds & SATCHEL_AFFECTED_RENEW) == 0 || fill_moving (store, &renewed, n, error));
}

gboolean
satchel_follow_move_gone (SatchelStore *store, gint64 bucket, const char *gone, gint64 *n, GError **error)
{
  g_auto (Query) query;

  *n = 0;
  query_init (&query, "SELECT m.row, json_extract(j.value, '$[1]'), 0"
                      " FROM json_each(?) j CROSS JOIN member m"
                      " ON m.bucket = ? AND m.row = json_extract(j.value, '$[0]')");
  add_text (&query, gone);
  add_integer (&query, bucket);
  return fill_moving (store, &query, n, error);
}

gboolean
satchel_follow_move_all (SatchelStore *store, const SatchelEntity *root, const SatchelSqlCondition *condition,
                         gint64 *n, GError **error)
{
  g_auto (Query) query;

  *n = 0;
  query_init (&query, "SELECT r.row, r.id, 1");
  g_string_append_printf (query.sql, " FROM %s r WHERE ", satchel_sql_table (root));
  add_condition (&query, condition);
  return fill_moving (store, &query, n, error);
}

gboolean
satchel_follow_move_wrong (SatchelStore *store, const SatchelEntity *root, gint64 bucket,
                           const SatchelSqlCondition *condition, gint64 *n, GError **error)
{
  static const char member[] = " EXISTS (SELECT 1 FROM member m WHERE m.bucket = ? AND m.row = r.row)";
  g_auto (Query) query;

  *n = 0;
  query_init (&query, "SELECT r.row, r.id, NOT");
  g_string_append_printf (query.sql, "%s FROM %s r WHERE (", member, satchel_sql_table (root));
  add_integer (&query, bucket);
  add_condition (&query, condition);
  g_string_append_printf (query.sql, " IS TRUE) <>%s", member);
  add_integer (&query, bucket);
  return fill_moving (store, &query, n, error);
}

gboolean
satchel_follow_move_out (SatchelStore *store, const SatchelEntity *root, gint64 bucket, gint64 most,
                         gint64 *n, GError **error)
{
  g_auto (Query) query;

  *n = 0;
  query_init (&query, "SELECT r.row, r.id, 0 FROM member m");
  g_string_append_printf (query.sql, " CROSS JOIN %s r ON r.row = m.row WHERE m.bucket = ? LIMIT ?",
                          satchel_sql_table (root));
  add_integer (&query, bucket);
  add_integer (&query, most);
  return fill_moving (store, &query, n, error);
}

/* ---- settling ---- */

/* The three statements, for the rows that "x" (row, id, way) holds; @with names it, @more are its parameters.
 */
static gboolean
settle (SatchelStore *store, const char *with, gint64 bucket, const char *why, GError **error)
{
  g_auto (Query) depart, leave, enter;

  satchel_members_stir (store, bucket);
  query_init (&depart, with);
  g_string_append (depart.sql, "INSERT INTO departed (bucket, s, since, record, why)"
                               " SELECT m.bucket, ?, m.since, x.id, ? FROM x CROSS JOIN member m"
                               " ON m.bucket = ? AND m.row = x.row WHERE x.way = 0");
  add_integer (&depart, store->s);
  add_text (&depart, why);
  add_integer (&depart, bucket);

  query_init (&leave, with);
  g_string_append (leave.sql, "DELETE FROM member WHERE bucket = ? AND row IN"
                              " (SELECT x.row FROM x WHERE x.way = 0)");
  add_integer (&leave, bucket);

  query_init (&enter, with);
  g_string_append (enter.sql, "INSERT INTO member (bucket, row, since, entered, s)"
                              " SELECT ?, x.row, ?, ?, ? FROM x WHERE x.way > 0"
                              " ON CONFLICT (bucket, row)"
                              " DO UPDATE SET entered = excluded.entered, s = excluded.s");
  add_integer (&enter, bucket);
  for (guint i = 0; i < 3; i++)
    add_integer (&enter, store->s);

  return run_query (store, &depart, error) && run_query (store, &leave, error) &&
         run_query (store, &enter, error);
}

gboolean
satchel_follow_settle (SatchelStore *store, gint64 bucket, const char *why, GError **error)
{
  return settle (store, "WITH x AS (SELECT row, id, way FROM temp.moving) ", bucket, why, error);
}

gboolean
satchel_follow_touch (SatchelStore *store, gint64 bucket, GError **error)
{
  g_auto (Query) query;

  query_init (&query, "UPDATE member SET s = ? WHERE bucket = ? AND row IN");
  g_string_append_printf (query.sql, " (SELECT t.row FROM temp.affected t WHERE t.kind & %d)",
                          SATCHEL_AFFECTED_TOUCH);
  add_integer (&query, store->s);
  add_integer (&query, bucket);
  if (!run_query (store, &query, error))
    return FALSE;
  if (satchel_database_get_changes (store->database) > 0)
    satchel_members_stir (store, bucket);
  return TRUE;
}

/* ---- satellites ---- */

/* Which satellites c are about a record of the subject's entity, and of the class. Field names are
 * identifiers of the registry. */
static void
put_about (GString *sql, const SatchelSatellites *satellites)
{
  const SatchelEntity *subject = satellites->subject;
  g_autoptr (GString) names = g_string_new (NULL);

  g_string_append_printf (sql, "c.f_record_entity = '%s'", subject->name);
  if (satchel_entity_find_field (satellites->entity, "field") == NULL)
    return;
  for (guint i = 0; i < subject->n_fields; i++) {
    const char *secured = subject->fields[i]->secured;

    if (secured != NULL && (satellites->secured == NULL || g_str_equal (secured, satellites->secured)))
      g_string_append_printf (names, "%s'%s'", names->len > 0 ? ", " : "", subject->fields[i]->name);
  }
  if (names->len > 0)
    g_string_append_printf (sql, " AND c.f_field %s (%s)", satellites->secured != NULL ? "IN" : "NOT IN",
                            names->str);
}

gboolean
satchel_follow_has_satellites (SatchelStore *store, const SatchelSatellites *satellites, gboolean *has,
                               GError **error)
{
  g_auto (Query) query;
  gint64 n = 0;

  query_init (&query, "SELECT 1 FROM temp.moving x");
  g_string_append_printf (query.sql,
                          " CROSS JOIN %s c ON c.f_record_id = x.id WHERE c.f_record_entity = '%s' LIMIT 1",
                          satchel_sql_table (satellites->entity), satellites->subject->name);
  if (!take_count (store, &query, &n, error))
    return FALSE;
  *has = n > 0;
  return TRUE;
}

gboolean
satchel_follow_settle_satellites (SatchelStore *store, const SatchelSatellites *satellites, gint64 bucket,
                                  const char *why, GError **error)
{
  g_autoptr (GString) with = g_string_new ("WITH x AS (SELECT c.row, c.id, v.way FROM temp.moving v");

  g_string_append_printf (with, " CROSS JOIN %s c ON c.f_record_id = v.id WHERE ",
                          satchel_sql_table (satellites->entity));
  put_about (with, satellites);
  g_string_append (with, ") ");
  return settle (store, with->str, bucket, why, error);
}

gboolean
satchel_follow_file_satellites (SatchelStore *store, const SatchelSatellites *satellites, gint64 bucket,
                                gint64 own_bucket, const char *ids, GError **error)
{
  g_auto (Query) query;

  query_init (&query, "INSERT INTO member (bucket, row, since, entered, s) SELECT ?, c.row, ?, ?, ?"
                      " FROM json_each(?) t");
  add_integer (&query, own_bucket);
  for (guint i = 0; i < 3; i++)
    add_integer (&query, store->s);
  add_text (&query, ids);
  g_string_append_printf (query.sql,
                          " CROSS JOIN %s c ON c.id = t.value CROSS JOIN %s r ON r.id = c.f_record_id"
                          " CROSS JOIN member m ON m.bucket = ? AND m.row = r.row WHERE ",
                          satchel_sql_table (satellites->entity), satchel_sql_table (satellites->subject));
  add_integer (&query, bucket);
  put_about (query.sql, satellites);
  g_string_append (query.sql, " ON CONFLICT (bucket, row) DO UPDATE SET s = excluded.s");
  if (!run_query (store, &query, error))
    return FALSE;
  if (satchel_database_get_changes (store->database) > 0)
    satchel_members_stir (store, own_bucket);
  return TRUE;
}

/* ---- checks ---- */

gboolean
satchel_follow_count_wrong (SatchelStore *store, const SatchelEntity *root, gint64 bucket,
                            const SatchelSqlCondition *condition, gint64 *n, GError **error)
{
  const char *table = satchel_sql_table (root);
  g_auto (Query) query;

  query_init (&query, "SELECT (SELECT count(*) FROM member m LEFT JOIN");
  g_string_append_printf (query.sql, " %s x ON x.row = m.row WHERE m.bucket = ? AND x.row IS NULL)", table);
  add_integer (&query, bucket);
  g_string_append_printf (query.sql, " + (SELECT count(*) FROM %s r WHERE (", table);
  add_condition (&query, condition);
  g_string_append (query.sql, " IS TRUE) <> EXISTS"
                              " (SELECT 1 FROM member m WHERE m.bucket = ? AND m.row = r.row))");
  add_integer (&query, bucket);
  return take_count (store, &query, n, error);
}

gboolean
satchel_follow_count_strayed (SatchelStore *store, const SatchelSatellites *satellites, gint64 bucket,
                              gint64 own_bucket, gint64 *n, GError **error)
{
  g_auto (Query) query;

  query_init (&query, "SELECT count(*) FROM");
  g_string_append_printf (
      query.sql, " %s c WHERE EXISTS (SELECT 1 FROM member m WHERE m.bucket = ? AND m.row = c.row) <> (",
      satchel_sql_table (satellites->entity));
  add_integer (&query, own_bucket);
  put_about (query.sql, satellites);
  g_string_append_printf (query.sql,
                          " AND EXISTS (SELECT 1 FROM %s r JOIN member m ON m.bucket = ? AND m.row = r.row"
                          " WHERE r.id = c.f_record_id))",
                          satchel_sql_table (satellites->subject));
  add_integer (&query, bucket);
  return take_count (store, &query, n, error);
}
