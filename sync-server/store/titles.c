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

gboolean
satchel_titles_visit_changed (SatchelStore *store, gint64 s, SatchelTitleFunc visit, gpointer data,
                              GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT DISTINCT entity, record FROM retitled WHERE s > ?", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    if (!visit (satchel_statement_get_text (statement, 0), satchel_statement_get_text (statement, 1), data,
                error)) {
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
