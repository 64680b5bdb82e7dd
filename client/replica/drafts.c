/* The table of drafts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/drafts.h"

const char satchel_drafts_schema[] =
    "CREATE TABLE draft (entity TEXT NOT NULL, record TEXT NOT NULL, text TEXT NOT NULL,"
    "  at_ms INTEGER NOT NULL, PRIMARY KEY (record, entity)) STRICT, WITHOUT ROWID;";

void
satchel_kept_draft_free (SatchelKeptDraft *draft)
{
  g_free (draft->entity);
  g_free (draft->record);
  g_free (draft->text);
  g_free (draft);
}

gboolean
satchel_drafts_keep (SatchelReplica *replica, const char *entity, const char *record, const char *text,
                     gint64 at_ms, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      satchel_replica_get_database (replica),
      "INSERT OR REPLACE INTO draft (entity, record, text, at_ms) VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, record);
  satchel_statement_bind_text (statement, 3, text);
  satchel_statement_bind_integer (statement, 4, at_ms);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_drafts_drop (SatchelReplica *replica, const char *entity, const char *record, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      satchel_replica_get_database (replica), "DELETE FROM draft WHERE record = ? AND entity = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, entity);
  return satchel_statement_run (statement, error);
}

GPtrArray *
satchel_drafts_list (SatchelReplica *replica, const char *entity, const char *record, GError **error)
{
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_kept_draft_free);
  SatchelStatement *statement =
      satchel_database_prepare (satchel_replica_get_database (replica),
                                "SELECT entity, record, text, at_ms FROM draft"
                                " WHERE (?1 IS NULL OR entity = ?1) AND (?2 IS NULL OR record = ?2)"
                                " ORDER BY at_ms DESC, record DESC",
                                error);
  gboolean row = TRUE;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, record);
  while (row) {
    SatchelKeptDraft *draft;

    if (!satchel_statement_step (statement, &row, error))
      return NULL;
    if (!row)
      break;
    draft = g_new0 (SatchelKeptDraft, 1);
    draft->entity = g_strdup (satchel_statement_get_text (statement, 0));
    draft->record = g_strdup (satchel_statement_get_text (statement, 1));
    draft->text = g_strdup (satchel_statement_get_text (statement, 2));
    draft->at_ms = satchel_statement_get_integer (statement, 3);
    g_ptr_array_add (drafts, draft);
  }
  return g_steal_pointer (&drafts);
}

gboolean
satchel_drafts_clear (SatchelDatabase *database, GError **error)
{
  return satchel_database_execute (database, "DELETE FROM draft", error);
}
