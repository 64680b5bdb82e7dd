/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/sending.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "client/mail/writing.h"
#include "protocol/error.h"

/* Words of a server may be anything. */
#define MOST_WORDS 500

static void
set_words (SatchelSending *sending, const char *words)
{
  g_autofree char *valid = words != NULL ? g_utf8_make_valid (words, -1) : NULL;

  g_free (sending->words);
  sending->words =
      valid != NULL ? g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MOST_WORDS)) : NULL;
  for (char *c = sending->words; c != NULL && *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
}

/* The message went out: its record, and that in the ledger. What cannot be recorded is told, but has been
 * sent. */
static void
record (SatchelSession *session, SatchelSending *sending, GBytes *bytes, const SatchelTrackOptions *options,
        SatchelTracked *tracked)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (SatchelMessage) message = satchel_message_read (bytes, &problem);

  *tracked = (SatchelTracked){ 0 };
  if (message == NULL || !satchel_mail_track (session, message, options, NULL, tracked, &problem))
    set_words (sending, problem->message);
}

SatchelPostResult
satchel_mail_send (SatchelSession *session, SatchelPost *post, const SatchelMailAccount *account,
                   const char *mailing, SatchelSending *sending, const SatchelOutgoing *message,
                   const SatchelTrackOptions *options, SatchelTracked *tracked, GError **error)
{
  g_autoptr (GError) problem = NULL;
  SatchelPostResult result;

  *tracked = (SatchelTracked){ 0 };
  sending->state = SATCHEL_SENDING_UNDER_WAY;
  g_clear_pointer (&sending->source, g_bytes_unref);
  sending->source = g_bytes_ref (message->bytes);
  set_words (sending, NULL);
  if (!satchel_ledger_put (session, mailing, sending, error))
    return SATCHEL_POST_UNSENT;
  result = satchel_post_send (post, account, message, &problem);
  switch (result) {
  case SATCHEL_POST_SENT:
    record (session, sending, message->bytes, options, tracked);
    sending->state = SATCHEL_SENDING_SENT;
    break;
  case SATCHEL_POST_UNSENT:
    g_propagate_error (error, g_steal_pointer (&problem));
    return satchel_ledger_drop (session, mailing, sending->key, NULL) ? result : SATCHEL_POST_UNCERTAIN;
  case SATCHEL_POST_REFUSED:
    sending->state = SATCHEL_SENDING_REFUSED;
    set_words (sending, problem->message);
    break;
  case SATCHEL_POST_UNCERTAIN:
    sending->state = SATCHEL_SENDING_UNCERTAIN;
    set_words (sending, problem->message);
    break;
  }
  if (result != SATCHEL_POST_UNCERTAIN)
    g_clear_pointer (&sending->source, g_bytes_unref);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  /* A row that stays as under way is uncertain the next time, or sent by its record: never lost, never sent
   * again. */
  if (!satchel_ledger_put (session, mailing, sending, error != NULL && *error != NULL ? NULL : error))
    return SATCHEL_POST_UNCERTAIN;
  return result;
}

gboolean
satchel_mail_settle (SatchelSession *session, const char *mailing, SatchelSending *sending, GError **error)
{
  g_autoptr (SatchelRecord) email = NULL;
  g_autoptr (SatchelSending) whole = NULL;
  g_autoptr (GError) problem = NULL;
  const gboolean left = sending->state == SATCHEL_SENDING_UNDER_WAY;

  if (!left && sending->state != SATCHEL_SENDING_UNCERTAIN)
    return TRUE;
  email = satchel_mail_find_record (session, sending->message_id, &problem);
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (email == NULL && !left)
    return TRUE;
  sending->state = email != NULL ? SATCHEL_SENDING_SENT : SATCHEL_SENDING_UNCERTAIN;
  set_words (sending, email != NULL ? NULL : _ ("the program ended while the message was under way"));
  if (email == NULL && !satchel_ledger_find (session, mailing, sending->key, &whole, error))
    return FALSE;
  if (whole != NULL && whole->source != NULL)
    sending->source = g_bytes_ref (whole->source);
  return satchel_ledger_put (session, mailing, sending, error);
}

/* ---- drafts ---- */

#define NO_MAILING ""

