/* One statement a question. Sums are made in two halves of 64 bits, so that none overflows within SQLite,
 * and put together in 128.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/aggregate.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "protocol/sqlite/conditions.h"

#define HALF 1000000000
#define MOST G_GINT64_CONSTANT (999999999999999999) /* 18 digits: what a decimal holds */
/* Of instants only quarters of hours are told apart: no zone begins a day, and so a month, between them. */
#define QUARTER_MS 900000

__extension__ typedef __int128 Wide;

typedef struct {
  SatchelAggregateRow row; /* the first: it is handed out, and freed, as that */
  Wide sum;
} Sum;

void
satchel_aggregate_row_free (SatchelAggregateRow *row)
{
  satchel_value_unref (row->group);
  satchel_value_unref (row->series);
  g_free (row);
}

/* ---- the question ---- */

/* An expression for what records are grouped by. */
static char *
group_sql (const SatchelField *field)
{
  const char *column = satchel_sql_column (field);

  if (field->type == SATCHEL_TYPE_DATE)
    return g_strdup_printf ("substr (r.%s, 1, 7)", column);
  if (field->type == SATCHEL_TYPE_DATETIME) /* rounded down, also before 1970 */
    return g_strdup_printf ("r.%s - (r.%s %% %d + %d) %% %d", column, column, QUARTER_MS, QUARTER_MS,
                            QUARTER_MS);
  return g_strdup_printf ("r.%s", column);
}

static char *
sums_sql (const SatchelAggregate *question)
{
  const char *of = question->of != NULL ? satchel_sql_column (question->of) : NULL;
  const char *weight = NULL;

  if (of == NULL)
    return g_strdup ("0, 0, 0");
  if (question->weight != NULL)
    weight = satchel_sql_column (question->weight);
  if (weight == NULL)
    return g_strdup_printf ("count (r.%s), sum (r.%s / %d), sum (r.%s %% %d)", of, of, HALF, of, HALF);
  return g_strdup_printf ("count (r.%s + r.%s), sum (r.%s / %d * r.%s), sum (r.%s %% %d * r.%s)", of, weight,
                          of, HALF, weight, of, HALF, weight);
}

static void
add_condition (SatchelConditions *conditions, SatchelPredicate *predicate,
               const SatchelPredicateContext *context)
{
  g_auto (SatchelSqlCondition) condition = { 0 };

  if (predicate == NULL)
    return;
  satchel_predicate_to_sql (predicate, context, SATCHEL_SQL_SQLITE, 1, &condition);
  satchel_conditions_add (conditions, &condition);
}

static SatchelStatement *
prepare (SatchelReplica *replica, const SatchelAggregate *question, const SatchelPredicateContext *context,
         GError **error)
{
  g_auto (SatchelConditions) conditions = { 0 };
  g_autofree char *group = group_sql (question->group), *sums = sums_sql (question), *hits = NULL;
  g_autofree char *series = question->series != NULL ? group_sql (question->series) : g_strdup ("NULL"),
                  *sql = NULL;
  SatchelStatement *statement;

  satchel_conditions_init (&conditions);
  add_condition (&conditions, question->share, context);
  hits = g_strdup (question->share != NULL ? conditions.sql->str : " AND 0");
  /* The parameters stay: the condition of the hits stands first. */
  g_string_truncate (conditions.sql, 0);
  add_condition (&conditions, question->where, context);
  sql = g_strdup_printf ("SELECT %s, %s, count (*), sum (1%s), %s FROM %s r WHERE 1%s GROUP BY 1, 2", group,
                         series, hits, sums, satchel_sql_table (question->entity), conditions.sql->str);
  statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);
  if (statement != NULL)
    satchel_conditions_bind (&conditions, statement);
  return statement;
}

/* ---- the answer ---- */

/* The first day of the month of an instant, in the zone of whoever asks. */
static SatchelValue *
month_of_instant (gint64 ms, const SatchelPredicateContext *context)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *text = NULL;

  if (utc != NULL)
    local = context->zone != NULL ? g_date_time_to_timezone (utc, context->zone) : g_date_time_ref (utc);
  if (local == NULL) /* beyond the years that there are */
    return NULL;
  text = g_strdup_printf ("%04d-%02d-01", g_date_time_get_year (local), g_date_time_get_month (local));
  return satchel_value_new_date (text);
}

