/* Parties change sides, texts are quoted, ids become references.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/answer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/draft.h"
#include "client/mail/html.h"
#include "client/mail/message-private.h"
#include "client/mail/people.h"
#include "protocol/limits.h"

#define MOST_LINE_CHARS 1000

typedef struct {
  SatchelSession *session;
  const SatchelRecord *email;
  SatchelRecord *answer;
  const char *const *mine;
} Answering;

static const char *
get_string (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

static void
set_string (SatchelRecord *record, const char *name, const char *text)
{
  g_autoptr (SatchelValue) value = text != NULL ? satchel_value_new_string (text) : NULL;

  satchel_record_set_by_name (record, name, value);
}

/* ---- who ---- */

static const SatchelParty *
get_parties (const SatchelRecord *record, const char *name, guint *n)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  *n = 0;
  return value != NULL ? satchel_value_get_parties (value, n) : NULL;
}

static gboolean
is_me (const Answering *answering, const SatchelParty *party)
{
  for (guint i = 0; answering->mine != NULL && answering->mine[i] != NULL && party->address != NULL; i++)
    if (g_ascii_strcasecmp (answering->mine[i], party->address) == 0)
      return TRUE;
  return g_strcmp0 (party->id, satchel_session_get_user (answering->session)) == 0 ||
         (party->address != NULL && satchel_mail_is_me (answering->session, party->address));
}

static gboolean
is_among (const GArray *parties, const SatchelParty *party)
{
  for (guint i = 0; i < parties->len; i++) {
    const SatchelParty *other = &g_array_index (parties, SatchelParty, i);

    if (party->id != NULL
            ? g_strcmp0 (other->id, party->id) == 0
            : other->address != NULL && g_ascii_strcasecmp (other->address, party->address) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Those of the message's field @from to @list, but for herself and those of @others. */
static void
add (Answering *answering, const char *from, const char *role, GArray *list, const GArray *others)
{
  guint n;
  const SatchelParty *parties = get_parties (answering->email, from, &n);

  for (guint i = 0; i < n && list->len < SATCHEL_MAX_KEYS; i++) {
    SatchelParty party = parties[i];

    if (is_me (answering, &party) || is_among (list, &party) || (others != NULL && is_among (others, &party)))
      continue;
    party.role = role;
    g_array_append_val (list, party);
  }
}

static void
take (Answering *answering, const char *name, const GArray *parties)
{
  g_autoptr (SatchelValue) value =
      parties->len > 0
          ? satchel_value_new_parties ((const SatchelParty *)(gconstpointer)parties->data, parties->len)
          : NULL;

  satchel_record_set_by_name (answering->answer, name, value);
}

static void
address (Answering *answering, SatchelAnswerKind kind)
{
  g_autoptr (GArray) to = g_array_new (FALSE, FALSE, sizeof (SatchelParty)),
                     cc = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  const gboolean own = g_strcmp0 (get_string (answering->email, "direction"), "outgoing") == 0;

  if (kind == SATCHEL_ANSWER_FORWARD)
    return;
  add (answering, own ? "to" : "from", "to", to, NULL);
  if (kind == SATCHEL_ANSWER_REPLY_ALL) {
    if (!own)
      add (answering, "to", "cc", cc, to);
    add (answering, "cc", "cc", cc, to);
  }
  take (answering, "to", to);
  take (answering, "cc", cc);
}

/* ---- what ---- */

static void
set_subject (Answering *answering, SatchelAnswerKind kind)
{
  const char *subject = get_string (answering->email, "subject"),
             *mark = kind == SATCHEL_ANSWER_FORWARD ? "Fwd: " : "Re: "; /* in every language */
  const gboolean marked = subject != NULL && g_ascii_strncasecmp (subject, mark, strlen (mark) - 1) == 0;
  g_autofree char *whole = g_strconcat (marked ? "" : mark, subject, NULL),
                  *line = satchel_message_clean_line (whole, answering->email->entity->title->max_chars);

  set_string (answering->answer, "subject", line);
}

/* "Ana Pop <ana@example.com>, …" */
static char *
name_parties (const SatchelRecord *email, const char *field)
{
  guint n;
  const SatchelParty *parties = get_parties (email, field, &n);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    const SatchelParty *party = &parties[i];
    g_autofree char *name = satchel_message_clean_line (party->name, MOST_LINE_CHARS);

    if (name == NULL && party->address == NULL)
      continue;
    g_string_append (names, names->len > 0 ? ", " : "");
    if (name != NULL && party->address != NULL)
      g_string_append_printf (names, "%s <%s>", name, party->address);
    else
      g_string_append (names, name != NULL ? name : party->address);
  }
  return g_string_free (names, FALSE);
}

static char *
describe_moment (const SatchelRecord *email)
{
  const SatchelValue *sent = satchel_record_get_by_name (email, "sent_at"),
                     *received = satchel_record_get_by_name (email, "received_at"),
                     *moment = sent != NULL ? sent : received;
  g_autoptr (GDateTime) at =
      moment != NULL ? g_date_time_new_from_unix_local (satchel_value_get_integer (moment) / 1000) : NULL;

  return at != NULL ? g_date_time_format (at, "%x %H:%M") : NULL;
}

/* The words of the message; HTML is not answered in its own form: what it looks like is a stranger's. */
static char *
dup_words (const SatchelRecord *email)
{
  const char *text = get_string (email, "body_text"), *html = get_string (email, "body_html");

  if (text == NULL && html != NULL)
    return satchel_html_to_text (html);
  return g_strdup (text != NULL ? text : "");
}

static void
append_quoted (GString *text, const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);
  guint n = g_strv_length (lines);

  while (n > 0 && *lines[n - 1] == '\0')
    n--;
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, ">%s%s\n", *lines[i] == '>' || *lines[i] == '\0' ? "" : " ", lines[i]);
}

