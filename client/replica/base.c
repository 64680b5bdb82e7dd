/* Server rows kept aside.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/base.h"

#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/entity-table.h"

gboolean
satchel_base_read (SatchelDatabase *database, const SatchelEntity *entity, const char *id,
                   SatchelBaseKind *kind, SatchelRecord **record, GError **error)
{
  if (!satchel_entity_table_read (database, entity, "base", id, record, error))
    return FALSE;
  if (*record == NULL) {
    *kind = SATCHEL_BASE_SHOWN;
  } else if ((*record)->s == SATCHEL_BASE_ABSENT_S) {
    *kind = SATCHEL_BASE_ABSENT;
    g_clear_pointer (record, satchel_record_free);
  } else {
    *kind = SATCHEL_BASE_KEPT;
  }
  return TRUE;
}

static gboolean
run_with_id (SatchelDatabase *database, const char *sql, const char *id, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  return satchel_statement_run (statement, error);
}

static char *
copy_sql (const SatchelEntity *entity)
{
  g_autoptr (GString) columns = g_string_new ("id, s");

  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (columns, ", %s", satchel_sql_column (entity->fields[i]));
  return g_strdup_printf ("INSERT INTO \"base_%s\" (%s) SELECT %s FROM \"e_%s\" WHERE id = ?1"
                          " ON CONFLICT (id) DO NOTHING",
                          entity->name, columns->str, columns->str, entity->name);
}

gboolean
satchel_base_keep (SatchelDatabase *database, const SatchelEntity *entity, const char *id, GError **error)
{
  static const char purpose[] = "keep";
  const char *copy = satchel_database_find_text (database, entity, purpose);
  g_autofree char *none = NULL;

  if (copy == NULL)
    copy = satchel_database_keep_text (database, entity, purpose, copy_sql (entity));
  if (!run_with_id (database, copy, id, error))
    return FALSE;
  if (satchel_database_get_changes (database) > 0)
    return TRUE;
  none = g_strdup_printf ("INSERT INTO \"base_%s\" (id, s) VALUES (?1, %d) ON CONFLICT (id) DO NOTHING",
                          entity->name, SATCHEL_BASE_ABSENT_S);
  return run_with_id (database, none, id, error);
}

/* Absent rows are bare, so that nothing of a record stays that the server took away. */
static char *
bare_sql (const SatchelEntity *entity, const char *where)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "UPDATE \"base_%s\" SET s = %d", entity->name, SATCHEL_BASE_ABSENT_S);
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", %s = NULL", satchel_sql_column (entity->fields[i]));
  g_string_append (sql, where);
  return g_string_free (sql, FALSE);
}

gboolean
satchel_base_set_absent (SatchelDatabase *database, const SatchelEntity *entity, const char *id,
                         GError **error)
{
  g_autofree char *sql = bare_sql (entity, " WHERE id = ?1");

  return run_with_id (database, sql, id, error);
}

gboolean
satchel_base_set_all_absent (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *sql = bare_sql (entity, "");

  return satchel_database_execute (database, sql, error);
}

gboolean
satchel_base_release (SatchelDatabase *database, const SatchelEntity *entity, const char *id, GError **error)
{
  return satchel_entity_table_delete (database, entity, "base", id, error);
}

gboolean
satchel_base_list (SatchelDatabase *database, const SatchelEntity *entity, GHashTable *ids, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM \"base_%s\"", entity->name);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    g_hash_table_add (ids, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return FALSE;
}
