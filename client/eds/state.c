/* The table of mirrored items.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/state.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/sqlite/migrate.h"

#define APPLICATION_ID 0x5361744d /* "SatM" */

struct _SatchelMirrorState {
  SatchelVault *vault; /* NULL: an ordinary file */
  SatchelDatabase *database;
};

static const char schema[] =
    "CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE mirrored (entity TEXT NOT NULL, record TEXT NOT NULL, uid TEXT NOT NULL,"
    "  text TEXT NOT NULL, essence TEXT NOT NULL, seen TEXT NOT NULL, before TEXT, cursor TEXT,"
    "  gone INTEGER NOT NULL, PRIMARY KEY (entity, record), UNIQUE (entity, uid)) STRICT;";

#define COLUMNS "record, uid, essence, seen, cursor, gone, before IS NOT NULL"

void
satchel_mirrored_free (SatchelMirrored *mirrored)
{
  if (mirrored == NULL)
    return;
  g_free (mirrored->record);
  g_free (mirrored->uid);
  g_free (mirrored->text);
  g_free (mirrored->essence);
  g_free (mirrored->seen);
  g_free (mirrored->before);
  g_free (mirrored->cursor);
  g_free (mirrored);
}

/* ---- opening ---- */

/* Another key than the replica's, so that no page of the one passes for a page of the other. */
static gboolean
make_vault (SatchelMirrorState *state, SatchelVault *replica, GError **error)
{
  guint8 key[SATCHEL_VAULT_KEY_BYTES];

  if (replica == NULL)
    return TRUE;
  satchel_vault_derive_key (replica, SATCHEL_VAULT_MIRROR, key);
  state->vault = satchel_vault_new (key, error);
  explicit_bzero (key, sizeof key);
  return state->vault != NULL;
}

static gboolean
open_file (SatchelMirrorState *state, const char *path, const char *person, GError **error)
{
  const char *const steps[] = { schema, NULL };
  g_autofree char *known = NULL;

  g_clear_pointer (&state->database, satchel_database_close);
  state->database = satchel_database_open_in (path, SATCHEL_DATABASE_READ_WRITE,
                                              satchel_vault_get_store (state->vault), error);
  if (state->database == NULL ||
      !satchel_database_execute (state->database, "PRAGMA secure_delete = ON", error) ||
      !satchel_migrate (state->database, APPLICATION_ID, steps, error) ||
      !satchel_mirror_state_dup_fact (state, "person", &known, error))
    return FALSE;
  if (known == NULL)
    return satchel_mirror_state_set_fact (state, "person", person, error);
  if (g_str_equal (known, person))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "it is another person's");
  return FALSE;
}

static SatchelMirrorState *
open_of (SatchelSession *session, gboolean anew, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autoptr (SatchelMirrorState) state = g_new0 (SatchelMirrorState, 1);
  g_autoptr (GError) damage = NULL;
  g_autofree char *path =
      g_build_filename (satchel_session_get_directory (session), SATCHEL_MIRROR_FILE, NULL);
  g_autofree char *organisation = g_strdup (satchel_replica_peek_meta (replica, "organisation"));
  g_autofree char *person = g_strdup_printf ("%s %s", organisation, satchel_session_get_user (session));

  if (!make_vault (state, satchel_replica_get_vault (replica), error))
    return NULL;
  if (open_file (state, path, person, &damage))
    return g_steal_pointer (&state);
  switch (anew ? satchel_error_code (damage) : SATCHEL_ERROR_STORAGE) {
  case SATCHEL_ERROR_CORRUPT:
  case SATCHEL_ERROR_INVALID:
  case SATCHEL_ERROR_NEWER:
    g_clear_pointer (&state->database, satchel_database_close);
    satchel_database_remove_files (path);
    return open_file (state, path, person, error) ? g_steal_pointer (&state) : NULL;
  default:
    g_propagate_error (error, g_steal_pointer (&damage));
    return NULL;
  }
}

SatchelMirrorState *
satchel_mirror_state_open (SatchelSession *session, GError **error)
{
  return open_of (session, TRUE, error);
}

SatchelMirrorState *
satchel_mirror_state_open_beside (SatchelSession *session, GError **error)
{
  return open_of (session, FALSE, error);
}

void
satchel_mirror_state_close (SatchelMirrorState *state)
{
  if (state == NULL)
    return;
  satchel_database_close (state->database);
  satchel_vault_free (state->vault);
  g_free (state);
}

gboolean
satchel_mirror_state_begin (SatchelMirrorState *state, GError **error)
{
  return satchel_database_begin (state->database, error);
}

gboolean
satchel_mirror_state_commit (SatchelMirrorState *state, GError **error)
{
  if (satchel_database_commit (state->database, error))
    return TRUE;
  satchel_database_rollback (state->database);
  return FALSE;
}

void
satchel_mirror_state_rollback (SatchelMirrorState *state)
{
  satchel_database_rollback (state->database);
}

/* ---- items ---- */

static SatchelMirrored *
take_head (SatchelStatement *statement)
{
  SatchelMirrored *mirrored = g_new0 (SatchelMirrored, 1);

  mirrored->record = g_strdup (satchel_statement_get_text (statement, 0));
  mirrored->uid = g_strdup (satchel_statement_get_text (statement, 1));
  mirrored->essence = g_strdup (satchel_statement_get_text (statement, 2));
  mirrored->seen = g_strdup (satchel_statement_get_text (statement, 3));
  mirrored->cursor = g_strdup (satchel_statement_get_text (statement, 4));
  mirrored->gone = satchel_statement_get_integer (statement, 5) != 0;
  mirrored->open = satchel_statement_get_integer (statement, 6) != 0;
  return mirrored;
}