static gboolean
get_group (SatchelStatement *statement, int column, const SatchelField *field,
           const SatchelPredicateContext *context, SatchelValue **value, GError **error)
{
  *value = NULL;
  if (field == NULL || satchel_statement_is_null (statement, column))
    return TRUE;
  if (field->type == SATCHEL_TYPE_DATETIME) {
    *value = month_of_instant (satchel_statement_get_integer (statement, column), context);
    return TRUE;
  }
  if (field->type == SATCHEL_TYPE_DATE) {
    g_autofree char *day = g_strconcat (satchel_statement_get_text (statement, column), "-01", NULL);
    gint64 days;

    if (satchel_date_parse (day, &days))
      *value = satchel_value_new_date (day);
    return TRUE;
  }
  return satchel_statement_get_value (statement, column, field, value, error);
}

/* What tells the sums apart: months come in many pieces. Owned. */
static char *
key_of (const SatchelAggregate *question, const SatchelValue *group, const SatchelValue *series)
{
  const gboolean by_month = group != NULL && satchel_value_get_kind (group) == SATCHEL_KIND_DATE;
  g_autofree char *one =
      by_month ? g_strdup (satchel_value_get_date (group)) : satchel_value_to_text (question->group, group);
  g_autofree char *other =
      question->series != NULL ? satchel_value_to_text (question->series, series) : g_strdup ("");

  return g_strdup_printf ("%u%s\n%u%s", group != NULL, one, series != NULL, other);
}

static gboolean
take_row (const SatchelAggregate *question, const SatchelPredicateContext *context,
          SatchelStatement *statement, GHashTable *sums, GError **error)
{
  g_autoptr (SatchelValue) group = NULL, series = NULL;
  char *key;
  Sum *sum;

  if (!get_group (statement, 0, question->group, context, &group, error) ||
      !get_group (statement, 1, question->series, context, &series, error))
    return FALSE;
  key = key_of (question, group, series);
  sum = g_hash_table_lookup (sums, key);
  if (sum == NULL) {
    sum = g_new0 (Sum, 1);
    sum->row.group = g_steal_pointer (&group);
    sum->row.series = g_steal_pointer (&series);
    g_hash_table_insert (sums, g_strdup (key), sum);
  }
  g_free (key);
  sum->row.n_records += satchel_statement_get_integer (statement, 2);
  sum->row.n_hits += satchel_statement_get_integer (statement, 3);
  sum->row.n_values += satchel_statement_get_integer (statement, 4);
  sum->sum += (Wide)satchel_statement_get_integer (statement, 5) * HALF;
  sum->sum += satchel_statement_get_integer (statement, 6);
  return TRUE;
}

static gboolean
take_rows (const SatchelAggregate *question, const SatchelPredicateContext *context,
           SatchelStatement *statement, GHashTable *sums, GError **error)
{
  gboolean more;

  while (satchel_statement_step (statement, &more, error)) {
    if (!more)
      return TRUE;
    if (!take_row (question, context, statement, sums, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

/* Empties @sums into an array. */
static GPtrArray *
finish (const SatchelAggregate *question, GHashTable *sums, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_aggregate_row_free);
  const guint scale = question->of == NULL       ? 0
                      : question->weight != NULL ? question->of->scale + 2
                                                 : question->of->scale;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    Sum *sum = value;

    if (sum->sum > MOST || sum->sum < -MOST) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, _ ("the sum of “%s” is too large"),
                   _ (question->of->label));
      return NULL;
    }
    sum->row.sum = (SatchelDecimal){ .coefficient = (gint64)sum->sum, .scale = scale };
    g_hash_table_iter_steal (&iter);
    g_free (key);
    g_ptr_array_add (rows, sum);
  }
  return g_steal_pointer (&rows);
}

static void
interrupt_cb (GCancellable *cancellable, sqlite3 *handle)
{
  sqlite3_interrupt (handle);
}

GPtrArray *
satchel_replica_aggregate (SatchelReplica *replica, const SatchelAggregate *question,
                           const SatchelPredicateContext *context, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) sums =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)satchel_aggregate_row_free);
  sqlite3 *handle = satchel_database_get_handle (satchel_replica_get_database (replica));
  SatchelStatement *statement = prepare (replica, question, context, error);
  gulong watch = 0;
  gboolean taken;

  if (statement == NULL)
    return NULL;
  if (cancellable != NULL)
    watch = g_cancellable_connect (cancellable, G_CALLBACK (interrupt_cb), handle, NULL);
  taken = take_rows (question, context, statement, sums, error);
  g_cancellable_disconnect (cancellable, watch);
  return taken ? finish (question, sums, error) : NULL;
}