static SatchelRecord *
read_draft (SatchelSession *session, const char *id, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "email");
  g_autoptr (SatchelRecord) email = NULL;
  const SatchelValue *status, *direction;

  if (!satchel_replica_read (satchel_session_get_replica (session), entity, id, &email, error))
    return NULL;
  if (email == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no %s %s here"), "email", id);
    return NULL;
  }
  status = satchel_record_get_by_name (email, "status");
  direction = satchel_record_get_by_name (email, "direction");
  if (status != NULL && direction != NULL && g_str_equal (satchel_value_get_string (status), "open") &&
      g_str_equal (satchel_value_get_string (direction), "outgoing"))
    return g_steal_pointer (&email);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("email %s is no draft"), id);
  return NULL;
}

/* The record of the message that was sent takes its place. */
static gboolean
remove_draft (SatchelSession *session, const SatchelRecord *draft, GError **error)
{
  g_autofree char *set = satchel_session_delete (session, draft->entity, draft->id, error);

  return set != NULL && satchel_ledger_drop (session, NO_MAILING, draft->id, error);
}

/* *done: it went out before; else *message_id is what it was called, NULL: it has no name yet. FALSE: it may
 * have, or something failed. */
static gboolean
look_back (SatchelSession *session, const SatchelRecord *draft, gboolean again, gboolean *done,
           char **message_id, SatchelTracked *tracked, GError **error)
{
  g_autoptr (SatchelSending) before = NULL;

  *done = FALSE;
  if (!satchel_ledger_find (session, NO_MAILING, draft->id, &before, error) ||
      (before != NULL && !satchel_mail_settle (session, NO_MAILING, before, error)))
    return FALSE;
  if (before == NULL || before->state == SATCHEL_SENDING_REFUSED)
    return TRUE;
  *done = before->state == SATCHEL_SENDING_SENT;
  if (*done) {
    tracked->id = satchel_mail_find (session, before->message_id, NULL);
    return remove_draft (session, draft, error);
  }
  *message_id = g_strdup (before->message_id);
  if (again)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
               _ ("it is uncertain whether this message went out before (%s); --again sends it again"),
               before->words != NULL ? before->words : "");
  return FALSE;
}

static SatchelPostResult
send_draft (SatchelSession *session, SatchelPost *post, const SatchelMailAccount *account,
            const SatchelRecord *draft, gboolean again, SatchelTracked *tracked, GError **error)
{
  const SatchelOutgoingFrom from = { account->person, account->address, account->reply_to };
  const SatchelValue *regarding = satchel_record_get_by_name (draft, "regarding");
  const SatchelTrackOptions options = {
    .regarding_entity = regarding != NULL ? satchel_value_get_entity (regarding) : NULL,
    .regarding_id = regarding != NULL ? satchel_value_get_id (regarding) : NULL,
    .attach = SATCHEL_MAIL_ATTACH_ALL,
    .direction = SATCHEL_MAIL_OUTGOING,
  };
  g_autoptr (GPtrArray) attachments = NULL;
  g_autoptr (SatchelOutgoing) message = NULL;
  g_autoptr (SatchelSending) sending = NULL;
  g_autofree char *message_id = NULL;
  SatchelPostResult result;
  gboolean done;

  if (!look_back (session, draft, again, &done, &message_id, tracked, error))
    return SATCHEL_POST_UNCERTAIN;
  if (done)
    return SATCHEL_POST_SENT;
  attachments = satchel_mail_load_attachments (session, draft, error);
  message = attachments != NULL
                ? satchel_outgoing_compose (session, draft, &from, attachments, message_id, error)
                : NULL;
  if (message == NULL)
    return SATCHEL_POST_UNSENT;
  sending = g_new0 (SatchelSending, 1);
  sending->key = g_strdup (draft->id);
  sending->entity = g_strdup ("email");
  sending->id = g_strdup (draft->id);
  sending->address = g_strdup ("");
  sending->message_id = g_strdup (message->message_id);
  result = satchel_mail_send (session, post, account, NO_MAILING, sending, message, &options, tracked, error);
  /* Without a record of the message the draft stays, and the ledger knows that it was sent. */
  if (result == SATCHEL_POST_SENT && tracked->id != NULL && !remove_draft (session, draft, error))
    g_clear_error (error);
  return result;
}

SatchelPostResult
satchel_mail_send_draft (SatchelSession *session, SatchelPost *post, const SatchelMailAccount *account,
                         const char *id, gboolean again, SatchelTracked *tracked, GError **error)
{
  SatchelPostResult result = SATCHEL_POST_UNSENT;
  g_autoptr (SatchelRecord) draft = read_draft (session, id, error);
  const int lock = draft != NULL ? satchel_ledger_lock (session, error) : -1;

  *tracked = (SatchelTracked){ 0 };
  if (lock >= 0) {
    result = send_draft (session, post, account, draft, again, tracked, error);
    close (lock);
  }
  return result;
}
