/* The tables "blob", "upload", "blob_use" and "blob_quota".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/blobs.h"

static gboolean
run (SatchelStatement *statement, GError **error)
{
  return satchel_statement_run (statement, error);
}

/* ---- who sent what ---- */

gboolean
satchel_blobs_find_upload (SatchelStore *store, const char *user, const char *hash, SatchelUpload *state,
                           gint64 *size, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT size, done FROM upload WHERE user = ? AND hash = ?", error);
  gboolean row;

  *state = SATCHEL_UPLOAD_NONE;
  *size = 0;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user);
  satchel_statement_bind_text (statement, 2, hash);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *size = satchel_statement_get_integer (statement, 0);
  *state = satchel_statement_get_integer (statement, 1) ? SATCHEL_UPLOAD_DONE : SATCHEL_UPLOAD_BEGUN;
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_blobs_add_upload (SatchelStore *store, const char *user, const char *hash, gint64 size, gint64 now_ms,
                          GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "INSERT INTO upload (user, hash, size, begun_at_ms, done) VALUES (?, ?, ?, ?, 0)"
      " ON CONFLICT DO UPDATE SET size = excluded.size,"
      " begun_at_ms = excluded.begun_at_ms, done = 0",
      error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user);
  satchel_statement_bind_text (statement, 2, hash);
  satchel_statement_bind_integer (statement, 3, size);
  satchel_statement_bind_integer (statement, 4, now_ms);
  return run (statement, error);
}

static gboolean
add_blob (SatchelStore *store, const char *user, const char *hash, gint64 now_ms, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "INSERT INTO blob (hash, size, stored_at_ms)"
                                " SELECT hash, size, ?3 FROM upload WHERE user = ?1 AND hash = ?2"
                                " ON CONFLICT DO UPDATE SET stored_at_ms = excluded.stored_at_ms",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user);
  satchel_statement_bind_text (statement, 2, hash);
  satchel_statement_bind_integer (statement, 3, now_ms);
  return run (statement, error);
}

gboolean
satchel_blobs_finish_upload (SatchelStore *store, const char *user, const char *hash, gint64 now_ms,
                             GError **error)
{
  SatchelStatement *statement;

  if (!add_blob (store, user, hash, now_ms, error))
    return FALSE;
  statement = satchel_database_prepare (store->database,
                                        "UPDATE upload SET done = 1 WHERE user = ? AND hash = ?", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user);
  satchel_statement_bind_text (statement, 2, hash);
  return run (statement, error);
}

gboolean
satchel_blobs_measure (SatchelStore *store, const char *user, gint64 *bytes, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      user != NULL
          ? "SELECT coalesce(sum(size), 0) FROM upload WHERE user = ?"
          : "SELECT coalesce(sum(size), 0) + (SELECT coalesce(sum(size), 0) FROM upload WHERE NOT done)"
            " FROM blob",
      error);

  if (statement == NULL)
    return FALSE;
  if (user != NULL)
    satchel_statement_bind_text (statement, 1, user);
  return satchel_statement_take_integer (statement, 0, bytes, error);
}

/* ---- quotas ---- */

