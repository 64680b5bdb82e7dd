/* SELECT … ORDER BY … LIMIT.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/lists.h"

#include "protocol/error.h"
#include "protocol/sqlite/entity-table.h"
#include "sync-server/store/texts.h"

#include <string.h>

/* Of more rows than these the digits of every phone number are not looked through. */
#define MOST_LOOKED_THROUGH 200000

const SatchelField *
satchel_list_column_get_field (const SatchelListColumn *column)
{
  return column->fields[column->n_steps];
}

void
satchel_list_place_clear (SatchelListPlace *place)
{
  g_clear_pointer (&place->id, g_free);
  g_clear_pointer (&place->text, g_free);
}

/* ---- order ---- */

/* Short texts are compared whole, so that their index serves. */
static gboolean
is_long (const SatchelField *field)
{
  switch (field->type) {
  case SATCHEL_TYPE_STRING:
    return field->max_chars > SATCHEL_MAX_SORT_CHARS;
  case SATCHEL_TYPE_TEXT:
  case SATCHEL_TYPE_MULTICHOICE:
  case SATCHEL_TYPE_PARTIES:
  case SATCHEL_TYPE_FILE:
    return TRUE;
  default:
    return FALSE;
  }
}

static char *
sort_sql (const SatchelList *list)
{
  if (list->sort == NULL)
    return g_strdup ("NULL");
  if (is_long (list->sort))
    return g_strdup_printf ("substr (r.%s, 1, %d)", satchel_sql_column (list->sort), SATCHEL_MAX_SORT_CHARS);
  return g_strdup_printf ("r.%s", satchel_sql_column (list->sort));
}

static void
add_order (const SatchelList *list, GString *sql)
{
  const char *direction = list->descending ? " DESC" : "";
  g_autofree char *sort = sort_sql (list);

  if (list->sort != NULL)
    g_string_append_printf (sql, " ORDER BY %s%s, r.id%s", sort, direction, direction);
  else
    g_string_append_printf (sql, " ORDER BY r.id%s", direction);
}

/* What lies behind a place is one stretch of the order or two, because empty values stand at one end. Each is
 * a plain range, so that an index can begin there. */
typedef enum {
  STRETCH_ALL,
  STRETCH_REST_OF_EMPTY, /* empty, behind the id */
  STRETCH_FILLED,
  STRETCH_BEHIND, /* behind value and id */
  STRETCH_EMPTY,
} Stretch;

static guint
list_stretches (const SatchelList *list, const SatchelListPlace *place, Stretch stretches[2])
{
  if (place->id == NULL) {
    stretches[0] = STRETCH_ALL;
    return 1;
  }
  if (place->is_empty) {
    stretches[0] = STRETCH_REST_OF_EMPTY;
    stretches[1] = STRETCH_FILLED;
    return list->descending || list->sort == NULL ? 1 : 2;
  }
  stretches[0] = STRETCH_BEHIND;
  stretches[1] = STRETCH_EMPTY;
  return list->descending ? 2 : 1;
}

static void
add_value (const SatchelListPlace *place, SatchelConditions *conditions)
{
  if (place->text != NULL)
    satchel_conditions_add_text (conditions, g_strdup (place->text));
  else
    satchel_conditions_add_integer (conditions, place->integer);
}

static void
add_stretch (const SatchelList *list, Stretch stretch, const SatchelListPlace *place,
             SatchelConditions *conditions)
{
  g_autofree char *sort = sort_sql (list);
  const char *behind = list->descending ? "<" : ">";

  switch (stretch) {
  case STRETCH_ALL:
    return;
  case STRETCH_FILLED:
    g_string_append_printf (conditions->sql, " AND %s IS NOT NULL", sort);
    return;
  case STRETCH_EMPTY:
    g_string_append_printf (conditions->sql, " AND %s IS NULL", sort);
    return;
  case STRETCH_REST_OF_EMPTY:
    g_string_append_printf (conditions->sql, " AND %s IS NULL AND r.id %s ?", sort, behind);
    break;
  case STRETCH_BEHIND:
    g_string_append_printf (conditions->sql, " AND %s %s= ? AND (%s %s ? OR r.id %s ?)", sort, behind, sort,
                            behind, behind);
    add_value (place, conditions);
    add_value (place, conditions);
    break;
  }
  satchel_conditions_add_text (conditions, g_strdup (place->id));
}