GPtrArray *
satchel_mirror_state_list (SatchelMirrorState *state, const char *entity, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mirrored_free);
  SatchelStatement *statement =
      satchel_database_prepare (state->database, "SELECT " COLUMNS " FROM mirrored WHERE entity = ?", error);
  gboolean row = TRUE;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, entity);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&list);
    g_ptr_array_add (list, take_head (statement));
  }
  return NULL;
}

static gboolean
find (SatchelMirrorState *state, const char *sql, const char *entity, const char *key,
      SatchelMirrored **mirrored, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (state->database, sql, error);
  gboolean row;

  *mirrored = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, key);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *mirrored = take_head (statement);
  (*mirrored)->text = g_strdup (satchel_statement_get_text (statement, 7));
  (*mirrored)->before = g_strdup (satchel_statement_get_text (statement, 8));
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_mirror_state_find (SatchelMirrorState *state, const char *entity, const char *record,
                           SatchelMirrored **mirrored, GError **error)
{
  return find (state, "SELECT " COLUMNS ", text, before FROM mirrored WHERE entity = ? AND record = ?",
               entity, record, mirrored, error);
}

gboolean
satchel_mirror_state_find_uid (SatchelMirrorState *state, const char *entity, const char *uid,
                               SatchelMirrored **mirrored, GError **error)
{
  return find (state, "SELECT " COLUMNS ", text, before FROM mirrored WHERE entity = ? AND uid = ?", entity,
               uid, mirrored, error);
}

static gboolean
has_uid (SatchelMirrorState *state, const char *entity, const SatchelMirrored *mirrored, gint64 *found,
         GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      state->database, "SELECT 1 FROM mirrored WHERE entity = ? AND uid = ? AND record <> ?", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, mirrored->uid);
  satchel_statement_bind_text (statement, 3, mirrored->record);
  return satchel_statement_take_integer (statement, 0, found, error);
}

gboolean
satchel_mirror_state_put (SatchelMirrorState *state, const char *entity, const SatchelMirrored *mirrored,
                          GError **error)
{
  SatchelStatement *statement;
  gint64 taken;

  if (!has_uid (state, entity, mirrored, &taken, error))
    return FALSE;
  if (taken != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "another %s is mirrored as this item", entity);
    return FALSE;
  }
  statement = satchel_database_prepare (state->database,
                                        "INSERT OR REPLACE INTO mirrored"
                                        " (entity, record, uid, text, essence, seen, before, cursor, gone)"
                                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                        error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, mirrored->record);
  satchel_statement_bind_text (statement, 3, mirrored->uid);
  satchel_statement_bind_text (statement, 4, mirrored->text);
  satchel_statement_bind_text (statement, 5, mirrored->essence);
  satchel_statement_bind_text (statement, 6, mirrored->seen);
  satchel_statement_bind_text (statement, 7, mirrored->before);
  satchel_statement_bind_text (statement, 8, mirrored->cursor);
  satchel_statement_bind_integer (statement, 9, mirrored->gone ? 1 : 0);
  return satchel_statement_run (statement, error);
}

static gboolean
run_on_record (SatchelMirrorState *state, const char *sql, const char *entity, const char *record,
               GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (state->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, record);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_mirror_state_settle (SatchelMirrorState *state, const char *entity, const char *record,
                             GError **error)
{
  return run_on_record (state, "UPDATE mirrored SET before = NULL WHERE entity = ? AND record = ?", entity,
                        record, error);
}

gboolean
satchel_mirror_state_bury (SatchelMirrorState *state, const char *entity, const char *record, GError **error)
{
  return run_on_record (state,
                        "UPDATE mirrored SET text = '', essence = '', seen = '', before = NULL, gone = 1"
                        " WHERE entity = ? AND record = ?",
                        entity, record, error);
}

gboolean
satchel_mirror_state_forget (SatchelMirrorState *state, const char *entity, const char *record,
                             GError **error)
{
  return run_on_record (state, "DELETE FROM mirrored WHERE entity = ? AND record = ?", entity, record, error);
}

gboolean
satchel_mirror_state_count (SatchelMirrorState *state, const char *entity, gint64 *count, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      state->database, "SELECT count(*) FROM mirrored WHERE entity = ? AND gone = 0", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  return satchel_statement_take_integer (statement, 0, count, error);
}

/* ---- facts ---- */

gboolean
satchel_mirror_state_dup_fact (SatchelMirrorState *state, const char *key, char **value, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (state->database, "SELECT value FROM fact WHERE key = ?", error);
  gboolean row;

  *value = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, key);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    *value = g_strdup (satchel_statement_get_text (statement, 0));
    satchel_statement_reset (statement);
  }
  return TRUE;
}

gboolean
satchel_mirror_state_set_fact (SatchelMirrorState *state, const char *key, const char *value, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (state->database,
                                value != NULL ? "INSERT OR REPLACE INTO fact (key, value) VALUES (?, ?)"
                                              : "DELETE FROM fact WHERE key = ?",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, key);
  if (value != NULL)
    satchel_statement_bind_text (statement, 2, value);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_mirror_state_scrub (SatchelMirrorState *state, GError **error)
{
  gboolean emptied;

  return satchel_database_empty_log (state->database, &emptied, error);
}

void
satchel_mirror_state_rest (SatchelMirrorState *state)
{
  satchel_database_rest (state->database);
}
