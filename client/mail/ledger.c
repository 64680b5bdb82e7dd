/* The table mail_sending.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/file.h>
#include <unistd.h>

#include "protocol/error.h"

#define LOCK_FILE "mail.lock"
#define COLUMNS   "key, entity, record, address, message_id, state, words, source"

void
satchel_sending_free (SatchelSending *sending)
{
  if (sending == NULL)
    return;
  g_free (sending->key);
  g_free (sending->entity);
  g_free (sending->id);
  g_free (sending->address);
  g_free (sending->message_id);
  g_free (sending->words);
  g_clear_pointer (&sending->source, g_bytes_unref);
  g_free (sending);
}

int
satchel_ledger_lock (SatchelSession *session, GError **error)
{
  g_autofree char *path = g_build_filename (satchel_session_get_directory (session), LOCK_FILE, NULL);
  const int lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0)
    return lock;
  if (lock >= 0 && errno == EWOULDBLOCK)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY,
                         _ ("another program is sending mail for this profile"));
  else
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  if (lock >= 0)
    close (lock);
  return -1;
}

/* Others may sign in here later: whose it is stands beside it. */
static SatchelStatement *
prepare (SatchelSession *session, const char *sql, const char *mailing, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (satchel_session_get_replica (session));
  SatchelStatement *statement = NULL;
  const char *user = satchel_session_get_user (session);

  if (satchel_database_execute (
          database,
          "CREATE TABLE IF NOT EXISTS mail_sending (user TEXT NOT NULL, mailing TEXT NOT NULL, key TEXT NOT "
          "NULL,"
          " entity TEXT NOT NULL, record TEXT NOT NULL, address TEXT NOT NULL, message_id TEXT NOT NULL,"
          " state INTEGER NOT NULL, words TEXT, source BLOB, at_ms INTEGER NOT NULL,"
          " PRIMARY KEY (user, mailing, key)) STRICT",
          error))
    statement = satchel_database_prepare (database, sql, error);
  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, user != NULL ? user : "");
  satchel_statement_bind_text (statement, 2, mailing);
  return statement;
}

gboolean
satchel_ledger_put (SatchelSession *session, const char *mailing, const SatchelSending *sending,
                    GError **error)
{
  SatchelStatement *statement =
      prepare (session,
               "INSERT OR REPLACE INTO mail_sending (user, mailing, " COLUMNS ", at_ms)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               mailing, error);
  gsize size = 0;
  gconstpointer source = sending->source != NULL ? g_bytes_get_data (sending->source, &size) : NULL;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 3, sending->key);
  satchel_statement_bind_text (statement, 4, sending->entity);
  satchel_statement_bind_text (statement, 5, sending->id);
  satchel_statement_bind_text (statement, 6, sending->address);
  satchel_statement_bind_text (statement, 7, sending->message_id);
  satchel_statement_bind_integer (statement, 8, sending->state);
  satchel_statement_bind_text (statement, 9, sending->words);
  if (source != NULL)
    satchel_statement_bind_blob (statement, 10, source, size);
  else
    satchel_statement_bind_text (statement, 10, NULL);
  satchel_statement_bind_integer (statement, 11, satchel_clock_now_ms (satchel_session_get_clock (session)));
  return satchel_statement_run (statement, error);
}

gboolean
satchel_ledger_drop (SatchelSession *session, const char *mailing, const char *key, GError **error)
{
  SatchelStatement *statement = prepare (
      session, "DELETE FROM mail_sending WHERE user = ? AND mailing = ? AND key = ?", mailing, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 3, key);
  return satchel_statement_run (statement, error);
}

/* ---- reading ---- */

static SatchelSending *
take_row (SatchelStatement *statement, gboolean with_source)
{
  SatchelSending *sending = g_new0 (SatchelSending, 1);
  gconstpointer source;
  gsize size;

  sending->key = g_strdup (satchel_statement_get_text (statement, 0));
  sending->entity = g_strdup (satchel_statement_get_text (statement, 1));
  sending->id = g_strdup (satchel_statement_get_text (statement, 2));
  sending->address = g_strdup (satchel_statement_get_text (statement, 3));
  sending->message_id = g_strdup (satchel_statement_get_text (statement, 4));
  sending->state = (SatchelSendingState)satchel_statement_get_integer (statement, 5);
  sending->words = g_strdup (satchel_statement_get_text (statement, 6));
  if (with_source && !satchel_statement_is_null (statement, 7)) {
    source = satchel_statement_get_blob (statement, 7, &size);
    sending->source = g_bytes_new (source, size);
  }
  return sending;
}

GPtrArray *
satchel_ledger_list (SatchelSession *session, const char *mailing, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_sending_free);
  SatchelStatement *statement = prepare (
      session, "SELECT " COLUMNS " FROM mail_sending WHERE user = ? AND mailing = ?", mailing, error);
  gboolean row;

  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&list);
    g_ptr_array_add (list, take_row (statement, FALSE));
  }
  return NULL;
}

gboolean
satchel_ledger_find (SatchelSession *session, const char *mailing, const char *key, SatchelSending **sending,
                     GError **error)
{
  SatchelStatement *statement =
      prepare (session, "SELECT " COLUMNS " FROM mail_sending WHERE user = ? AND mailing = ? AND key = ?",
               mailing, error);
  gboolean row;

  *sending = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 3, key);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    *sending = take_row (statement, TRUE);
    satchel_statement_reset (statement);
  }
  return TRUE;
}
