/* From a message to a record: cut to what fields hold, never without saying so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/draft.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/people.h"
#include "client/mail/query-private.h"
#include "protocol/limits.h"

/* Both texts of a row, with what JSON adds to them, must fit into a line of a pull. */
#define MOST_TEXT_BYTES (SATCHEL_MAX_LINE_BYTES / 3)
/* Addresses of a message that are looked for whatever their case. */
#define MOST_THOROUGH 20

typedef struct {
  SatchelSession *session;
  const SatchelMessage *message;
  SatchelRecord *record;
  SatchelPermits *permits;
  guint n_thorough;
  gboolean cut;
} Drafting;

/* ---- texts ---- */

static void
set (Drafting *drafting, const char *name, SatchelValue *taken)
{
  g_autoptr (SatchelValue) value = taken;

  satchel_record_set_by_name (drafting->record, name, value);
}

static void
set_text (Drafting *drafting, const char *name, const char *text)
{
  set (drafting, name, text != NULL ? satchel_value_new_string (text) : NULL);
}

static void
set_instant (Drafting *drafting, const char *name, gint64 ms)
{
  set (drafting, name, ms > 0 ? satchel_value_new_integer (ms) : NULL);
}

static void
set_subject (Drafting *drafting)
{
  const SatchelField *field = drafting->record->entity->title;
  const char *subject = drafting->message->subject;
  g_autofree char *start = NULL, *short_one = NULL;

  if (subject != NULL && g_utf8_strlen (subject, -1) > field->max_chars) {
    start = g_utf8_substring (subject, 0, field->max_chars - 1);
    short_one = g_strconcat (start, "…", NULL);
  }
  set_text (drafting, field->name,
            short_one != NULL ? short_one
            : subject != NULL ? subject
                              : _ ("(No subject)"));
}

/* The start of @text that fits before @sentence, and that. */
static char *
cut_text (const char *text, guint most_chars, const char *sentence)
{
  const glong most = (glong)most_chars - g_utf8_strlen (sentence, -1) - 2;
  const char *end = text;
  g_autofree char *start = NULL;

  for (glong n = 0; n < most && *end != '\0'; n++) {
    const char *next = g_utf8_next_char (end);

    if ((gsize)(next - text) > MOST_TEXT_BYTES - strlen (sentence) - 2)
      break;
    end = next;
  }
  start = g_strndup (text, (gsize)(end - text));
  return g_strconcat (start, "\n\n", sentence, NULL);
}

static gboolean
fits (const char *text, const SatchelField *field)
{
  return strlen (text) <= MOST_TEXT_BYTES && g_utf8_strlen (text, -1) <= field->max_chars;
}

static void
set_bodies (Drafting *drafting)
{
  const SatchelMessage *message = drafting->message;
  const SatchelField *text_field = satchel_entity_find_field (drafting->record->entity, "body_text");
  const SatchelField *html_field = satchel_entity_find_field (drafting->record->entity, "body_html");
  g_autofree char *text = g_strdup (message->text);

  /* HTML that ends in the middle is worse than none; its words are in the text. */
  if (message->html != NULL && fits (message->html, html_field))
    set_text (drafting, "body_html", message->html);
  else if (message->html != NULL)
    drafting->cut = TRUE;
  if (text == NULL && message->flags & SATCHEL_MESSAGE_ENCRYPTED)
    text = g_strdup (_ ("(Encrypted)"));
  if (text != NULL && !fits (text, text_field)) {
    g_autofree char *whole = g_steal_pointer (&text);

    drafting->cut = TRUE;
    text = cut_text (whole, text_field->max_chars,
                     _ ("[The message goes on: it was too long to be kept here whole.]"));
  } else if (drafting->cut) {
    g_autofree char *whole = g_steal_pointer (&text);

    text = cut_text (whole != NULL ? whole : "", text_field->max_chars,
                     _ ("[How the message looked was too much to be kept here.]"));
  }
  set_text (drafting, "body_text", text);
}

/* ---- what may be named ---- */

