/* Tracking and its reverse: what is written is one transaction, of changes that can each be taken back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/track.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/blobs/attach.h"
#include "client/mail/draft.h"
#include "client/mail/query-private.h"
#include "client/mail/rules.h"
#include "protocol/error.h"
#include "protocol/rules/once.h"

void
satchel_tracked_clear (SatchelTracked *tracked)
{
  g_clear_pointer (&tracked->id, g_free);
  g_clear_pointer (&tracked->regarding_entity, g_free);
  g_clear_pointer (&tracked->regarding_id, g_free);
}

/* ---- finding ---- */

/* With the second of its Date, which every copy has alike: who knows no more of a message than its
 * Message-ID, as all do who got an answer to it, cannot even ask for its record. */
char *
satchel_mail_record_id (const char *organisation, const SatchelMessage *message)
{
  g_autofree char *name = g_strdup_printf ("email/%s/%s/%" G_GINT64_FORMAT, organisation, message->message_id,
                                           message->sent_ms / 1000);

  return satchel_id_for_name (name);
}

gboolean
satchel_mail_is_tracked (SatchelSession *session, const SatchelRecord *email)
{
  return satchel_once_is_present (satchel_record_get_by_name (email, "tracked_by"),
                                  satchel_session_get_user (session));
}

/* SatchelRecord*, owned. */
static GPtrArray *
list_records (SatchelSession *session, const char *id, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "email");
  const char *const values[] = { id, NULL };
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);

  return satchel_mail_query (session, entity, satchel_mail_condition ("message_id", values), NULL, 10,
                             records, error)
             ? g_steal_pointer (&records)
             : NULL;
}

SatchelRecord *
satchel_mail_find_record (SatchelSession *session, const char *message_id, GError **error)
{
  g_autofree char *id = satchel_message_id_normalise (message_id);
  g_autoptr (GPtrArray) records = id != NULL ? list_records (session, id, error) : NULL;

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    if (satchel_mail_is_tracked (session, records->pdata[i]))
      return g_ptr_array_steal_index (records, i);
  return records->len > 0 ? g_ptr_array_steal_index (records, 0) : NULL;
}

char *
satchel_mail_find (SatchelSession *session, const char *message_id, GError **error)
{
  g_autoptr (SatchelRecord) email = satchel_mail_find_record (session, message_id, error);

  return email != NULL ? g_strdup (email->id) : NULL;
}

static SatchelRecord *
require_record (SatchelSession *session, const char *message_id, GError **error)
{
  g_autoptr (GError) problem = NULL;
  SatchelRecord *email = satchel_mail_find_record (session, message_id, &problem);

  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (email == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("this message is not tracked"));
  return email;
}

/* ---- what it regards ---- */

/* The record must be here, or known by its title. */
static SatchelValue *
make_regarding (SatchelSession *session, const char *entity, const char *id, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelField *field =
      satchel_entity_find_field (satchel_registry_find (registry, "email"), "regarding");
  g_autofree char *title = NULL;

  if (satchel_registry_find (registry, entity) == NULL || !satchel_field_allows_target (field, entity)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE, _ ("a message cannot regard a “%s”"), entity);
    return NULL;
  }
  if (satchel_id_is_valid (id))
    title = satchel_replica_dup_name (entity, id, satchel_session_get_replica (session));
  if (title != NULL)
    return satchel_value_new_lookup (entity, id);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no %s %s here"), entity, id);
  return NULL;
}

/* Of the message before it in the thread. */
static gboolean
inherit (SatchelSession *session, const SatchelMessage *message, SatchelValue **regarding, GError **error)
{
  g_autoptr (SatchelRecord) before = NULL;
  g_autoptr (SatchelPermits) permits = satchel_session_read_permits (session);
  const SatchelValue *its;

  if (!satchel_mail_find_before (session, message, &before, error))
    return FALSE;
  its = before != NULL ? satchel_record_get_by_name (before, "regarding") : NULL;
  if (its != NULL && satchel_mail_may_name (session, permits, its))
    *regarding = satchel_value_ref (its);
  return TRUE;
}

