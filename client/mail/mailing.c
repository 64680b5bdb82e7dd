/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/mailing.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "client/mail/sending.h"
#include "client/mail/writing.h"
#include "protocol/error.h"

struct _SatchelMailing {
  SatchelSession *session;
  SatchelMailingOptions options;
  char *name;     /* in the ledger */
  char *campaign; /* id of the only one that goes to this list; NULL: none, or several */
  GPtrArray *recipients;
  GHashTable *addresses; /* lower case, of those who are not skipped; owned keys */
  guint next;
  int lock;
};

static const char *const states[] = { "waiting", "sent", "refused", "skipped", "uncertain" };

const char *
satchel_mailing_state_name (SatchelMailingState state)
{
  return states[state];
}

static void
free_recipient (gpointer data)
{
  SatchelMailingRecipient *recipient = data;

  g_free (recipient->entity);
  g_free (recipient->id);
  g_free (recipient->name);
  g_free (recipient->address);
  g_free (recipient->words);
  g_free (recipient);
}

void
satchel_mailing_free (SatchelMailing *mailing)
{
  if (mailing == NULL)
    return;
  g_free (mailing->name);
  g_free (mailing->campaign);
  g_clear_pointer (&mailing->recipients, g_ptr_array_unref);
  g_clear_pointer (&mailing->addresses, g_hash_table_unref);
  if (mailing->lock >= 0)
    close (mailing->lock);
  g_free (mailing);
}

const GPtrArray *
satchel_mailing_get_recipients (SatchelMailing *mailing)
{
  return mailing->recipients;
}

guint
satchel_mailing_count (SatchelMailing *mailing, SatchelMailingState state)
{
  guint n = 0;

  for (guint i = 0; i < mailing->recipients->len; i++)
    n += ((SatchelMailingRecipient *)mailing->recipients->pdata[i])->state == state ? 1 : 0;
  return n;
}

/* ---- who is on the list ---- */

static gboolean
take_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

static GPtrArray *
query (SatchelSession *session, const char *entity_name, const char *condition, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_require (registry, entity_name, error);
  g_autoptr (SatchelPredicate) where =
      entity != NULL ? satchel_predicate_parse (registry, entity, condition, error) : NULL;
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  const SatchelQuery question = { .entity = entity, .where = where, .limit = -1 };
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  return where != NULL && satchel_replica_query (satchel_session_get_replica (session), &question, &context,
                                                 take_cb, records, error)
             ? g_steal_pointer (&records)
             : NULL;
}

static void
skip (SatchelMailingRecipient *recipient, const char *reason, const char *words)
{
  recipient->state = SATCHEL_MAILING_SKIPPED;
  recipient->reason = reason;
  g_free (recipient->words);
  recipient->words = g_strdup (words);
}

/* As the record is now. */
static gboolean
judge (SatchelMailing *mailing, SatchelMailingRecipient *recipient, const SatchelRecord *person,
       GError **error)
{
  g_auto (SatchelAddressee) addressee = { 0 };

  if (!satchel_mail_addressee (mailing->session, person, &addressee, error))
    return FALSE;
  g_free (recipient->name);
  g_free (recipient->address);
  recipient->name = g_steal_pointer (&addressee.name);
  recipient->address = g_steal_pointer (&addressee.address);
  if (addressee.state != SATCHEL_ADDRESSEE_GOOD)
    skip (recipient, satchel_addressee_name (addressee.state), satchel_addressee_describe (addressee.state));
  return TRUE;
}

