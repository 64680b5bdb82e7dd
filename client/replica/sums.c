/* Columns hashed as they stand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/sums.h"

#include <string.h>

#include "client/replica/base.h"

/* Columns: row, id, then the fields. */
#define ID_COLUMN    1
#define FIRST_COLUMN 2

static void
append_select (GString *sql, const SatchelEntity *entity, const char *prefix)
{
  g_string_append (sql, "SELECT r.row, r.id");
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", r.%s", satchel_sql_column (entity->fields[i]));
  g_string_append_printf (sql, " FROM \"%s_%s\" r WHERE ", prefix, entity->name);
}

/* The rows aside replace the shown ones. */
static void
append_shown (GString *sql, const SatchelEntity *entity)
{
  append_select (sql, entity, "e");
  g_string_append_printf (sql, "NOT EXISTS (SELECT 1 FROM \"base_%s\" b WHERE b.id = r.id)", entity->name);
}

static void
append_aside (GString *sql, const SatchelEntity *entity)
{
  append_select (sql, entity, "base");
  g_string_append_printf (sql, "r.s <> %d", SATCHEL_BASE_ABSENT_S);
}

/* Those of which @condition, SQL over r, holds. */
static char *
rows_sql (const SatchelEntity *entity, const char *condition)
{
  GString *sql = g_string_new (NULL);

  append_shown (sql, entity);
  g_string_append (sql, condition);
  g_string_append (sql, " UNION ALL ");
  append_aside (sql, entity);
  g_string_append (sql, condition);
  return g_string_free (sql, FALSE);
}

static guint64
sum_row (SatchelStatement *statement, const SatchelEntity *entity, const char *id)
{
  const guint64 presence = satchel_checksum_presence (entity->name, id);
  guint64 sum = presence;

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    const int column = FIRST_COLUMN + (int)i;

    if (satchel_statement_is_null (statement, column))
      continue;
    if (satchel_type_is_stored_integer (field->type)) {
      sum +=
          satchel_checksum_integer (presence, field->name, satchel_statement_get_integer (statement, column));
    } else {
      gsize size;
      const char *text = satchel_statement_get_blob (statement, column, &size);

      sum += satchel_checksum_text (presence, field->name, text, size);
    }
  }
  return sum;
}

/* ---- a part ---- */

gboolean
satchel_replica_visit_sums (SatchelReplica *replica, const SatchelEntity *entity, const char *part,
                            SatchelSumFunc visit, gpointer data, GError **error)
{
  /* The pattern is of hex digits alone. */
  g_autofree char *sql = rows_sql (entity, *part != '\0' ? " AND r.id LIKE '%' || ?1" : "");
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);
  gboolean row;

  g_assert (satchel_checksum_part_is_valid (part));
  if (statement == NULL)
    return FALSE;
  if (*part != '\0')
    satchel_statement_bind_text (statement, 1, part);
  while (satchel_statement_step (statement, &row, error)) {
    const char *id;

    if (!row)
      return TRUE;
    id = satchel_statement_get_text (statement, ID_COLUMN);
    visit (id, sum_row (statement, entity, id), data);
  }
  return FALSE;
}

typedef struct {
  const char *part;
  guint64 *sums;
} Parts;

static void
add_cb (const char *id, guint64 sum, gpointer data)
{
  const Parts *parts = data;
  int index = satchel_checksum_part_of (parts->part, id);

  if (index >= 0)
    parts->sums[index] += sum;
}

gboolean
satchel_replica_sum_parts (SatchelReplica *replica, const SatchelEntity *entity, const char *part,
                           guint64 sums[SATCHEL_CHECKSUM_PARTS], GError **error)
{
  Parts parts = { part, sums };

  memset (sums, 0, sizeof (guint64) * SATCHEL_CHECKSUM_PARTS);
  return satchel_replica_visit_sums (replica, entity, part, add_cb, &parts, error);
}

