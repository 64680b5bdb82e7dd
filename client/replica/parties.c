/* Statements are built from the registry's names, which the metadata reader has restricted to [a-z0-9_].
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/parties.h"

#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/triggers.h"

const char satchel_parties_schema[] = "DELETE FROM meta WHERE key = 'tables';";

static gboolean
has_parties (const SatchelField *field)
{
  return field->type == SATCHEL_TYPE_PARTIES;
}

gboolean
satchel_parties_are_in (const SatchelEntity *entity)
{
  return satchel_columns_are_any (entity, has_parties);
}

/* ---- statements ---- */

/* The entries of a row, or of all of @rows: target and row. Who stands in two fields is named once. */
static void
append_entries (GString *sql, const SatchelEntity *entity, const char *qualifier, const char *rows)
{
  const char *separator = "";

  for (guint i = 0; i < entity->n_fields; i++) {
    if (!has_parties (entity->fields[i]))
      continue;
    g_string_append_printf (sql,
                            "%sSELECT json_extract (p.value, '$.id') AS target, %srow AS row"
                            " FROM %sjson_each (%s%s) p WHERE target IS NOT NULL",
                            separator, qualifier, rows, qualifier, satchel_sql_column (entity->fields[i]));
    separator = " UNION ";
  }
}

static void
append_all_entries (GString *sql, const SatchelEntity *entity)
{
  g_autofree char *rows = g_strdup_printf ("%s r, ", satchel_sql_table (entity));

  append_entries (sql, entity, "r.", rows);
}

static char *
insert_sql (const SatchelEntity *entity)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO \"party_%s\" (target, row) ", entity->name);
  append_entries (sql, entity, "new.", "");
  g_string_append (sql, "; ");
  return g_string_free (sql, FALSE);
}

static char *
remove_sql (const SatchelEntity *entity)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (
      sql, "DELETE FROM \"party_%s\" WHERE row = old.row AND target IN (SELECT target FROM (", entity->name);
  append_entries (sql, entity, "old.", "");
  g_string_append (sql, ")); ");
  return g_string_free (sql, FALSE);
}

static char *
make_sql (const SatchelEntity *entity)
{
  g_autofree char *prefix = g_strdup_printf ("party_%s", entity->name);
  g_autofree char *insert = insert_sql (entity), *removal = remove_sql (entity);
  g_autofree char *triggers = satchel_triggers_dup_sql (entity, prefix, has_parties, insert, removal);

  return g_strdup_printf ("CREATE TABLE \"%s\" (target TEXT NOT NULL, row INTEGER NOT NULL,"
                          " PRIMARY KEY (target, row)) STRICT, WITHOUT ROWID; %s",
                          prefix, triggers);
}

/* ---- the index ---- */

/* The trigger's text names the fields: others than now, and it is another index. */
static gboolean
is_current (SatchelDatabase *database, const SatchelEntity *entity, gboolean *is, GError **error)
{
  g_autofree char *prefix = g_strdup_printf ("party_%s", entity->name);
  g_autofree char *name = g_strconcat (prefix, ":insert", NULL);
  g_autofree char *insert = insert_sql (entity);
  g_autofree char *wanted = satchel_triggers_dup_insert_sql (entity, prefix, insert);
  SatchelStatement *statement = satchel_database_prepare (
      database, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = ? AND sql = ?", error);
  gint64 n_found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, name);
  satchel_statement_bind_text (statement, 2, wanted);
  if (!satchel_statement_take_integer (statement, 0, &n_found, error))
    return FALSE;
  *is = n_found > 0;
  return TRUE;
}

/* In the order of the index, so that its pages are written once. */
static gboolean
fill (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO \"party_%s\" (target, row) ", entity->name);
  append_all_entries (sql, entity);
  g_string_append (sql, " ORDER BY 1, 2");
  return satchel_database_execute (database, sql->str, error);
}

gboolean
satchel_parties_ensure (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *sql = NULL;
  gboolean current;

  if (!satchel_parties_are_in (entity))
    return satchel_parties_drop (database, entity, error);
  if (!is_current (database, entity, &current, error))
    return FALSE;
  if (current)
    return TRUE;
  sql = make_sql (entity);
  return satchel_parties_drop (database, entity, error) && satchel_database_execute (database, sql, error) &&
         fill (database, entity, error);
}

gboolean
satchel_parties_drop (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *prefix = g_strdup_printf ("party_%s", entity->name);
  g_autofree char *sql = g_strdup_printf ("DROP TABLE IF EXISTS main.\"%s\"", prefix);

  return satchel_triggers_drop (database, prefix, error) && satchel_database_execute (database, sql, error);
}

gboolean
satchel_parties_check (SatchelDatabase *database, const SatchelEntity *entity, gboolean *sound,
                       GError **error)
{
  g_autoptr (GString) sql = g_string_new ("WITH wanted AS (");
  SatchelStatement *statement;
  gint64 any;

  *sound = TRUE;
  if (!satchel_parties_are_in (entity))
    return TRUE;
  append_all_entries (sql, entity);
  g_string_append_printf (sql,
                          "), here AS (SELECT target, row FROM \"party_%s\") SELECT"
                          " EXISTS (SELECT * FROM wanted EXCEPT SELECT * FROM here) OR"
                          " EXISTS (SELECT * FROM here EXCEPT SELECT * FROM wanted)",
                          entity->name);
  statement = satchel_database_prepare (database, sql->str, error);
  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &any, error))
    return FALSE;
  *sound = any == 0;
  return TRUE;
}

char *
satchel_parties_dup_condition (const SatchelEntity *entity, guint n_ids)
{
  GString *sql;

  if (n_ids == 0 || !satchel_parties_are_in (entity))
    return g_strdup ("FALSE");
  sql = g_string_new (NULL);
  g_string_append_printf (sql, "r.row IN (SELECT row FROM \"party_%s\" WHERE target IN (?", entity->name);
  for (guint i = 1; i < n_ids; i++)
    g_string_append (sql, ", ?");
  g_string_append (sql, "))");
  return g_string_free (sql, FALSE);
}