static gboolean
add_recipient (SatchelMailing *mailing, const char *entity, const char *id, const SatchelRecord *person,
               GError **error)
{
  SatchelMailingRecipient *recipient = g_new0 (SatchelMailingRecipient, 1);
  char *key;

  recipient->entity = g_strdup (entity);
  recipient->id = g_strdup (id);
  g_ptr_array_add (mailing->recipients, recipient);
  if (person == NULL) {
    skip (recipient, "not-here", _ ("is not carried by this device"));
    return TRUE;
  }
  if (!judge (mailing, recipient, person, error))
    return FALSE;
  if (recipient->state == SATCHEL_MAILING_SKIPPED)
    return TRUE;
  key = g_ascii_strdown (recipient->address, -1);
  if (!g_hash_table_add (mailing->addresses, key))
    skip (recipient, "twice", _ ("the address is on the list twice"));
  return TRUE;
}

static gboolean
add_members (SatchelMailing *mailing, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (mailing->session);
  g_autofree char *condition = g_strdup_printf ("list = %s", mailing->options.list->id);
  g_autoptr (GPtrArray) members = query (mailing->session, "list_member", condition, error);

  for (guint i = 0; members != NULL && i < members->len; i++) {
    const SatchelValue *member = satchel_record_get_by_name (members->pdata[i], "member");
    const char *kind = member != NULL ? satchel_value_get_entity (member) : NULL;
    const SatchelEntity *entity =
        kind != NULL ? satchel_registry_find (satchel_session_get_registry (mailing->session), kind) : NULL;
    g_autoptr (SatchelRecord) person = NULL;

    if (entity == NULL)
      continue;
    if (!satchel_replica_read (replica, entity, satchel_value_get_id (member), &person, error) ||
        !add_recipient (mailing, kind, satchel_value_get_id (member), person, error))
      return FALSE;
  }
  return members != NULL;
}

static gboolean
add_matching (SatchelMailing *mailing, const char *entity, GError **error)
{
  const SatchelValue *predicate = satchel_record_get_by_name (mailing->options.list, "predicate");
  g_autoptr (GPtrArray) people =
      query (mailing->session, entity, predicate != NULL ? satchel_value_get_string (predicate) : "", error);

  for (guint i = 0; people != NULL && i < people->len; i++)
    if (!add_recipient (mailing, entity, ((SatchelRecord *)people->pdata[i])->id, people->pdata[i], error))
      return FALSE;
  return people != NULL;
}

static gboolean
check_template (SatchelMailing *mailing, const char *entity, GError **error)
{
  return satchel_mail_check_template (
      mailing->session, mailing->options.template_,
      satchel_registry_find (satchel_session_get_registry (mailing->session), entity), error);
}