/* Nothing that the server would refuse her is written by itself. What is here by its title alone can be read;
 * more is not known of it. */
gboolean
satchel_mail_may_name (SatchelSession *session, const SatchelPermits *permits, const SatchelValue *lookup)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  const char *kind = satchel_value_get_entity (lookup), *id = satchel_value_get_id (lookup);
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), kind);
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *title = NULL;

  if (entity == NULL || !satchel_replica_read (replica, entity, id, &record, NULL))
    return FALSE;
  if (record != NULL)
    return satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_APPEND_TO, record);
  title = satchel_replica_dup_name (kind, id, replica);
  return title != NULL;
}

/* ---- parties ---- */

/* The first customer's account is the message's, unless what it regards leads to another: by it the message
 * is found with all else that was done there. */
static void
suggest_account (Drafting *drafting, const SatchelRecord *person)
{
  const SatchelField *field = satchel_entity_find_field (person->entity, "account");
  g_autoptr (SatchelValue) own =
      g_str_equal (person->entity->name, "account") ? satchel_value_new_lookup ("account", person->id) : NULL;
  const SatchelValue *account = field != NULL ? satchel_record_get (person, field) : own;

  if (account != NULL && satchel_record_get_by_name (drafting->record, "account") == NULL &&
      satchel_mail_may_name (drafting->session, drafting->permits, account))
    satchel_record_set_by_name (drafting->record, "account", account);
}

static gboolean
add_parties (Drafting *drafting, const char *role, const SatchelMailAddress *address, GArray *parties,
             GPtrArray *keep, GError **error)
{
  const gboolean thorough = drafting->n_thorough++ < MOST_THOROUGH;
  GPtrArray *people = satchel_mail_people_in (drafting->session, address->address, thorough, error);
  const SatchelParty bare = { .role = role, .address = address->address, .name = address->name };

  if (people == NULL)
    return FALSE;
  g_ptr_array_add (keep, people);
  if (people->len == 0)
    g_array_append_val (parties, bare);
  for (guint i = 0; i < people->len; i++) {
    const SatchelRecord *person = people->pdata[i];
    SatchelParty party = bare;

    if (!satchel_permits_may (drafting->permits, drafting->session, SATCHEL_PRIVILEGE_APPEND_TO, person)) {
      g_array_append_val (parties, bare);
      continue;
    }
    party.entity = person->entity->name;
    party.id = person->id;
    g_array_append_val (parties, party);
    suggest_account (drafting, person);
  }
  return TRUE;
}

/* Every match of every address, as far as there is room. */
static gboolean
set_parties (Drafting *drafting, const char *name, const GPtrArray *addresses, GError **error)
{
  g_autoptr (GArray) parties = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  g_autoptr (GPtrArray) keep = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < addresses->len; i++)
    if (!add_parties (drafting, name, addresses->pdata[i], parties, keep, error))
      return FALSE;
  set (drafting, name,
       satchel_value_new_parties ((const SatchelParty *)(gpointer)parties->data,
                                  MIN (parties->len, SATCHEL_MAX_KEYS)));
  return TRUE;
}

/* ---- the thread ---- */

