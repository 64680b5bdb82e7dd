/* Guards, for a few rows or for all members.
 *
 * What they ask is a stranger's condition, made dearer by her rights. Each runs with a bound; one that goes
 * beyond is left to the writer to refuse, and the reader begins again without it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/guard.h"

#include "protocol/error.h"
#include "sync-server/store/members.h"

#define FEW         200                         /* rows that are asked about one by one */
#define MOST_BY_ROW ((gint64)1000 * 1000)       /* work; beyond, all members are asked at once */
#define MOST_OF_ALL ((gint64)300 * 1000 * 1000) /* of all guards of one pull */

gint64 satchel_guard_most_work = (gint64)60 * 1000 * 1000; /* about two seconds */

gboolean
satchel_holding_reads (SatchelStore *store, const SatchelHolding *holding, gint64 row, gboolean *reads,
                       GError **error)
{
  *reads = holding->reads_all;
  for (guint i = 0; i < holding->readable->len && !*reads; i++) {
    if (!satchel_members_contain (store, g_array_index (holding->readable, gint64, i), row, reads, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- what a guard may cost ---- */

static gboolean
refuse (SatchelPulling *pull, gint64 bucket, GError **error)
{
  SatchelStore *store = pull->store;

  store->costly_bucket = bucket;
  g_free (store->costly_user);
  store->costly_user = g_strdup (pull->scope->user);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED,
                       "a filter costs too much, and must be left out first");
  return FALSE;
}

/* The rows that @select finds, or NULL: *exhausted where that is more than @most work. */
static GArray *
select_within (SatchelPulling *pull, const SatchelFilter *filter, const SatchelConditions *select,
               gint64 most, gboolean *exhausted, GError **error)
{
  SatchelDatabase *database = pull->store->database;
  g_autoptr (GError) problem = NULL;
  GArray *rows;
  gint64 work;

  satchel_database_set_budget (database, most);
  rows = satchel_texts_select_rows (pull->store, select, &problem);
  work = satchel_database_get_work (database);
  satchel_database_set_budget (database, 0);
  pull->guard_work += work;
  if (work > pull->dearest_work) {
    pull->dearest_work = work;
    pull->dearest = filter->bucket;
  }
  /* A deadline of the caller's may have passed as well. */
  *exhausted = work >= most && g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED);
  if (problem != NULL && !*exhausted)
    g_propagate_error (error, g_steal_pointer (&problem));
  return rows;
}

/* ---- a few ---- */

static char *
print_rows (GHashTable *rows)
{
  GString *text = g_string_new ("[");
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, text->len > 1 ? "," : "", *(gint64 *)row);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static GArray *
select_few (SatchelPulling *pull, const SatchelEntity *entity, const SatchelSource *source,
            const SatchelFilter *filter, GHashTable *rows, gboolean *exhausted, GError **error)
{
  SatchelPredicateContext context = { .now_ms = satchel_filter_as_of (filter, pull->now_ms),
                                      .zone = filter->zone };
  g_autoptr (SatchelPredicate) predicate = satchel_filters_load (pull->store, filter, error);
  g_auto (SatchelSqlCondition) condition = { 0 };
  g_auto (SatchelConditions) select = { 0 };

  if (predicate == NULL)
    return NULL;
  satchel_scope_fill_context (pull->scope, &context);
  satchel_predicate_to_row_sql (predicate, &context, SATCHEL_SQL_SQLITE, 1, satchel_holdings_readable_sql,
                                (gpointer)pull->now, &condition);
  satchel_conditions_init (&select);
  if (source->subject == entity)
    g_string_append_printf (select.sql,
                            "SELECT r.row FROM json_each(?) j CROSS JOIN %s r ON r.row = j.value WHERE TRUE",
                            satchel_sql_table (entity));
  else
    g_string_append_printf (select.sql,
                            "SELECT c.row FROM json_each(?) j CROSS JOIN %s c ON c.row = j.value"
                            " CROSS JOIN %s r ON r.id = c.f_record_id WHERE TRUE",
                            satchel_sql_table (entity), satchel_sql_table (source->subject));
  satchel_conditions_add_text (&select, print_rows (rows));
  satchel_conditions_add (&select, &condition);
  return select_within (pull, filter, &select, MIN (MOST_BY_ROW, satchel_guard_most_work), exhausted, error);
}

/* ---- all ---- */

static GArray *
select_all (SatchelPulling *pull, const SatchelEntity *entity, const SatchelSource *source,
            const SatchelFilter *filter, GError **error)
{
  g_auto (SatchelConditions) select = { 0 };
  gboolean exhausted;
  GArray *rows;

  if (pull->guard_work >= MOST_OF_ALL) {
    refuse (pull, pull->dearest, error);
    return NULL;
  }
  satchel_conditions_init (&select);
  g_string_append_printf (select.sql,
                          "SELECT m.row FROM member m CROSS JOIN %s r ON r.row = m.row"
                          " WHERE m.bucket = %" G_GINT64_FORMAT " AND ",
                          satchel_sql_table (entity), source->bucket);
  if (!satchel_holdings_guard_sql (pull->now, pull->scope, entity, source, pull->now_ms, "r", select.sql,
                                   select.parameters, error))
    return NULL;
  rows = select_within (pull, filter, &select, satchel_guard_most_work, &exhausted, error);
  if (exhausted)
    refuse (pull, filter->bucket, error);
  return rows;
}

static const SatchelFilter *
find_filter (SatchelPulling *pull, const SatchelSource *source, GError **error)
{
  const SatchelFilter *filter = satchel_scope_find_filter (pull->scope, source->subject, source->guard);

  if (filter == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
                         "a scope guards what it does not choose");
  return filter;
}

const char *
satchel_guard_list (SatchelPulling *pull, const SatchelEntity *entity, const SatchelSource *source,
                    GError **error)
{
  const SatchelFilter *filter = find_filter (pull, source, error);
  g_autoptr (GArray) rows = NULL;
  char *text;

  if (filter == NULL)
    return NULL;
  text = g_hash_table_lookup (pull->guarded, &source->bucket);
  if (text != NULL)
    return text;
  rows = select_all (pull, entity, source, filter, error);
  if (rows == NULL)
    return NULL;
  text = satchel_texts_print_rows (rows);
  g_hash_table_insert (pull->guarded, g_memdup2 (&source->bucket, sizeof source->bucket), text);
  return text;
}

/* ---- either ---- */

static void
intersect (GHashTable *rows, const GArray *kept)
{
  g_autoptr (GHashTable) holding = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer row;

  for (guint i = 0; i < kept->len; i++)
    g_hash_table_add (holding, &g_array_index (kept, gint64, i));
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &row, NULL)) {
    if (!g_hash_table_contains (holding, row))
      g_hash_table_iter_remove (&iter);
  }
}

gboolean
satchel_guard_retain (SatchelPulling *pull, const SatchelEntity *entity, const SatchelSource *source,
                      GHashTable *rows, GError **error)
{
  const SatchelFilter *filter = find_filter (pull, source, error);
  g_autoptr (GArray) kept = NULL;
  gboolean exhausted = TRUE;

  if (filter == NULL)
    return FALSE;
  if (g_hash_table_size (rows) <= FEW)
    kept = select_few (pull, entity, source, filter, rows, &exhausted, error);
  if (exhausted)
    kept = select_all (pull, entity, source, filter, error);
  if (kept == NULL)
    return FALSE;
  intersect (rows, kept);
  return TRUE;
}
