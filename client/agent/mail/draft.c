/* Texts of strangers: what does not fit a field is cut, never refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/draft.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/agent/mail/told.h"
#include "client/mail/message.h"
#include "protocol/error.h"
#include "protocol/format.h"
#include "protocol/rules/compute.h"

/* ---- fields ---- */

/* One line, without control characters. Owned. */
static char *
dup_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) line = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (!g_unichar_iscntrl (c) && !g_unichar_isspace (c))
      g_string_append_unichar (line, c);
    else if (line->len > 0 && line->str[line->len - 1] != ' ')
      g_string_append_c (line, ' ');
  }
  return g_strdup (g_strchomp (line->str));
}

static void
set_text (SatchelRecord *record, const char *name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autofree char *fitting = NULL;
  g_autoptr (SatchelValue) value = NULL;

  if (field == NULL || field->retired || text == NULL)
    return;
  fitting = field->type == SATCHEL_TYPE_TEXT ? g_utf8_make_valid (text, -1) : dup_line (text);
  if (field->max_chars > 0 && g_utf8_strlen (fitting, -1) > (glong)field->max_chars) {
    char *cut = g_utf8_substring (fitting, 0, field->max_chars - 1);

    g_free (fitting);
    fitting = g_strconcat (cut, "…", NULL);
    g_free (cut);
  }
  value = satchel_value_new_string (fitting);
  satchel_record_set (record, field, value);
}

static void
set_lookup (SatchelRecord *record, const char *name, const char *entity, const char *id)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) value =
      field != NULL && !field->retired && id != NULL && satchel_field_allows_target (field, entity)
          ? satchel_value_new_lookup (entity, id)
          : NULL;

  if (value != NULL)
    satchel_record_set (record, field, value);
}

static const SatchelValue *
get_lookup (const SatchelRecord *record, const char *name)
{
  const SatchelField *field = record != NULL ? satchel_entity_find_field (record->entity, name) : NULL;

  return field != NULL && field->type == SATCHEL_TYPE_LOOKUP ? satchel_record_get (record, field) : NULL;
}

/* *record NULL when it is not here. */
static gboolean
read_record (SatchelSession *session, const char *entity_name, const char *id, SatchelRecord **record,
             GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), entity_name);

  *record = NULL;
  return entity == NULL || id == NULL ||
         satchel_replica_read (satchel_session_get_replica (session), entity, id, record, error);
}

/* ---- whom it is for ---- */

void
satchel_customer_clear (SatchelCustomer *customer)
{
  g_free (customer->contact);
  g_free (customer->lead);
  g_free (customer->account);
  g_free (customer->name);
  g_free (customer->address);
  *customer = (SatchelCustomer){ 0 };
}

/* The first address of @parties that is not a colleague's alone, with all who have it. */
static void
take_parties (SatchelCustomer *customer, const SatchelValue *value)
{
  guint n = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n) : NULL;

  for (guint i = 0; i < n; i++) {
    const SatchelParty *party = &parties[i];
    char **id = NULL;

    if (g_strcmp0 (party->entity, "contact") == 0)
      id = &customer->contact;
    else if (g_strcmp0 (party->entity, "lead") == 0)
      id = &customer->lead;
    else if (g_strcmp0 (party->entity, "account") == 0)
      id = &customer->account;
    else if (party->entity != NULL)
      continue;
    if (customer->address != NULL && party->address != NULL &&
        g_ascii_strcasecmp (customer->address, party->address) != 0)
      continue;
    if (id != NULL && *id == NULL)
      *id = g_strdup (party->id);
    if (customer->address == NULL)
      customer->address = g_strdup (party->address);
    if (customer->name == NULL)
      customer->name = g_strdup (party->name);
  }
}

/* The account that @holder belongs to: itself, or what its lookup names. */
static char *
dup_account (const SatchelValue *named, const SatchelRecord *holder)
{
  const SatchelValue *account = get_lookup (holder, "account");

  if (named != NULL && g_str_equal (satchel_value_get_entity (named), "account"))
    return g_strdup (satchel_value_get_id (named));
  return account != NULL ? g_strdup (satchel_value_get_id (account)) : NULL;
}

gboolean
satchel_customer_of_message (SatchelSession *session, const SatchelRecord *email, SatchelCustomer *customer,
                             GError **error)
{
  const gboolean outgoing = g_strcmp0 (satchel_told_peek (email, "direction"), "outgoing") == 0;
  const SatchelValue *regarding = get_lookup (email, "regarding");
  g_autoptr (SatchelRecord) contact = NULL, about = NULL;

  take_parties (customer, satchel_record_get_by_name (email, outgoing ? "to" : "from"));
  if (!read_record (session, "contact", customer->contact, &contact, error) ||
      (regarding != NULL && !read_record (session, satchel_value_get_entity (regarding),
                                          satchel_value_get_id (regarding), &about, error)))
    return FALSE;
  if (contact != NULL && get_lookup (contact, "account") != NULL) {
    g_free (customer->account);
    customer->account = dup_account (NULL, contact);
  }
  if (customer->account == NULL)
    customer->account = dup_account (regarding, about);
  if (customer->account == NULL)
    customer->account = dup_account (NULL, email);
  return TRUE;
}