static gboolean
regard (SatchelSession *session, const SatchelRecord *email, const SatchelValue *regarding,
        SatchelDeeds *deeds, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (email->entity, "regarding");
  g_autoptr (GHashTable) arguments = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  if (satchel_value_equal (satchel_record_get (email, field), regarding))
    return TRUE;
  g_hash_table_insert (arguments, (gpointer) "regarding",
                       regarding != NULL ? satchel_value_to_stored_text (field, regarding) : g_strdup (""));
  return satchel_deeds_act (deeds, session, email->entity, email->id, "regard", arguments, error);
}

/* ---- attachments ---- */

/* A note for each, whose id follows from the message's and from what is in it: two people who attach the same
 * have one. */
static gboolean
attach (SatchelSession *session, const SatchelRecord *email, const SatchelValue *regarding, const char *name,
        const char *media_type, GBytes *bytes, SatchelDeeds *deeds, gboolean *added, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "note");
  const SatchelField *about = satchel_entity_find_field (entity, "regarding");
  const SatchelField *file_field = satchel_entity_find_field (entity, "file");
  g_autoptr (SatchelValue) of = satchel_value_new_lookup ("email", email->id);
  g_autoptr (SatchelValue) subject = satchel_value_new_string (name);
  g_autoptr (SatchelValue) file = NULL;
  g_autoptr (SatchelRecord) note = NULL, there = NULL;
  g_autofree char *hash = NULL, *known = NULL, *id = NULL;

  *added = FALSE;
  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  known = g_strdup_printf ("attachment/%s/%s/%s", email->id, hash, name);
  id = satchel_id_for_name (known);
  if (!satchel_replica_read (satchel_session_get_replica (session), entity, id, &there, error))
    return FALSE;
  if (there != NULL)
    return TRUE;
  g_clear_pointer (&hash, g_free);
  hash = satchel_attach_bytes (satchel_session_get_replica (session), bytes, error);
  if (hash == NULL)
    return FALSE;
  note = satchel_record_new (entity, id);
  file = satchel_value_new_file (hash, name, media_type, (gint64)g_bytes_get_size (bytes));
  if (!satchel_value_check (file_field, file, NULL)) {
    satchel_value_unref (file);
    file = satchel_value_new_file (hash, name, "application/octet-stream", (gint64)g_bytes_get_size (bytes));
  }
  satchel_record_set_by_name (note, "subject", subject);
  satchel_record_set (note, file_field, file);
  satchel_record_set_by_name (note, "email", of);
  if (regarding != NULL && satchel_field_allows_target (about, satchel_value_get_entity (regarding)))
    satchel_record_set (note, about, regarding);
  *added = satchel_deeds_create (deeds, session, note, error);
  return *added;
}

gboolean
satchel_mail_attach (SatchelSession *session, const SatchelRecord *email,
                     const SatchelMailAttachment *attachment, SatchelDeeds *deeds, gboolean *added,
                     GError **error)
{
  return attach (session, email, satchel_record_get_by_name (email, "regarding"), attachment->name,
                 attachment->media_type, attachment->bytes, deeds, added, error);
}

static gboolean
is_wanted (const SatchelTrackOptions *options, const SatchelMailAttachment *attachment)
{
  switch (options->attach) {
  case SATCHEL_MAIL_ATTACH_ALL:
    return !attachment->is_inline;
  case SATCHEL_MAIL_ATTACH_NAMED:
    return options->attachment_names != NULL && g_strv_contains (options->attachment_names, attachment->name);
  case SATCHEL_MAIL_ATTACH_NONE:
    break;
  }
  return FALSE;
}

