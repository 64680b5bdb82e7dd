/* Statements are built from the registry's names, which the metadata reader has restricted to [a-z0-9_].
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/triggers.h"

#include "protocol/predicate/predicate.h"

gboolean
satchel_columns_are_any (const SatchelEntity *entity, SatchelFieldFilter filter)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (filter (entity->fields[i]))
      return TRUE;
  return FALSE;
}

void
satchel_columns_append (GString *sql, const SatchelEntity *entity, SatchelFieldFilter filter,
                        const char *qualifier)
{
  const char *separator = "";

  for (guint i = 0; i < entity->n_fields; i++) {
    if (!filter (entity->fields[i]))
      continue;
    g_string_append_printf (sql, "%s%s%s", separator, qualifier, satchel_sql_column (entity->fields[i]));
    separator = ", ";
  }
}

char *
satchel_triggers_dup_insert_sql (const SatchelEntity *entity, const char *prefix, const char *insert)
{
  return g_strdup_printf ("CREATE TRIGGER \"%s:insert\" AFTER INSERT ON \"e_%s\" BEGIN %sEND", prefix,
                          entity->name, insert);
}

char *
satchel_triggers_dup_sql (const SatchelEntity *entity, const char *prefix, SatchelFieldFilter filter,
                          const char *insert, const char *remove)
{
  g_autofree char *first = satchel_triggers_dup_insert_sql (entity, prefix, insert);
  GString *sql = g_string_new (first);

  g_string_append_printf (sql, "; CREATE TRIGGER \"%s:delete\" AFTER DELETE ON \"e_%s\" BEGIN %sEND;", prefix,
                          entity->name, remove);
  g_string_append_printf (sql, " CREATE TRIGGER \"%s:update\" AFTER UPDATE OF ", prefix);
  satchel_columns_append (sql, entity, filter, "");
  g_string_append_printf (sql, " ON \"e_%s\" WHEN (", entity->name);
  satchel_columns_append (sql, entity, filter, "old.");
  g_string_append (sql, ") IS NOT (");
  satchel_columns_append (sql, entity, filter, "new.");
  g_string_append_printf (sql, ") BEGIN %s%sEND;", remove, insert);
  return g_string_free (sql, FALSE);
}

gboolean
satchel_triggers_drop (SatchelDatabase *database, const char *prefix, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DROP TRIGGER IF EXISTS main.\"%s:insert\";"
                                          "DROP TRIGGER IF EXISTS main.\"%s:delete\";"
                                          "DROP TRIGGER IF EXISTS main.\"%s:update\";",
                                          prefix, prefix, prefix);

  return satchel_database_execute (database, sql, error);
}