/* A static list may hold others than it says: each kind must fit the template. */
static gboolean
find_recipients (SatchelMailing *mailing, GError **error)
{
  const SatchelValue *kind = satchel_record_get_by_name (mailing->options.list, "kind");
  const SatchelValue *members = satchel_record_get_by_name (mailing->options.list, "member_entity");
  const char *entity = members != NULL ? satchel_value_get_string (members) : "contact";
  g_autoptr (GHashTable) checked = g_hash_table_new (g_str_hash, g_str_equal);

  if (!check_template (mailing, entity, error))
    return FALSE;
  if (kind != NULL && g_str_equal (satchel_value_get_string (kind), "dynamic"))
    return add_matching (mailing, entity, error);
  if (!add_members (mailing, error))
    return FALSE;
  for (guint i = 0; i < mailing->recipients->len; i++) {
    const SatchelMailingRecipient *recipient = mailing->recipients->pdata[i];

    if (recipient->state != SATCHEL_MAILING_SKIPPED && g_hash_table_add (checked, recipient->entity) &&
        !check_template (mailing, recipient->entity, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
find_campaign (SatchelMailing *mailing, GError **error)
{
  g_autofree char *condition = g_strdup_printf ("list = %s", mailing->options.list->id);
  g_autoptr (GPtrArray) links = query (mailing->session, "campaign_list", condition, error);
  const SatchelValue *campaign =
      links != NULL && links->len == 1 ? satchel_record_get_by_name (links->pdata[0], "campaign") : NULL;

  if (campaign != NULL)
    mailing->campaign = g_strdup (satchel_value_get_id (campaign));
  return links != NULL;
}

/* ---- what is known of them ---- */

static void
take_state (SatchelMailingRecipient *recipient, const SatchelSending *sending)
{
  static const SatchelMailingState known[] = {
    [SATCHEL_SENDING_UNDER_WAY] = SATCHEL_MAILING_UNCERTAIN,
    [SATCHEL_SENDING_SENT] = SATCHEL_MAILING_SENT,
    [SATCHEL_SENDING_REFUSED] = SATCHEL_MAILING_REFUSED,
    [SATCHEL_SENDING_UNCERTAIN] = SATCHEL_MAILING_UNCERTAIN,
  };

  recipient->state = known[sending->state];
  recipient->reason = NULL;
  g_free (recipient->words);
  recipient->words = g_strdup (sending->words);
}

/* Somebody to whom it went and who was taken from the list since, or wants no more, is told as sent all the
 * same. */
static gboolean
take_ledger (SatchelMailing *mailing, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_ledger_list (mailing->session, mailing->name, error);
  g_autoptr (GHashTable) by_key = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    SatchelSending *sending = rows->pdata[i];

    if (mailing->lock >= 0 && !satchel_mail_settle (mailing->session, mailing->name, sending, error))
      return FALSE;
    g_hash_table_insert (by_key, sending->key, sending);
  }
  for (guint i = 0; rows != NULL && i < mailing->recipients->len; i++) {
    SatchelMailingRecipient *recipient = mailing->recipients->pdata[i];
    g_autofree char *key = recipient->address != NULL ? g_ascii_strdown (recipient->address, -1) : NULL;
    const SatchelSending *sending = key != NULL ? g_hash_table_lookup (by_key, key) : NULL;

    if (sending != NULL &&
        (recipient->state != SATCHEL_MAILING_SKIPPED || g_str_equal (sending->id, recipient->id)))
      take_state (recipient, sending);
  }
  return rows != NULL;
}

SatchelMailing *
satchel_mailing_open (SatchelSession *session, const SatchelMailingOptions *options, GError **error)
{
  g_autoptr (SatchelMailing) mailing = g_new0 (SatchelMailing, 1);

  mailing->session = session;
  mailing->options = *options;
  mailing->lock = -1;
  mailing->name = g_strdup_printf ("%s %s %s", options->list->id, options->template_->id,
                                   options->round != NULL ? options->round : "");
  mailing->recipients = g_ptr_array_new_with_free_func (free_recipient);
  mailing->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (options->send && (mailing->lock = satchel_ledger_lock (session, error)) < 0)
    return NULL;
  return find_campaign (mailing, error) && find_recipients (mailing, error) && take_ledger (mailing, error)
             ? g_steal_pointer (&mailing)
             : NULL;
}

void
satchel_mailing_again (SatchelMailing *mailing, SatchelMailingState state)
{
  for (guint i = 0; i < mailing->recipients->len; i++) {
    SatchelMailingRecipient *recipient = mailing->recipients->pdata[i];

    if (recipient->state == state)
      recipient->state = SATCHEL_MAILING_WAITING;
  }
  mailing->next = 0;
}

/* ---- sending ---- */

/* The same on every device, and each time. */
static char *
make_message_id (SatchelMailing *mailing, const char *key, const SatchelMailAccount *account)
{
  const char *organisation =
      satchel_replica_peek_meta (satchel_session_get_replica (mailing->session), "organisation");
  g_autofree char *name = g_strdup_printf ("mailing/%s/%s/%s", organisation, mailing->name, key);
  g_autofree char *id = satchel_id_for_name (name);
  const char *at = strrchr (account->address, '@');

  return g_strconcat (id, at != NULL ? at : "@localhost", NULL);
}

static SatchelOutgoing *
compose (SatchelMailing *mailing, const SatchelRecord *person, const SatchelMailAccount *account,
         const char *message_id, GError **error)
{
  const SatchelOutgoingFrom from = { account->person, account->address, account->reply_to };
  g_auto (SatchelAddressee) addressee = { 0 };
  g_autoptr (SatchelRecord) email = NULL;

  if (!satchel_mail_addressee (mailing->session, person, &addressee, error))
    return NULL;
  email = satchel_mail_new_draft (mailing->session, person, &addressee);
  return satchel_mail_fill (mailing->session, mailing->options.template_, person, email, error)
             ? satchel_outgoing_compose (mailing->session, email, &from, NULL, message_id, error)
             : NULL;
}

static gboolean
was_sent_elsewhere (SatchelMailing *mailing, const char *message_id, gboolean *sent, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *id = satchel_mail_find (mailing->session, message_id, &problem);

  *sent = id != NULL;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
send_one (SatchelMailing *mailing, SatchelPost *post, const SatchelMailAccount *account,
          SatchelMailingRecipient *recipient, const SatchelRecord *person, GError **error)
{
  const SatchelTrackOptions options = { .regarding_entity =
                                            mailing->campaign != NULL ? "campaign" : recipient->entity,
                                        .regarding_id =
                                            mailing->campaign != NULL ? mailing->campaign : recipient->id,
                                        .direction = SATCHEL_MAIL_OUTGOING };
  g_autoptr (SatchelSending) sending = g_new0 (SatchelSending, 1), before = NULL;
  g_autoptr (SatchelOutgoing) message = NULL;
  g_auto (SatchelTracked) tracked = { 0 };
  g_autoptr (GError) problem = NULL;
  SatchelPostResult result;
  gboolean sent;

  sending->key = g_ascii_strdown (recipient->address, -1);
  sending->entity = g_strdup (recipient->entity);
  sending->id = g_strdup (recipient->id);
  sending->address = g_strdup (recipient->address);
  sending->message_id = make_message_id (mailing, sending->key, account);
  if (!was_sent_elsewhere (mailing, sending->message_id, &sent, error))
    return FALSE;
  if (sent) {
    recipient->state = SATCHEL_MAILING_SENT;
    return TRUE;
  }
  if (!satchel_ledger_find (mailing->session, mailing->name, sending->key, &before, error))
    return FALSE;
  /* Her address may be another one than when the list was read: one that somebody else had. */
  if (before != NULL && (before->state == SATCHEL_SENDING_SENT || !g_str_equal (before->id, recipient->id))) {
    take_state (recipient, before);
    return TRUE;
  }
  message = compose (mailing, person, account, sending->message_id, &problem);
  if (message == NULL) {
    skip (recipient, "unwritable", problem->message);
    return TRUE;
  }
  result = satchel_mail_send (mailing->session, post, account, mailing->name, sending, message, &options,
                              &tracked, &problem);
  if (result != SATCHEL_POST_UNSENT) {
    take_state (recipient, sending);
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
satchel_mailing_step (SatchelMailing *mailing, SatchelPost *post, const SatchelMailAccount *account,
                      const SatchelMailingRecipient **recipient, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (mailing->session);

  for (*recipient = NULL; mailing->next < mailing->recipients->len; mailing->next++) {
    SatchelMailingRecipient *one = mailing->recipients->pdata[mailing->next];
    g_autoptr (SatchelRecord) person = NULL;

    if (one->state != SATCHEL_MAILING_WAITING)
      continue;
    if (!satchel_replica_read (satchel_session_get_replica (mailing->session),
                               satchel_registry_find (registry, one->entity), one->id, &person, error))
      return FALSE;
    /* A mailing takes hours, and people change their minds meanwhile. */
    if (person == NULL)
      skip (one, "not-here", _ ("is not carried by this device"));
    else if (!judge (mailing, one, person, error))
      return FALSE;
    if (one->state != SATCHEL_MAILING_WAITING)
      continue;
    if (!send_one (mailing, post, account, one, person, error))
      return FALSE;
    mailing->next++;
    *recipient = one;
    return TRUE;
  }
  return TRUE;
}