/* ---- where to start ---- */

/* SQLite does not know which set is small, and EXISTS and MATCH are opaque to it: it is told by how they are
 * written. */
typedef struct {
  gboolean by_member; /* from what can be read */
  SatchelFindStart start;
  gboolean by_index; /* without looking at every row */
} Plan;

static void
append_members (const SatchelList *list, const char *what, GString *sql)
{
  g_string_append_printf (sql, "SELECT %s FROM member WHERE bucket IN (", what);
  for (guint i = 0; i < list->buckets->len; i++)
    g_string_append_printf (sql, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "",
                            g_array_index (list->buckets, gint64, i));
  g_string_append_c (sql, ')');
}

/* At most SATCHEL_LIST_SMALL_SET. */
static gboolean
count_some (SatchelStore *store, const char *what, gint64 *count, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM (%s LIMIT %d)", what, SATCHEL_LIST_SMALL_SET);
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  return satchel_statement_take_integer (statement, 0, count, error);
}

static gboolean
make_plan (SatchelStore *store, const SatchelList *list, gint64 limit, Plan *plan, GError **error)
{
  const SatchelField *sort = list->sort != NULL ? list->sort : list->entity->title;
  g_autoptr (GString) members = g_string_new (NULL);
  SatchelFindStart elsewhere;
  gint64 n_members, n_found, n_all;

  append_members (list, "1", members);
  if (!count_some (store, members->str, &n_members, error) ||
      !satchel_list_count_all (list->entity, store->database, &n_all, error) ||
      !satchel_find_count (&list->find, list->entity, store->database, &n_found, &elsewhere, error))
    return FALSE;
  /* How many fulfil a condition is not known: perhaps none. */
  plan->by_member =
      n_members <= n_found &&
      satchel_list_is_worth_gathering (list->entity, sort, n_members, n_all, list->where != NULL ? 0 : limit);
  plan->by_index = !plan->by_member && n_all > MOST_LOOKED_THROUGH;
  plan->start =
      !plan->by_member && satchel_list_is_worth_gathering (list->entity, sort, n_found, n_all, limit)
          ? SATCHEL_FIND_HERE
          : elsewhere;
  return TRUE;
}

/* FROM and WHERE. */
static gboolean
start (SatchelStore *store, const SatchelList *list, gint64 limit, SatchelConditions *conditions,
       GError **error)
{
  SatchelFind find = list->find;
  Plan plan;

  if (!make_plan (store, list, limit, &plan, error))
    return FALSE;
  g_string_append_printf (conditions->sql, " FROM %s r WHERE ", satchel_sql_table (list->entity));
  if (plan.by_member) {
    g_string_append (conditions->sql, "r.row IN (");
    append_members (list, "row", conditions->sql);
    g_string_append (conditions->sql, ") AND ");
  }
  list->guard (list->entity, "r", conditions->sql, list->guard_data);
  if (list->where != NULL)
    satchel_conditions_add (conditions, list->where);
  find.by_index = plan.by_index;
  satchel_find_add (&find, list->entity, plan.start, conditions);
  return TRUE;
}

/* ---- rows ---- */