static gboolean
check_names (const SatchelMessage *message, const SatchelTrackOptions *options, GError **error)
{
  for (guint i = 0; options->attach == SATCHEL_MAIL_ATTACH_NAMED && options->attachment_names != NULL &&
                    options->attachment_names[i] != NULL;
       i++) {
    gboolean found = FALSE;

    for (guint j = 0; j < message->attachments->len && !found; j++)
      found = g_str_equal (((SatchelMailAttachment *)message->attachments->pdata[j])->name,
                           options->attachment_names[i]);
    if (!found) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("the message has no attachment “%s”"),
                   options->attachment_names[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
attach_all (SatchelSession *session, const SatchelMessage *message, const SatchelTrackOptions *options,
            const SatchelRecord *email, SatchelDeeds *deeds, guint *n, GError **error)
{
  const SatchelValue *regarding = satchel_record_get_by_name (email, "regarding");
  gboolean added = FALSE;

  *n = 0;
  for (guint i = 0; i < message->attachments->len; i++) {
    const SatchelMailAttachment *attachment = message->attachments->pdata[i];

    if (!is_wanted (options, attachment))
      continue;
    if (!satchel_mail_attach (session, email, attachment, deeds, &added, error))
      return FALSE;
    *n += added ? 1 : 0;
  }
  added = FALSE;
  if (options->attach_source && !attach (session, email, regarding, "message.eml", "message/rfc822",
                                         message->source, deeds, &added, error))
    return FALSE;
  *n += added ? 1 : 0;
  return TRUE;
}

/* ---- tracking ---- */

/* The record of the message that @draft was made of, as far as it is here; best one that she tracks. One of
 * the same id was agreed upon; any other has to say the same: strangers know the Message-IDs of what was
 * written to them, and can give them to what they write. */
static gboolean
find_own (SatchelSession *session, const SatchelRecord *draft, SatchelRecord **there, GError **error)
{
  const char *message_id = satchel_value_get_string (satchel_record_get_by_name (draft, "message_id"));
  g_autoptr (GPtrArray) records = list_records (session, message_id, error);
  int best = -1, rank = 0;

  *there = NULL;
  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];
    const gboolean has_id = g_str_equal (record->id, draft->id);
    const int worth = 1 + has_id + 2 * satchel_mail_is_tracked (session, record);

    if (worth > rank && (has_id || satchel_once_is_alike (draft, record))) {
      rank = worth;
      best = (int)i;
    }
  }
  if (best >= 0)
    *there = g_ptr_array_steal_index (records, (guint)best);
  return TRUE;
}

/* Its id is perhaps that of something else, which somebody put there. */
static gboolean
step_aside (SatchelSession *session, SatchelRecord *draft, GError **error)
{
  for (guint i = 0; i < SATCHEL_ONCE_STEPS; i++) {
    g_autoptr (SatchelRecord) other = NULL;
    char *beside;

    if (!satchel_replica_read (satchel_session_get_replica (session), draft->entity, draft->id, &other,
                               error))
      return FALSE;
    if (other == NULL)
      return TRUE;
    beside = satchel_once_own_id (draft->id, satchel_session_get_user (session));
    g_free (draft->id);
    draft->id = beside;
  }
  return TRUE;
}

/* Within a batch: the record comes about, is joined, or is hers already. */
static gboolean
write_email (SatchelSession *session, const SatchelMessage *message, const SatchelTrackOptions *options,
             const SatchelValue *given, SatchelDeeds *deeds, SatchelTracked *tracked, GError **error)
{
  g_autoptr (SatchelRecord) draft =
      satchel_mail_draft (session, message, options->direction, &tracked->cut, error);
  g_autoptr (SatchelRecord) there = NULL;
  g_autoptr (SatchelValue) regarding = satchel_value_ref (given);

  if (draft == NULL || !find_own (session, draft, &there, error) ||
      (there == NULL && !step_aside (session, draft, error)))
    return FALSE;
  tracked->joined = there != NULL;
  tracked->id = g_strdup (there != NULL ? there->id : draft->id);
  if (there != NULL && satchel_mail_is_tracked (session, there))
    return given == NULL || regard (session, there, given, deeds, error);
  if (there == NULL && given == NULL && !inherit (session, message, &regarding, error))
    return FALSE;
  /* A record of that message that was not made by tracking, or of a colleague who wrote another Date. */
  if (there != NULL && !g_str_equal (there->id, draft->id))
    return satchel_deeds_act (deeds, session, there->entity, there->id, "track", NULL, error) &&
           (given == NULL || regard (session, there, given, deeds, error));
  satchel_mail_draft_regard (session, draft, regarding);
  satchel_record_leave_out_retired (draft);
  return satchel_deeds_create (deeds, session, draft, error) &&
         (there == NULL || given == NULL || regard (session, there, given, deeds, error));
}

static gboolean
track (SatchelSession *session, const SatchelMessage *message, const SatchelTrackOptions *options,
       const SatchelValue *given, SatchelDeeds *deeds, SatchelTracked *tracked, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "email");
  g_autoptr (SatchelRecord) email = NULL;
  const SatchelValue *regarding;

  if (!write_email (session, message, options, given, deeds, tracked, error) ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, tracked->id, &email, error) ||
      !attach_all (session, message, options, email, deeds, &tracked->n_attachments, error) ||
      !satchel_mail_resume (session, message->message_id, error))
    return FALSE;
  regarding = satchel_record_get_by_name (email, "regarding");
  if (regarding != NULL) {
    tracked->regarding_entity = g_strdup (satchel_value_get_entity (regarding));
    tracked->regarding_id = g_strdup (satchel_value_get_id (regarding));
  }
  return TRUE;
}