static void
append_header (GString *text, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s: %s\n", label, value);
}

static void
append_forwarded (GString *text, const SatchelRecord *email, const char *from, const char *moment,
                  const char *words)
{
  const SatchelEntity *entity = email->entity;
  g_autofree char *to = name_parties (email, "to"), *cc = name_parties (email, "cc");

  g_string_append_printf (text, "---------- %s ----------\n", _ ("Forwarded message"));
  append_header (text, _ (satchel_entity_find_field (entity, "from")->label), from);
  append_header (text, _ (satchel_entity_find_field (entity, "sent_at")->label), moment);
  append_header (text, _ (entity->title->label), get_string (email, "subject"));
  append_header (text, _ (satchel_entity_find_field (entity, "to")->label), to);
  append_header (text, _ (satchel_entity_find_field (entity, "cc")->label), cc);
  g_string_append_printf (text, "\n%s", words);
}

static void
set_text (Answering *answering, SatchelAnswerKind kind)
{
  const SatchelField *field = satchel_entity_find_field (answering->email->entity, "body_text");
  g_autofree char *from = name_parties (answering->email, "from"),
                  *moment = describe_moment (answering->email), *words = dup_words (answering->email);
  g_autoptr (GString) text = g_string_new ("\n\n");

  if (kind == SATCHEL_ANSWER_FORWARD) {
    append_forwarded (text, answering->email, from, moment, words);
  } else {
    if (moment != NULL && *from != '\0')
      g_string_append_printf (text, _ ("On %s, %s wrote:"), moment, from);
    else if (*from != '\0')
      g_string_append_printf (text, _ ("%s wrote:"), from);
    g_string_append_c (text, '\n');
    append_quoted (text, words);
  }
  if (g_utf8_strlen (text->str, (gssize)text->len) > field->max_chars)
    g_string_truncate (text, (gsize)(g_utf8_offset_to_pointer (text->str, field->max_chars) - text->str));
  set_string (answering->answer, "body_text", text->str);
}

/* ---- where it belongs ---- */

static void
set_thread (Answering *answering)
{
  const SatchelRecord *email = answering->email;
  const char *id = get_string (email, "message_id"), *references = get_string (email, "references"),
             *before = get_string (email, "in_reply_to");
  const SatchelValue *first = satchel_record_get_by_name (email, "conversation");
  g_autoptr (SatchelValue) conversation =
      first != NULL ? satchel_value_ref (first) : satchel_value_new_lookup ("email", email->id);
  g_autoptr (SatchelPermits) permits = satchel_session_read_permits (answering->session);
  g_autofree char *all = NULL;

  if (id == NULL)
    return;
  /* RFC 5322: of a program that told no references the message that it answered counts. */
  if (references == NULL || *references == '\0')
    references = before;
  all = references != NULL ? g_strconcat (references, "\n", id, NULL) : g_strdup (id);
  set_string (answering->answer, "in_reply_to", id);
  set_string (answering->answer, "references", all);
  if (satchel_mail_may_name (answering->session, permits, conversation))
    satchel_record_set_by_name (answering->answer, "conversation", conversation);
}

SatchelRecord *
satchel_mail_new_answer (SatchelSession *session, const SatchelRecord *email, SatchelAnswerKind kind,
                         const char *const *mine)
{
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
  SatchelRecord *answer = satchel_record_new (email->entity, id);
  const SatchelParty me = { .role = "from", .entity = "user", .id = satchel_session_get_user (session) };
  g_autoptr (SatchelValue) from = satchel_value_new_parties (&me, 1);
  const SatchelValue *regarding = satchel_record_get_by_name (email, "regarding");
  g_autoptr (SatchelPermits) permits = satchel_session_read_permits (session);
  Answering answering = { session, email, answer, mine };

  satchel_record_set_by_name (answer, "from", from);
  set_string (answer, "direction", "outgoing");
  address (&answering, kind);
  set_subject (&answering, kind);
  set_text (&answering, kind);
  if (kind != SATCHEL_ANSWER_FORWARD)
    set_thread (&answering);
  if (regarding != NULL && satchel_mail_may_name (session, permits, regarding))
    satchel_mail_draft_regard (session, answer, regarding);
  return answer;
}

/* ---- files ---- */

gboolean
satchel_mail_pass_on_files (SatchelSession *session, const SatchelRecord *email, const SatchelRecord *draft,
                            SatchelDeeds *deeds, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "note");
  const SatchelReference reference = { .entity = entity,
                                       .field = satchel_entity_find_field (entity, "email") };
  g_autoptr (GPtrArray) notes =
      satchel_replica_list_referring (satchel_session_get_replica (session), &reference, email->id, error);
  g_autoptr (SatchelValue) about = satchel_value_new_lookup ("email", draft->id);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const SatchelValue *file = satchel_record_get_by_name (notes->pdata[i], "file");
    g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
    g_autoptr (SatchelRecord) note = satchel_record_new (entity, id);

    if (file == NULL)
      continue;
    satchel_record_set (note, entity->title, satchel_record_get (notes->pdata[i], entity->title));
    satchel_record_set_by_name (note, "file", file);
    satchel_record_set_by_name (note, "email", about);
    if (!satchel_deeds_create (deeds, session, note, error))
      return FALSE;
  }
  return notes != NULL;
}
