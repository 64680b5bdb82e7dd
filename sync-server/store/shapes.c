/* The tables filter_shape, filter, filter_pivot and filter_refusal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/shapes.h"

void
satchel_shape_row_free (SatchelShapeRow *row)
{
  g_free (row->entity);
  g_free (row->predicate);
  g_free (row->zone);
  g_free (row);
}

void
satchel_filter_row_free (SatchelFilterRow *row)
{
  g_free (row->atom);
  g_free (row->pivots);
  g_free (row);
}

#define IS_FROZEN   "EXISTS (SELECT 1 FROM filter_refusal n WHERE n.bucket = f.bucket AND n.user = '')"
#define IS_FOLLOWED "NOT " IS_FROZEN

/* ---- shapes ---- */

#define SELECT_SHAPES                                                                                        \
  "SELECT s.shape, s.entity, s.predicate, s.zone, s.at_ms, s.due_ms, (SELECT count(*) FROM filter f"         \
  " WHERE f.shape = s.shape), (SELECT count(*) FROM filter_refusal n JOIN filter f USING (bucket)"           \
  " WHERE f.shape = s.shape AND n.user = '') FROM filter_shape s"

static GPtrArray *
take_shapes (SatchelStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shape_row_free);
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    SatchelShapeRow *shape;

    if (!row)
      return g_steal_pointer (&rows);
    shape = g_new0 (SatchelShapeRow, 1);
    shape->shape = satchel_statement_get_integer (statement, 0);
    shape->entity = g_strdup (satchel_statement_get_text (statement, 1));
    shape->predicate = g_strdup (satchel_statement_get_text (statement, 2));
    shape->zone = g_strdup (satchel_statement_get_text (statement, 3));
    shape->at_ms = satchel_statement_get_integer (statement, 4);
    shape->due_ms = satchel_statement_get_integer (statement, 5);
    shape->n_frozen = satchel_statement_get_integer (statement, 7);
    shape->n_followed = satchel_statement_get_integer (statement, 6) - shape->n_frozen;
    g_ptr_array_add (rows, shape);
  }
  return NULL;
}

GPtrArray *
satchel_shapes_list (SatchelStore *store, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, SELECT_SHAPES " ORDER BY s.shape", error);

  return statement != NULL ? take_shapes (statement, error) : NULL;
}

gboolean
satchel_shapes_read (SatchelStore *store, gint64 shape, SatchelShapeRow **row, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "SELECT shape, entity, predicate, zone, at_ms, due_ms, 0, 0"
                                " FROM filter_shape WHERE shape = ?",
                                error);
  g_autoptr (GPtrArray) found = NULL;

  *row = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, shape);
  found = take_shapes (statement, error);
  if (found != NULL && found->len > 0)
    *row = g_ptr_array_steal_index (found, 0);
  return found != NULL;
}

gboolean
satchel_shapes_find (SatchelStore *store, SatchelShapeRow *row, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "INSERT INTO filter_shape (entity, predicate, zone, at_ms, due_ms)"
                                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (entity, predicate, zone)"
                                " DO UPDATE SET at_ms = at_ms RETURNING shape, at_ms, due_ms",
                                error);
  gboolean found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, row->entity);
  satchel_statement_bind_text (statement, 2, row->predicate);
  satchel_statement_bind_text (statement, 3, row->zone);
  satchel_statement_bind_integer (statement, 4, row->at_ms);
  satchel_statement_bind_integer (statement, 5, row->due_ms);
  if (!satchel_statement_step (statement, &found, error))
    return FALSE;
  g_assert (found);
  row->shape = satchel_statement_get_integer (statement, 0);
  row->at_ms = satchel_statement_get_integer (statement, 1);
  row->due_ms = satchel_statement_get_integer (statement, 2);
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_shapes_set_time (SatchelStore *store, gint64 shape, gint64 at_ms, gint64 due_ms, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "UPDATE filter_shape SET at_ms = ?2, due_ms = ?3 WHERE shape = ?1", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, shape);
  satchel_statement_bind_integer (statement, 2, at_ms);
  satchel_statement_bind_integer (statement, 3, due_ms);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_shapes_next_due (SatchelStore *store, gint64 *due_ms, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT due_ms FROM filter_shape ORDER BY due_ms LIMIT 1", error);

  return statement != NULL && satchel_statement_take_integer (statement, G_MAXINT64, due_ms, error);
}

/* ---- filters ---- */

gboolean
satchel_filter_rows_get_state (SatchelStore *store, gint64 bucket, const char *user,
                               SatchelFilterState *state, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT coalesce ((SELECT CASE why WHEN 'unused' THEN ?3 ELSE ?4 END FROM filter_refusal"
      " WHERE bucket = ?1 AND user IN ('', ?2) ORDER BY user LIMIT 1), ?5) FROM filter WHERE bucket = ?1",
      error);
  gint64 found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_text (statement, 2, user);
  satchel_statement_bind_integer (statement, 3, SATCHEL_FILTER_UNUSED);
  satchel_statement_bind_integer (statement, 4, SATCHEL_FILTER_REFUSED);
  satchel_statement_bind_integer (statement, 5, SATCHEL_FILTER_FOLLOWED);
  if (!satchel_statement_take_integer (statement, SATCHEL_FILTER_MISSING, &found, error))
    return FALSE;
  *state = (SatchelFilterState)found;
  return TRUE;
}

gboolean
satchel_filter_rows_refuse (SatchelStore *store, gint64 bucket, const char *user, SatchelFilterState state,
                            gboolean *altered, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "INSERT OR IGNORE INTO filter_refusal (bucket, user, s, why)"
                                " SELECT bucket, ?, ?, ? FROM filter WHERE bucket = ?",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user != NULL ? user : "");
  satchel_statement_bind_integer (statement, 2, store->s);
  satchel_statement_bind_text (statement, 3, state == SATCHEL_FILTER_UNUSED ? "unused" : "costly");
  satchel_statement_bind_integer (statement, 4, bucket);
  if (!satchel_statement_run (statement, error))
    return FALSE;
  *altered = satchel_database_get_changes (store->database) > 0;
  return TRUE;
}

