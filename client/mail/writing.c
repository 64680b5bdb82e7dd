/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/writing.h"

#include <glib/gi18n.h>

#include "client/mail/draft.h"
#include "client/mail/message-private.h"
#include "client/mail/template.h"
#include "protocol/error.h"

/* ---- templates ---- */

static const struct {
  const char *from, *into;
  SatchelTemplateKind kind;
} texts[] = {
  { "subject", "subject", SATCHEL_TEMPLATE_LINE },
  { "body_text", "body_text", SATCHEL_TEMPLATE_TEXT },
  { "body_html", "body_html", SATCHEL_TEMPLATE_HTML },
};

static const char *
get_string (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

static gboolean
blame (const SatchelRecord *template_, guint i, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (template_->entity, texts[i].from);

  g_prefix_error (error, "%s, ", _ (field->label));
  return FALSE;
}

gboolean
satchel_mail_check_template (SatchelSession *session, const SatchelRecord *template_,
                             const SatchelEntity *entity, GError **error)
{
  const char *wanted = get_string (template_, "entity");

  if (wanted != NULL && !g_str_equal (wanted, entity->name)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("this template is for records of “%s”, not of “%s”"), wanted, entity->name);
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (!satchel_template_check (satchel_session_get_registry (session), entity,
                                 get_string (template_, texts[i].from), error))
      return blame (template_, i, error);
  return TRUE;
}

/* To what the field holds. */
static gboolean
set_text (SatchelRecord *email, const char *name, const char *text, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (email->entity, name);
  g_autofree char *cut =
      field == email->entity->title ? satchel_message_clean_line (text, field->max_chars) : NULL;
  g_autoptr (SatchelValue) value = satchel_value_new_string (cut != NULL ? cut : text);

  satchel_record_set (email, field, value);
  return value == NULL || satchel_value_check (field, value, error);
}

gboolean
satchel_mail_fill (SatchelSession *session, const SatchelRecord *template_, const SatchelRecord *record,
                   SatchelRecord *email, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  SatchelRegistry *registry = satchel_session_get_registry (session);
  g_autoptr (SatchelRecord) me = NULL;
  SatchelRecordSource source;
  SatchelPredicateContext context;

  if (!satchel_mail_check_template (session, template_, record->entity, error) ||
      !satchel_replica_read (replica, satchel_registry_find (registry, "user"),
                             satchel_session_get_user (session), &me, error))
    return FALSE;
  satchel_replica_init_source (replica, &source);
  satchel_session_get_context (session, &context);
  const SatchelTemplateContext fields = { .registry = registry,
                                          .record = record,
                                          .me = me,
                                          .source = &source,
                                          .name = satchel_replica_dup_name,
                                          .name_data = replica,
                                          .zone = context.zone };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *text =
        satchel_template_expand (&fields, get_string (template_, texts[i].from), texts[i].kind, error);

    if (text == NULL || !set_text (email, texts[i].into, text, error))
      return blame (template_, i, error);
  }
  return TRUE;
}

/* ---- drafts ---- */

SatchelRecord *
satchel_mail_new_draft (SatchelSession *session, const SatchelRecord *record,
                        const SatchelAddressee *addressee)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "email");
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
  SatchelRecord *email = satchel_record_new (entity, id);
  const SatchelParty me = { .role = "from", .entity = "user", .id = satchel_session_get_user (session) };
  const SatchelParty you = { .role = "to",
                             .entity = addressee->person->entity->name,
                             .id = addressee->person->id,
                             .address = addressee->address,
                             .name = addressee->name };
  g_autoptr (SatchelValue) from = satchel_value_new_parties (&me, 1),
                           to = satchel_value_new_parties (&you, 1);
  g_autoptr (SatchelValue) direction = satchel_value_new_string ("outgoing");
  g_autoptr (SatchelValue) about = NULL;

  satchel_record_set_by_name (email, "from", from);
  satchel_record_set_by_name (email, "to", to);
  satchel_record_set_by_name (email, "direction", direction);
  if (satchel_field_allows_target (satchel_entity_find_field (entity, "regarding"), record->entity->name))
    about = satchel_value_new_lookup (record->entity->name, record->id);
  satchel_mail_draft_regard (session, email, about);
  return email;
}

static gboolean
keep (SatchelSession *session, SatchelRecord *email, const GPtrArray *attachments, GError **error)
{
  g_autofree char *set = satchel_session_create (session, email, error);
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  gboolean added;

  for (guint i = 0; set != NULL && attachments != NULL && i < attachments->len; i++)
    if (!satchel_mail_attach (session, email, attachments->pdata[i], deeds, &added, error))
      return FALSE;
  return set != NULL;
}

gboolean
satchel_mail_keep_draft (SatchelSession *session, SatchelRecord *email, const GPtrArray *attachments,
                         GError **error)
{
  if (!satchel_session_begin_batch (session, error))
    return FALSE;
  if (keep (session, email, attachments, error) && satchel_session_commit_batch (session, error))
    return TRUE;
  satchel_session_rollback_batch (session);
  return FALSE;
}

/* ---- attachments ---- */

static SatchelMailAttachment *
load (SatchelSession *session, const SatchelValue *file, GError **error)
{
  SatchelBlobStore *store = satchel_replica_get_blobs (satchel_session_get_replica (session));
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  const char *hash, *name, *media_type;
  gint64 size_bytes;
  SatchelMailAttachment *attachment;

  satchel_value_get_file (file, &hash, &name, &media_type, &size_bytes);
  if (!satchel_blob_store_has (store, hash)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("the file “%s” has not been fetched yet"),
                 name);
    return NULL;
  }
  if (!satchel_blob_store_copy (store, hash, size_bytes, output, error) ||
      !g_output_stream_close (output, NULL, error))
    return NULL;
  attachment = g_new0 (SatchelMailAttachment, 1);
  attachment->name = g_strdup (name);
  attachment->media_type = g_strdup (media_type);
  attachment->bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (output));
  return attachment;
}

GPtrArray *
satchel_mail_load_attachments (SatchelSession *session, const SatchelRecord *email, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_find (registry, "note");
  const SatchelReference reference = { .entity = entity,
                                       .field = satchel_entity_find_field (entity, "email") };
  g_autoptr (GPtrArray) notes =
      satchel_replica_list_referring (satchel_session_get_replica (session), &reference, email->id, error);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mail_attachment_free);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const SatchelValue *file = satchel_record_get_by_name (notes->pdata[i], "file");
    SatchelMailAttachment *attachment = file != NULL ? load (session, file, error) : NULL;

    if (file != NULL && attachment == NULL)
      return NULL;
    if (attachment != NULL)
      g_ptr_array_add (list, attachment);
  }
  return notes != NULL ? g_steal_pointer (&list) : NULL;
}
