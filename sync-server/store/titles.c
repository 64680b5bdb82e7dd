/* The table "retitled".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/titles.h"

gboolean
satchel_titles_note (SatchelStore *store, const char *entity, const char *record, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "INSERT INTO retitled (s, entity, record) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, store->s);
  satchel_statement_bind_text (statement, 2, entity);
  satchel_statement_bind_text (statement, 3, record);
  return satchel_statement_run (statement, error);
}

/* Each once, by its id, which is no other record's. SQLite would make a table for that each time, though
 * mostly there are none. */
gboolean
satchel_titles_visit_changed (SatchelStore *store, gint64 s, SatchelTitleFunc visit, gpointer data,
                              GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT entity, record FROM retitled WHERE s > ?", error);
  g_autoptr (GHashTable) seen = NULL;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  while (satchel_statement_step (statement, &row, error)) {
    const char *entity, *record;

    if (!row)
      return TRUE;
    entity = satchel_statement_get_text (statement, 0);
    record = satchel_statement_get_text (statement, 1);
    if (seen == NULL)
      seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (g_hash_table_add (seen, g_strdup (record)) && !visit (entity, record, data, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
satchel_titles_collect (SatchelStore *store, gint64 s, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "DELETE FROM retitled WHERE s <= ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  return satchel_statement_run (statement, error);
}