gboolean
satchel_mail_find_before (SatchelSession *session, const SatchelMessage *message, SatchelRecord **email,
                          GError **error)
{
  const guint n = g_strv_length (message->references);

  *email = NULL;
  for (guint i = 0; i <= n && *email == NULL; i++) {
    g_autoptr (GError) problem = NULL;
    const char *id = i == 0 ? message->in_reply_to : message->references[n - i];

    if (id == NULL || g_str_equal (id, message->message_id))
      continue;
    *email = satchel_mail_find_record (session, id, &problem);
    if (problem != NULL) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
set_thread (Drafting *drafting, GError **error)
{
  const SatchelMessage *message = drafting->message;
  g_autofree char *references = g_strjoinv ("\n", message->references);
  g_autoptr (SatchelRecord) before = NULL;
  g_autoptr (SatchelValue) conversation = NULL;
  const SatchelValue *first;

  set_text (drafting, "message_id", message->message_id);
  set_text (drafting, "in_reply_to", message->in_reply_to);
  set_text (drafting, "references", references);
  if (!satchel_mail_find_before (drafting->session, message, &before, error))
    return FALSE;
  if (before == NULL)
    return TRUE;
  first = satchel_record_get_by_name (before, "conversation");
  conversation = first != NULL ? satchel_value_ref (first) : satchel_value_new_lookup ("email", before->id);
  if (satchel_mail_may_name (drafting->session, drafting->permits, conversation))
    satchel_record_set_by_name (drafting->record, "conversation", conversation);
  return TRUE;
}

/* ---- what it regards ---- */

void
satchel_mail_draft_regard (SatchelSession *session, SatchelRecord *email, const SatchelValue *regarding)
{
  const char *kind = regarding != NULL ? satchel_value_get_entity (regarding) : NULL;
  const SatchelEntity *entity =
      kind != NULL ? satchel_registry_find (satchel_session_get_registry (session), kind) : NULL;
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, "account") : NULL;
  g_autoptr (SatchelPermits) permits = satchel_session_read_permits (session);
  g_autoptr (SatchelRecord) target = NULL;
  const SatchelValue *account;

  satchel_record_set_by_name (email, "regarding", regarding);
  if (entity == NULL)
    return;
  if (g_str_equal (kind, "account"))
    satchel_record_set_by_name (email, "account", regarding);
  else if (field != NULL && field->type == SATCHEL_TYPE_LOOKUP &&
           satchel_replica_read (satchel_session_get_replica (session), entity,
                                 satchel_value_get_id (regarding), &target, NULL) &&
           target != NULL) {
    account = satchel_record_get (target, field);
    satchel_record_set_by_name (email, "account",
                                account != NULL && satchel_mail_may_name (session, permits, account) ? account
                                                                                                     : NULL);
  }
}

/* ---- all of it ---- */

static gboolean
is_outgoing (SatchelSession *session, const SatchelMessage *message, SatchelMailDirection direction)
{
  if (direction != SATCHEL_MAIL_BY_SENDER)
    return direction == SATCHEL_MAIL_OUTGOING;
  for (guint i = 0; i < message->from->len; i++)
    if (satchel_mail_is_me (session, ((SatchelMailAddress *)message->from->pdata[i])->address))
      return TRUE;
  return FALSE;
}

SatchelRecord *
satchel_mail_draft (SatchelSession *session, const SatchelMessage *message, SatchelMailDirection direction,
                    gboolean *cut, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "email");
  const char *organisation =
      satchel_replica_peek_meta (satchel_session_get_replica (session), "organisation");
  g_autofree char *id = satchel_mail_record_id (organisation, message);
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, id);
  const gboolean outgoing = is_outgoing (session, message, direction);
  const SatchelParty me = { .role = "tracker", .entity = "user", .id = satchel_session_get_user (session) };
  g_autoptr (SatchelPermits) permits = satchel_session_read_permits (session);
  Drafting drafting = { .session = session, .message = message, .record = record, .permits = permits };
  const gint64 at_ms = message->sent_ms > 0 ? message->sent_ms : message->received_ms;

  set_subject (&drafting);
  set_text (&drafting, "direction", outgoing ? "outgoing" : "incoming");
  set_text (&drafting, "status", "completed");
  set_instant (&drafting, "sent_at", message->sent_ms);
  set_instant (&drafting, "received_at", outgoing ? 0 : message->received_ms);
  set_instant (&drafting, "completed_at",
               at_ms > 0 ? at_ms : satchel_clock_now_ms (satchel_session_get_clock (session)));
  set_bodies (&drafting);
  set (&drafting, "tracked_by", satchel_value_new_parties (&me, 1));
  if (!set_parties (&drafting, "from", message->from, error) ||
      !set_parties (&drafting, "to", message->to, error) ||
      !set_parties (&drafting, "cc", message->cc, error) ||
      !set_parties (&drafting, "bcc", message->bcc, error) || !set_thread (&drafting, error))
    return NULL;
  *cut = drafting.cut;
  return g_steal_pointer (&record);
}
