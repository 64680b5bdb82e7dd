/* What the rule says of a message; what was stopped is a table of its own in the replica.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/rules.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/people.h"
#include "client/mail/track.h"
#include "protocol/error.h"

#define MOST_STOPPED 10000
#define MOST_PEOPLE  20 /* whose addresses are looked up of one message */

/* ---- what was stopped ---- */

/* Others may sign in here later: whose it is stands beside it. */
static SatchelDatabase *
open_table (SatchelSession *session, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (satchel_session_get_replica (session));

  return satchel_database_execute (
             database,
             "CREATE TABLE IF NOT EXISTS mail_stopped (seq INTEGER PRIMARY KEY, user TEXT NOT NULL,"
             " message_id TEXT NOT NULL, UNIQUE (message_id, user)) STRICT",
             error)
             ? database
             : NULL;
}

static gboolean
run (SatchelSession *session, const char *sql, const char *message_id, GError **error)
{
  SatchelDatabase *database = open_table (session, error);
  SatchelStatement *statement = database != NULL ? satchel_database_prepare (database, sql, error) : NULL;
  const char *user = satchel_session_get_user (session);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user != NULL ? user : "");
  satchel_statement_bind_text (statement, 2, message_id);
  return satchel_statement_run (statement, error);
}

static char *
normalise (const char *text, GError **error)
{
  char *id = satchel_message_id_normalise (text);

  if (id == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("this is no Message-ID"));
  return id;
}

gboolean
satchel_mail_stop (SatchelSession *session, const char *message_id, GError **error)
{
  g_autofree char *id = normalise (message_id, error);
  g_autofree char *most = g_strdup_printf ("%d", MOST_STOPPED);

  return id != NULL &&
         run (session, "INSERT OR REPLACE INTO mail_stopped (user, message_id) VALUES (?, ?)", id, error) &&
         run (session,
              "DELETE FROM mail_stopped WHERE user = ?1 AND seq <= (SELECT max(seq) FROM mail_stopped) - "
              "CAST(?2 AS INTEGER)",
              most, error);
}

gboolean
satchel_mail_resume (SatchelSession *session, const char *message_id, GError **error)
{
  g_autofree char *id = normalise (message_id, error);

  return id != NULL && run (session, "DELETE FROM mail_stopped WHERE user = ? AND message_id = ?", id, error);
}

gboolean
satchel_mail_is_stopped (SatchelSession *session, const char *message_id, gboolean *stopped, GError **error)
{
  g_autofree char *id = normalise (message_id, error);
  SatchelDatabase *database = id != NULL ? open_table (session, error) : NULL;
  const char *user = satchel_session_get_user (session);
  SatchelStatement *statement;

  *stopped = FALSE;
  if (database == NULL)
    return FALSE;
  statement = satchel_database_prepare (
      database, "SELECT 1 FROM mail_stopped WHERE user = ? AND message_id = ?", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, user != NULL ? user : "");
  satchel_statement_bind_text (statement, 2, id);
  if (!satchel_statement_step (statement, stopped, error))
    return FALSE;
  satchel_statement_reset (statement);
  return TRUE;
}

/* ---- deciding ---- */

/* By anybody here: a colleague's thread is one, too. */
static gboolean
is_reply (SatchelSession *session, const SatchelMailArrival *arrival, gboolean *reply, GError **error)
{
  const char *const *references = arrival->references;
  const guint n = references != NULL ? g_strv_length ((char **)references) : 0;

  *reply = FALSE;
  for (guint i = 0; i <= n && !*reply; i++) {
    g_autoptr (GError) problem = NULL;
    g_autoptr (SatchelRecord) email = NULL;
    g_autofree char *id = satchel_message_id_normalise (i == 0 ? arrival->in_reply_to : references[n - i]);

    if (id == NULL)
      continue;
    email = satchel_mail_find_record (session, id, &problem);
    if (problem != NULL) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    *reply = email != NULL && satchel_record_get_by_name (email, "tracked_by") != NULL;
  }
  return TRUE;
}

static gboolean
is_mine (SatchelSession *session, const char *text)
{
  SatchelMailAddress *address = satchel_mail_address_read (text);
  const gboolean mine = address != NULL && satchel_mail_is_me (session, address->address);

  if (address != NULL)
    satchel_mail_address_free (address);
  return mine;
}

/* The sender, or of her own mail whom it went to: a stranger must not have his mail tracked by naming people
 * beside her. */
static gboolean
is_known (SatchelSession *session, const char *const *addresses, gboolean *known, GError **error)
{
  const gboolean any = addresses != NULL && addresses[0] != NULL;
  const gboolean mine = any && is_mine (session, addresses[0]);
  const guint first = mine ? 1 : 0, end = mine ? MOST_PEOPLE : 1;

  *known = FALSE;
  for (guint i = first; any && i < end && addresses[i] != NULL && !*known; i++) {
    SatchelMailAddress *address = satchel_mail_address_read (addresses[i]);
    g_autoptr (GPtrArray) people = NULL;

    if (address == NULL)
      continue;
    people = satchel_mail_people_at_hand (session, address->address, error);
    satchel_mail_address_free (address);
    if (people == NULL)
      return FALSE;
    for (guint j = 0; j < people->len; j++)
      *known |= !g_str_equal (((SatchelRecord *)people->pdata[j])->entity->name, "user");
  }
  return TRUE;
}

/* Tracked by her already, or stopped: no rule is asked. */
static gboolean
is_settled (SatchelSession *session, const char *message_id, gboolean *settled, GError **error)
{
  g_autoptr (SatchelRecord) email = NULL;
  g_autoptr (GError) problem = NULL;

  if (!satchel_mail_is_stopped (session, message_id, settled, error))
    return FALSE;
  email = satchel_mail_find_record (session, message_id, &problem);
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  *settled |= email != NULL && satchel_mail_is_tracked (session, email);
  return TRUE;
}

gboolean
satchel_mail_rule_decides (SatchelSession *session, const SatchelMailArrival *arrival, gboolean *wanted,
                           GError **error)
{
  g_autofree char *folder = NULL;
  SatchelMailRule rule;
  gboolean settled;

  *wanted = FALSE;
  if (!satchel_mail_rule_get (session, &rule, &folder, error))
    return FALSE;
  if (rule == SATCHEL_MAIL_RULE_NONE)
    return TRUE;
  if (!is_settled (session, arrival->message_id, &settled, error))
    return FALSE;
  if (settled)
    return TRUE;
  if (rule == SATCHEL_MAIL_RULE_FOLDER && g_strcmp0 (folder, arrival->folder) == 0) {
    *wanted = TRUE;
    return TRUE;
  }
  return is_reply (session, arrival, wanted, error) &&
         (*wanted || rule != SATCHEL_MAIL_RULE_KNOWN ||
          is_known (session, arrival->addresses, wanted, error));
}
