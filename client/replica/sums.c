/* One pass over a table, its columns hashed as they stand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/sums.h"

#include <string.h>

#include "client/replica/base.h"

static void
append_select (GString *sql, const SatchelEntity *entity, const char *prefix)
{
  g_string_append (sql, "SELECT r.id");
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", r.%s", satchel_sql_column (entity->fields[i]));
  g_string_append_printf (sql, " FROM \"%s_%s\" r WHERE ", prefix, entity->name);
}

/* The rows aside replace the shown ones. The pattern is of hex digits alone. */
static char *
rows_sql (const SatchelEntity *entity, const char *part)
{
  GString *sql = g_string_new (NULL);

  append_select (sql, entity, "e");
  g_string_append_printf (sql, "NOT EXISTS (SELECT 1 FROM \"base_%s\" b WHERE b.id = r.id)", entity->name);
  if (*part != '\0')
    g_string_append (sql, " AND r.id LIKE '%' || ?1");
  g_string_append (sql, " UNION ALL ");
  append_select (sql, entity, "base");
  g_string_append_printf (sql, "r.s <> %d", SATCHEL_BASE_ABSENT_S);
  if (*part != '\0')
    g_string_append (sql, " AND r.id LIKE '%' || ?1");
  return g_string_free (sql, FALSE);
}

static guint64
sum_row (SatchelStatement *statement, const SatchelEntity *entity, const char *id)
{
  const guint64 presence = satchel_checksum_presence (entity->name, id);
  guint64 sum = presence;

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    const int column = 1 + (int)i;

    if (satchel_statement_is_null (statement, column))
      continue;
    if (satchel_type_is_stored_integer (field->type)) {
      sum +=
          satchel_checksum_integer (presence, field->name, satchel_statement_get_integer (statement, column));
    } else {
      const char *text = satchel_statement_get_text (statement, column);

      sum += satchel_checksum_text (presence, field->name, text, strlen (text));
    }
  }
  return sum;
}

gboolean
satchel_replica_visit_sums (SatchelReplica *replica, const SatchelEntity *entity, const char *part,
                            SatchelSumFunc visit, gpointer data, GError **error)
{
  g_autofree char *sql = rows_sql (entity, part);
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
    id = satchel_statement_get_text (statement, 0);
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