/* In one transaction, after which @deeds are as many as happened. */
static gboolean
finish (SatchelSession *session, SatchelDeeds *deeds, guint before, gboolean done, GError **error)
{
  if (done && satchel_session_commit_batch (session, error))
    return TRUE;
  satchel_session_rollback_batch (session);
  satchel_deeds_truncate (deeds, before);
  return FALSE;
}

gboolean
satchel_mail_track (SatchelSession *session, const SatchelMessage *message,
                    const SatchelTrackOptions *options, SatchelDeeds *deeds, SatchelTracked *tracked,
                    GError **error)
{
  static const SatchelTrackOptions usual = { 0 };
  g_autoptr (SatchelDeeds) own = deeds == NULL ? satchel_deeds_new () : NULL;
  SatchelDeeds *kept = deeds != NULL ? deeds : own;
  const guint before = satchel_deeds_get_n (kept);
  g_autoptr (SatchelValue) given = NULL;

  *tracked = (SatchelTracked){ 0 };
  if (options == NULL)
    options = &usual;
  if (options->regarding_entity != NULL) {
    given = make_regarding (session, options->regarding_entity, options->regarding_id, error);
    if (given == NULL)
      return FALSE;
  }
  if (!check_names (message, options, error) || !satchel_session_begin_batch (session, error))
    return FALSE;
  if (finish (session, kept, before, track (session, message, options, given, kept, tracked, error), error))
    return TRUE;
  satchel_tracked_clear (tracked);
  return FALSE;
}

gboolean
satchel_mail_untrack (SatchelSession *session, const char *message_id, SatchelDeeds *deeds, GError **error)
{
  g_autoptr (SatchelDeeds) own = deeds == NULL ? satchel_deeds_new () : NULL;
  SatchelDeeds *kept = deeds != NULL ? deeds : own;
  const guint before = satchel_deeds_get_n (kept);
  g_autoptr (SatchelRecord) email = require_record (session, message_id, error);

  if (email == NULL || !satchel_session_begin_batch (session, error))
    return FALSE;
  return finish (session, kept, before,
                 satchel_deeds_act (kept, session, email->entity, email->id, "untrack", NULL, error) &&
                     satchel_mail_stop (session, message_id, error),
                 error);
}

gboolean
satchel_mail_set_regarding (SatchelSession *session, const char *message_id, const char *entity,
                            const char *id, SatchelDeeds *deeds, GError **error)
{
  g_autoptr (SatchelDeeds) own = deeds == NULL ? satchel_deeds_new () : NULL;
  g_autoptr (SatchelRecord) email = require_record (session, message_id, error);
  g_autoptr (SatchelValue) regarding = NULL;

  if (email == NULL)
    return FALSE;
  if (entity != NULL) {
    regarding = make_regarding (session, entity, id, error);
    if (regarding == NULL)
      return FALSE;
  }
  return regard (session, email, regarding, deeds != NULL ? deeds : own, error);
}