/* ---- names ---- */

/* What stands before the sign of an address where there is no name. */
static void
set_name (SatchelRecord *record, const char *name, const char *address)
{
  g_autofree char *line = dup_line (name != NULL ? name : ""), *first = NULL, *last = NULL;

  if (*line == '\0' && address != NULL) {
    g_free (line);
    line = g_strndup (address, strcspn (address, "@"));
  }
  satchel_compute_part_name (line, &first, &last);
  set_text (record, "first_name", first);
  set_text (record, "last_name", last);
}

static gboolean
set_address (SatchelRecord *record, const char *address)
{
  if (address == NULL || !satchel_format_holds (SATCHEL_FORMAT_EMAIL, address))
    return FALSE;
  set_text (record, "email", address);
  return TRUE;
}

/* ---- drafts ---- */

/* A lead says by words what an opportunity says by lookups. */
static gboolean
describe_person (SatchelRecord *draft, SatchelSession *session, const SatchelCustomer *customer,
                 GError **error)
{
  g_autoptr (SatchelRecord) contact = NULL;
  g_autofree char *company = NULL;

  if (!read_record (session, "contact", customer->contact, &contact, error))
    return FALSE;
  if (customer->account != NULL)
    company = satchel_replica_dup_name ("account", customer->account, satchel_session_get_replica (session));
  set_text (draft, "company", company);
  set_address (draft, customer->address);
  if (contact == NULL) {
    set_name (draft, customer->name, customer->address);
    return TRUE;
  }
  set_text (draft, "first_name", satchel_told_peek (contact, "first_name"));
  set_text (draft, "last_name", satchel_told_peek (contact, "last_name"));
  set_text (draft, "title", satchel_told_peek (contact, "job_title"));
  set_text (draft, "phone", satchel_told_peek (contact, "phone"));
  set_text (draft, "mobile", satchel_told_peek (contact, "mobile"));
  return TRUE;
}

/* What the message is about; else whom it is for. */
static void
set_regarding (SatchelRecord *draft, const SatchelRecord *email, const SatchelCustomer *customer)
{
  const SatchelValue *regarding = get_lookup (email, "regarding");

  if (regarding != NULL)
    set_lookup (draft, "regarding", satchel_value_get_entity (regarding), satchel_value_get_id (regarding));
  else if (customer->contact != NULL)
    set_lookup (draft, "regarding", "contact", customer->contact);
  else if (customer->account != NULL)
    set_lookup (draft, "regarding", "account", customer->account);
  else
    set_lookup (draft, "regarding", "lead", customer->lead);
}

SatchelRecord *
satchel_draft_of_message (SatchelSession *session, const SatchelRecord *email, const SatchelEntity *entity,
                          GError **error)
{
  g_autoptr (SatchelRecord) draft = satchel_record_new (entity, NULL);
  g_auto (SatchelCustomer) customer = { 0 };
  const char *subject = satchel_told_peek (email, "subject");

  if (!satchel_customer_of_message (session, email, &customer, error))
    return NULL;
  set_text (draft, entity->title->name, subject != NULL ? subject : _ ("(No subject)"));
  set_text (draft, "description", satchel_told_peek (email, "body_text"));
  if (g_str_equal (entity->name, "lead"))
    return describe_person (draft, session, &customer, error) ? g_steal_pointer (&draft) : NULL;
  if (g_str_equal (entity->name, "opportunity") && customer.account == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                         _ ("an opportunity needs an account, and none is known of this sender"));
    return NULL;
  }
  set_lookup (draft, "account", "account", customer.account);
  set_lookup (draft, "contact", "contact", customer.contact);
  if (g_str_equal (entity->name, "case"))
    set_text (draft, "source", "email");
  set_regarding (draft, email, &customer);
  return g_steal_pointer (&draft);
}

SatchelRecord *
satchel_draft_of_person (SatchelSession *session, const SatchelEntity *entity, const char *name,
                         const char *address, GError **error)
{
  g_autoptr (SatchelRecord) draft = satchel_record_new (entity, NULL);
  const SatchelField *email = satchel_entity_find_field (entity, "email");

  if (!set_address (draft, address) || g_utf8_strlen (address, -1) > (glong)email->max_chars) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("that is no e-mail address"));
    return NULL;
  }
  set_name (draft, name, address);
  if (satchel_entity_find_field (entity, "topic") != NULL)
    set_text (draft, "topic", name != NULL && *name != '\0' ? name : address);
  return g_steal_pointer (&draft);
}