/* ---- a row ---- */

gboolean
satchel_replica_sum_row (SatchelReplica *replica, const SatchelEntity *entity, const char *id, guint64 *sum,
                         GError **error)
{
  g_autofree char *sql = rows_sql (entity, " AND r.id = ?1");
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);
  gboolean row;

  *sum = 0;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    *sum = sum_row (statement, entity, id);
    satchel_statement_reset (statement);
  }
  return TRUE;
}

/* ---- a walk ---- */

struct _SatchelSumWalk {
  SatchelDatabase *database;
  const SatchelEntity *entity;
  gboolean aside; /* the shown rows are done */
  gint64 row;     /* the last one looked at */
  guint64 *leaves;
};

SatchelSumWalk *
satchel_sum_walk_new (SatchelReplica *replica, const SatchelEntity *entity)
{
  SatchelSumWalk *walk = g_new0 (SatchelSumWalk, 1);

  walk->database = satchel_replica_get_database (replica);
  walk->entity = entity;
  walk->row = G_MININT64;
  walk->leaves = g_new0 (guint64, SATCHEL_SUM_LEAVES);
  return walk;
}

void
satchel_sum_walk_free (SatchelSumWalk *walk)
{
  if (walk == NULL)
    return;
  g_free (walk->leaves);
  g_free (walk);
}

/* From one table; *n: rows looked at. */
static gboolean
look_at (SatchelSumWalk *walk, guint most, guint *n, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  SatchelStatement *statement;
  gboolean row;

  if (walk->aside)
    append_aside (sql, walk->entity);
  else
    append_shown (sql, walk->entity);
  g_string_append (sql, " AND r.row > ?1 ORDER BY r.row LIMIT ?2");
  statement = satchel_database_prepare (walk->database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, walk->row);
  satchel_statement_bind_integer (statement, 2, most);
  for (*n = 0; satchel_statement_step (statement, &row, error); ++*n) {
    const char *id;

    if (!row)
      return TRUE;
    id = satchel_statement_get_text (statement, ID_COLUMN);
    walk->row = satchel_statement_get_integer (statement, 0);
    walk->leaves[satchel_checksum_tail (id) % SATCHEL_SUM_LEAVES] += sum_row (statement, walk->entity, id);
  }
  return FALSE;
}

gboolean
satchel_sum_walk_step (SatchelSumWalk *walk, guint *budget, gboolean *done, GError **error)
{
  *done = FALSE;
  while (*budget > 0) {
    guint n;

    if (!look_at (walk, *budget, &n, error))
      return FALSE;
    if (n == *budget) {
      *budget = 0;
      return TRUE;
    }
    *budget -= n;
    *done = walk->aside;
    if (*done)
      return TRUE;
    walk->aside = TRUE;
    walk->row = G_MININT64;
  }
  return TRUE;
}

guint64 *
satchel_sum_walk_steal (SatchelSumWalk *walk)
{
  return g_steal_pointer (&walk->leaves);
}

/* ---- leaves ---- */

guint64
satchel_sum_leaves_total (const guint64 *leaves, const char *part)
{
  const guint step = 1u << (4 * strlen (part));
  guint64 sum = 0;

  g_assert (strlen (part) <= SATCHEL_SUM_DIGITS);
  for (guint i = (guint)g_ascii_strtoull (part, NULL, 16); i < SATCHEL_SUM_LEAVES; i += step)
    sum += leaves[i];
  return sum;
}

void
satchel_sum_leaves_parts (const guint64 *leaves, const char *part, guint64 sums[SATCHEL_CHECKSUM_PARTS])
{
  g_assert (strlen (part) < SATCHEL_SUM_DIGITS);
  for (guint i = 0; i < SATCHEL_CHECKSUM_PARTS; i++) {
    g_autofree char *child = satchel_checksum_part_child (part, i);

    sums[i] = satchel_sum_leaves_total (leaves, child);
  }
}