static gboolean
find_stretch (SatchelStore *store, const SatchelList *list, Stretch stretch, const SatchelListPlace *place,
              gint64 limit, GArray *rows, GError **error)
{
  g_auto (SatchelConditions) conditions = { 0 };
  SatchelStatement *statement;
  gboolean is_row;

  satchel_conditions_init (&conditions);
  g_string_append (conditions.sql, "SELECT r.row");
  if (!start (store, list, limit, &conditions, error))
    return FALSE;
  add_stretch (list, stretch, place, &conditions);
  add_order (list, conditions.sql);
  g_string_append (conditions.sql, " LIMIT ?");
  satchel_conditions_add_integer (&conditions, limit);
  statement = satchel_database_prepare (store->database, conditions.sql->str, error);
  if (statement == NULL)
    return FALSE;
  satchel_conditions_bind (&conditions, statement);
  while (satchel_statement_step (statement, &is_row, error)) {
    gint64 row;

    if (!is_row)
      return TRUE;
    row = satchel_statement_get_integer (statement, 0);
    g_array_append_val (rows, row);
  }
  return FALSE;
}

GArray *
satchel_lists_find (SatchelStore *store, const SatchelList *list, const SatchelListPlace *place, gint64 limit,
                    GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  Stretch stretches[2];
  guint n_stretches = list_stretches (list, place, stretches);

  for (guint i = 0; i < n_stretches && rows->len < limit; i++) {
    if (!find_stretch (store, list, stretches[i], place, limit - rows->len, rows, error))
      return NULL;
  }
  return g_steal_pointer (&rows);
}

/* Row by row, so that what was counted when the time is up is known. */
static gboolean
count_rows (SatchelStore *store, const SatchelList *list, gint64 *count, GError **error)
{
  g_auto (SatchelConditions) conditions = { 0 };
  SatchelStatement *statement;
  gboolean row;

  satchel_conditions_init (&conditions);
  g_string_append (conditions.sql, "SELECT 1");
  if (!start (store, list, 0, &conditions, error))
    return FALSE;
  statement = satchel_database_prepare (store->database, conditions.sql->str, error);
  if (statement == NULL)
    return FALSE;
  satchel_conditions_bind (&conditions, statement);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    ++*count;
  }
  return FALSE;
}

gboolean
satchel_lists_count (SatchelStore *store, const SatchelList *list, gint64 *count, gboolean *all,
                     GError **error)
{
  GError *problem = NULL;

  *count = 0;
  *all = count_rows (store, list, count, &problem);
  if (*all)
    return TRUE;
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED)) {
    g_error_free (problem);
    return TRUE;
  }
  g_propagate_error (error, problem);
  return FALSE;
}

/* ---- columns ---- */

/* The field at the end of the path, of records that can be read: one scalar query for each step. A lookup of
 * several targets is stored as "entity:id". */
static char *
column_sql (const SatchelList *list, const SatchelListColumn *column, guint step, const char *alias)
{
  const SatchelField *field = column->fields[step];
  const SatchelEntity *entity;
  g_autofree char *next = NULL, *rest = NULL;
  g_autoptr (GString) sql = NULL;

  if (step == column->n_steps)
    return g_strdup_printf ("%s.%s", alias, satchel_sql_column (field));
  entity = column->entities[step];
  next = g_strdup_printf ("c%u", step);
  rest = column_sql (list, column, step + 1, next);
  sql = g_string_new (NULL);
  g_string_append_printf (sql, "(SELECT %s FROM %s %s WHERE %s.id = ", rest, satchel_sql_table (entity), next,
                          next);
  if (field->n_targets > 1)
    g_string_append_printf (sql, "CASE WHEN %s.%s GLOB '%s:*' THEN substr (%s.%s, %u) END", alias,
                            satchel_sql_column (field), entity->name, alias, satchel_sql_column (field),
                            (guint)strlen (entity->name) + 2);
  else
    g_string_append_printf (sql, "%s.%s", alias, satchel_sql_column (field));
  g_string_append (sql, " AND ");
  list->guard (entity, next, sql, list->guard_data);
  g_string_append_c (sql, ')');
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

static gboolean
names_records (const SatchelListColumn *column)
{
  return satchel_list_column_get_field (column)->type == SATCHEL_TYPE_LOOKUP;
}

/* The row's text, its place, and what its lookups hold. */
static char *
read_sql (const SatchelList *list)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);
  GString *sql = g_string_new ("SELECT ");
  g_autofree char *sort = sort_sql (list);

  g_ptr_array_add (columns, g_strdup ("r.id"));
  g_ptr_array_add (columns, g_strdup ("r.s"));
  for (guint i = 0; i < list->columns->len; i++)
    g_ptr_array_add (columns,
                     column_sql (list, &g_array_index (list->columns, SatchelListColumn, i), 0, "r"));
  satchel_texts_append_row (sql, columns);
  g_string_append_printf (sql, ", r.id, %s", sort);
  for (guint i = 0; i < list->columns->len; i++) {
    if (names_records (&g_array_index (list->columns, SatchelListColumn, i)))
      g_string_append_printf (sql, ", %s", (const char *)columns->pdata[i + 2]);
  }
  g_string_append_printf (sql, " FROM %s r WHERE r.row = ?", satchel_sql_table (list->entity));
  return g_string_free (sql, FALSE);
}