static char *
print_pivot (const SatchelValue *pivot)
{
  return g_strdup_printf ("%s:%s", satchel_value_get_entity (pivot), satchel_value_get_id (pivot));
}

static gboolean
add_pivot (SatchelStore *store, gint64 shape, const char *value, gint64 bucket, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "INSERT OR IGNORE INTO filter_pivot (shape, value, bucket) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, shape);
  satchel_statement_bind_text (statement, 2, value);
  satchel_statement_bind_integer (statement, 3, bucket);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_filter_rows_add (SatchelStore *store, gint64 bucket, gint64 shape, GPtrArray *pivots, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  SatchelStatement *statement;

  for (guint i = 0; pivots != NULL && i < pivots->len; i++) {
    g_autofree char *value = print_pivot (pivots->pdata[i]);

    g_string_append_printf (list, "%s%s", i > 0 ? " " : "", value);
    if (!add_pivot (store, shape, value, bucket, error))
      return FALSE;
  }
  statement = satchel_database_prepare (store->database,
                                        "INSERT INTO filter (bucket, shape, pivots) VALUES (?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  satchel_statement_bind_integer (statement, 2, shape);
  satchel_statement_bind_text (statement, 3, list->str);
  return satchel_statement_run (statement, error);
}

static GPtrArray *
take_filters (SatchelStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) filters = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_filter_row_free);
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    SatchelFilterRow *filter;

    if (!row)
      return g_steal_pointer (&filters);
    filter = g_new0 (SatchelFilterRow, 1);
    filter->bucket = satchel_statement_get_integer (statement, 0);
    filter->shape = satchel_statement_get_integer (statement, 1);
    filter->atom = g_strdup (satchel_statement_get_text (statement, 2));
    filter->pivots = g_strdup (satchel_statement_get_text (statement, 3));
    g_ptr_array_add (filters, filter);
  }
  return NULL;
}

#define SELECT_FILTERS "SELECT f.bucket, f.shape, b.atom, f.pivots FROM filter f JOIN bucket b USING (bucket)"

GPtrArray *
satchel_filter_rows_list (SatchelStore *store, gint64 shape, const char *values, GError **error)
{
  const char *sql =
      values == NULL ? SELECT_FILTERS " WHERE f.shape = ? AND " IS_FOLLOWED
                     : SELECT_FILTERS
          " WHERE f.bucket IN (SELECT p.bucket FROM filter_pivot p"
          " WHERE p.shape = ? AND p.value IN (SELECT value FROM json_each (?))) AND " IS_FOLLOWED;
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, shape);
  if (values != NULL)
    satchel_statement_bind_text (statement, 2, values);
  return take_filters (statement, error);
}

GPtrArray *
satchel_filter_rows_list_frozen (SatchelStore *store, gint64 shape, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, SELECT_FILTERS " WHERE f.shape = ? AND " IS_FROZEN, error);

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, shape);
  return take_filters (statement, error);
}

GPtrArray *
satchel_filter_rows_list_all (SatchelStore *store, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, SELECT_FILTERS " ORDER BY " IS_FOLLOWED ", f.bucket", error);

  return statement != NULL ? take_filters (statement, error) : NULL;
}

gboolean
satchel_filter_rows_read (SatchelStore *store, gint64 bucket, SatchelFilterRow **filter, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, SELECT_FILTERS " WHERE f.bucket = ?", error);
  g_autoptr (GPtrArray) found = NULL;

  *filter = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  found = take_filters (statement, error);
  if (found != NULL && found->len > 0)
    *filter = g_ptr_array_steal_index (found, 0);
  return found != NULL;
}

gboolean
satchel_filter_rows_remove (SatchelStore *store, gint64 bucket, GError **error)
{
  static const char *const steps[] = {
    "DELETE FROM filter_pivot WHERE bucket = ?1 AND shape = (SELECT shape FROM filter WHERE bucket = ?1)",
    "DELETE FROM filter_refusal WHERE bucket = ?1",
    "DELETE FROM filter WHERE bucket = ?1",
    "DELETE FROM filter_shape AS s WHERE ?1 > 0 AND NOT EXISTS (SELECT 1 FROM filter WHERE shape = s.shape)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    SatchelStatement *statement = satchel_database_prepare (store->database, steps[i], error);

    if (statement == NULL)
      return FALSE;
    satchel_statement_bind_integer (statement, 1, bucket);
    if (!satchel_statement_run (statement, error))
      return FALSE;
  }
  return TRUE;
}