gboolean
satchel_blobs_read_quota (SatchelStore *store, gint64 *user_bytes, gint64 *organisation_bytes, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT user_bytes, organisation_bytes FROM blob_quota", error);
  gboolean row;

  *user_bytes = *organisation_bytes = 0;
  if (statement == NULL || !satchel_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *user_bytes = satchel_statement_get_integer (statement, 0);
  *organisation_bytes = satchel_statement_get_integer (statement, 1);
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_blobs_write_quota (SatchelStore *store, gint64 user_bytes, gint64 organisation_bytes, GError **error)
{
  SatchelStatement *statement;

  if (!satchel_database_execute (store->database, "DELETE FROM blob_quota", error))
    return FALSE;
  statement = satchel_database_prepare (
      store->database, "INSERT INTO blob_quota (user_bytes, organisation_bytes) VALUES (?, ?)", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, user_bytes);
  satchel_statement_bind_integer (statement, 2, organisation_bytes);
  return run (statement, error);
}

/* ---- uses ---- */

static const char *
peek_hash (const SatchelRecord *record, const SatchelField *field)
{
  const SatchelValue *value = record != NULL ? satchel_record_get (record, field) : NULL;
  const char *hash = NULL, *name, *media_type;
  gint64 size;

  if (value != NULL)
    satchel_value_get_file (value, &hash, &name, &media_type, &size);
  return hash;
}

/* @ended_ms -1: it stands. */
static gboolean
write_use (SatchelStore *store, const char *hash, const SatchelRecord *record, const SatchelField *field,
           gint64 ended_ms, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "INSERT INTO blob_use (hash, entity, record, field, ended_at_ms, s) VALUES (?, ?, ?, ?, nullif(?, -1), "
      "?)"
      " ON CONFLICT DO UPDATE SET ended_at_ms = excluded.ended_at_ms, s = excluded.s",
      error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, hash);
  satchel_statement_bind_text (statement, 2, record->entity->name);
  satchel_statement_bind_text (statement, 3, record->id);
  satchel_statement_bind_text (statement, 4, field->name);
  satchel_statement_bind_integer (statement, 5, ended_ms);
  satchel_statement_bind_integer (statement, 6, store->s);
  return run (statement, error);
}

gboolean
satchel_blobs_note (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after,
                    gint64 now_ms, GError **error)
{
  const SatchelRecord *record = after != NULL ? after : before;

  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    const char *old, *new;

    if (field->type != SATCHEL_TYPE_FILE)
      continue;
    old = peek_hash (before, field);
    new = peek_hash (after, field);
    if (g_strcmp0 (old, new) == 0)
      continue;
    if ((old != NULL && !write_use (store, old, record, field, now_ms, error)) ||
        (new != NULL && !write_use (store, new, record, field, -1, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_blobs_visit_uses (SatchelStore *store, const char *hash, gint64 before_s, SatchelBlobUseFunc visit,
                          gpointer data, gboolean *found, GError **error)
{
  g_autoptr (GPtrArray) uses = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT entity, record, field FROM blob_use WHERE hash = ? AND s < ? AND ended_at_ms IS NULL", error);
  gboolean row = TRUE;

  *found = FALSE;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, hash);
  satchel_statement_bind_integer (statement, 2, before_s);
  while (row) {
    if (!satchel_statement_step (statement, &row, error))
      return FALSE;
    if (row) {
      char **use = g_new0 (char *, 4);

      for (int i = 0; i < 3; i++)
        use[i] = g_strdup (satchel_statement_get_text (statement, i));
      g_ptr_array_add (uses, use);
    }
  }
  /* Only now: a visit asks the same tables. */
  for (guint i = 0; i < uses->len && !*found; i++) {
    char **use = uses->pdata[i];
    const SatchelEntity *entity = satchel_registry_find (store->registry, use[0]);
    const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, use[2]) : NULL;

    if (field != NULL && !visit (entity, use[1], field, found, data, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- collecting ---- */

/* The first column of each row that a DELETE … RETURNING gives. */
static gboolean
take_texts (SatchelStore *store, const char *sql, gint64 before_ms, GPtrArray *texts, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, before_ms);
  while (row) {
    if (!satchel_statement_step (statement, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (texts, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return TRUE;
}

gboolean
satchel_blobs_collect (SatchelStore *store, gint64 unused_before_ms, gint64 begun_before_ms,
                       GPtrArray *hashes, GPtrArray *parts, GError **error)
{
  return take_texts (store,
                     "DELETE FROM blob WHERE stored_at_ms < ?1 AND NOT EXISTS (SELECT 1 FROM blob_use u"
                     " WHERE u.hash = blob.hash AND coalesce(u.ended_at_ms, ?1) >= ?1) RETURNING hash",
                     unused_before_ms, hashes, error) &&
         satchel_database_execute (store->database,
                                   "DELETE FROM blob_use WHERE hash NOT IN (SELECT hash FROM blob);"
                                   "DELETE FROM upload WHERE done AND hash NOT IN (SELECT hash FROM blob)",
                                   error) &&
         take_texts (store,
                     "DELETE FROM upload WHERE NOT done AND begun_at_ms < ?1 RETURNING user || '.' || hash",
                     begun_before_ms, parts, error);
}

GPtrArray *
satchel_blobs_list (SatchelStore *store, GError **error)
{
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);

  return take_texts (store, "SELECT hash FROM blob WHERE ?1 IS NOT NULL ORDER BY hash", 0, hashes, error)
             ? g_steal_pointer (&hashes)
             : NULL;
}