char *
satchel_lists_read (SatchelStore *store, const SatchelList *list, gint64 row, SatchelListPlace *place,
                    SatchelListNameFunc name, gpointer data, GError **error)
{
  g_autofree char *sql = read_sql (list);
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  gboolean found;
  int lookup = 3;
  char *text;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, row);
  if (!satchel_statement_step (statement, &found, error))
    return NULL;
  g_assert (found); /* found in the same transaction */
  text = g_strdup (satchel_statement_get_text (statement, 0));
  satchel_list_place_clear (place);
  place->id = g_strdup (satchel_statement_get_text (statement, 1));
  place->is_empty = satchel_statement_is_null (statement, 2);
  if (list->sort != NULL && satchel_type_is_stored_integer (list->sort->type))
    place->integer = satchel_statement_get_integer (statement, 2);
  else
    place->text = g_strdup (satchel_statement_get_text (statement, 2));
  for (guint i = 0; i < list->columns->len; i++) {
    const SatchelListColumn *column = &g_array_index (list->columns, SatchelListColumn, i);

    if (!names_records (column))
      continue;
    if (!satchel_statement_is_null (statement, lookup))
      name (satchel_list_column_get_field (column), satchel_statement_get_text (statement, lookup), data);
    lookup++;
  }
  satchel_statement_reset (statement);
  return text;
}

/* ---- single records ---- */

/* A statement that asks @what of the readable record with that id. */
static SatchelStatement *
prepare_one (SatchelStore *store, const char *what, const SatchelEntity *entity, const char *id,
             SatchelSqlGuard guard, gpointer guard_data, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  SatchelStatement *statement;

  g_string_append_printf (sql, "SELECT %s FROM %s r WHERE r.id = ? AND ", what, satchel_sql_table (entity));
  guard (entity, "r", sql, guard_data);
  statement = satchel_database_prepare (store->database, sql->str, error);
  if (statement != NULL)
    satchel_statement_bind_text (statement, 1, id);
  return statement;
}

gboolean
satchel_lists_read_title (SatchelStore *store, const SatchelEntity *entity, const char *id,
                          SatchelSqlGuard guard, gpointer guard_data, char **text, GError **error)
{
  g_autofree char *what = g_strdup_printf ("json_array (r.id, r.%s)",
                                           entity->title != NULL ? satchel_sql_column (entity->title) : "id");
  SatchelStatement *statement = prepare_one (store, what, entity, id, guard, guard_data, error);

  return statement != NULL && satchel_statement_take_text (statement, text, error);
}

gboolean
satchel_lists_find_readable (SatchelStore *store, const SatchelEntity *entity, const char *id,
                             SatchelSqlGuard guard, gpointer guard_data, gint64 *row, GError **error)
{
  SatchelStatement *statement = prepare_one (store, "r.row", entity, id, guard, guard_data, error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, row, error);
}
