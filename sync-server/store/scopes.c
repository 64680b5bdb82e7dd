/* The table "scope".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/scopes.h"

#include <string.h>

gboolean
satchel_scopes_read (SatchelStore *store, const char *digest, char **text, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT text FROM scope WHERE digest = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, digest);
  return satchel_statement_take_text (statement, text, error);
}

gboolean
satchel_scopes_contain (SatchelStore *store, const char *digest, gboolean *contained, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT 1 FROM scope WHERE digest = ?", error);
  gint64 found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, digest);
  if (!satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *contained = found == 1;
  return TRUE;
}

gboolean
satchel_scopes_use (SatchelStore *store, const char *digest, const char *text, gint64 now_ms, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "INSERT INTO scope (digest, text, used_at_ms) VALUES (?, ?, ?)"
                                " ON CONFLICT (digest) DO UPDATE SET used_at_ms = excluded.used_at_ms",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, digest);
  satchel_statement_bind_text (statement, 2, text);
  satchel_statement_bind_integer (statement, 3, now_ms);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_scopes_touch (SatchelStore *store, const char *digest, gint64 now_ms, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "UPDATE scope SET used_at_ms = ? WHERE digest = ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, now_ms);
  satchel_statement_bind_text (statement, 2, digest);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_scopes_collect (SatchelStore *store, gint64 before_ms, gint64 *n, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "DELETE FROM scope WHERE used_at_ms < ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, before_ms);
  if (!satchel_statement_run (statement, error))
    return FALSE;
  *n = satchel_database_get_changes (store->database);
  return TRUE;
}

/* Lines are "ENTITY VERB ATOM". */
static void
add_filters (const char *text, GHashTable *filters)
{
  for (const char *at = text; (at = strstr (at, " filter:")) != NULL;) {
    const char *end = strchrnul (++at, '\n');

    g_hash_table_add (filters, g_strndup (at, end - at));
  }
}

GHashTable *
satchel_scopes_list_filters (SatchelStore *store, gint64 since_ms, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "SELECT text FROM scope WHERE used_at_ms >= ?"
                                " OR digest IN (SELECT scope FROM device WHERE revoked = 0)",
                                error);
  g_autoptr (GHashTable) filters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, since_ms);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&filters);
    add_filters (satchel_statement_get_text (statement, 0), filters);
  }
  return NULL;
}
