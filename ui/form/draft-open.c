/* Where a draft comes from: the store, what was kept, or nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "client/permits.h"
#include "client/replica/drafts.h"
#include "client/replica/query.h"
#include "protocol/error.h"
#include "protocol/rules/amounts.h"
#include "protocol/rules/validate.h"
#include "ui/act/refusal.h"
#include "ui/form/draft-private.h"
#include "ui/form/kept.h"

GHashTable *
satchel_draft_get_open (SatchelDesk *desk)
{
  static const char key[] = "satchel-new-drafts";
  GHashTable *open = g_object_get_data (G_OBJECT (desk), key);

  if (open == NULL) {
    open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_object_set_data_full (G_OBJECT (desk), key, open, (GDestroyNotify)g_hash_table_unref);
  }
  return open;
}

/* A line of a quote that was won stands as it is. */
static void
learn_bound (SatchelDraft *draft, SatchelSession *session)
{
  g_autoptr (GError) error = NULL;
  SatchelRecordSource source;

  g_clear_pointer (&draft->bound, g_free);
  if (draft->new || session == NULL)
    return;
  satchel_replica_init_source (satchel_session_get_replica (session), &source);
  if (!satchel_amounts_check_open (draft->look->seen->record, &source, &error))
    draft->bound = satchel_refusal_to_text (error);
}

void
satchel_draft_learn_rights (SatchelDraft *draft)
{
  SatchelSession *session = satchel_desk_get_session (draft->desk);
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;
  const SatchelField *owner = satchel_entity_owner_field (draft->entity);
  const SatchelRecord *stored = draft->look->seen->record;
  const gboolean may_write =
      draft->new || satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_WRITE, stored);
  const gboolean may_assign =
      draft->new || satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_ASSIGN, stored);

  for (guint i = 0; i < draft->entity->n_fields; i++) {
    const SatchelField *field = draft->entity->fields[i];

    draft->locked[i] = !(field == owner ? may_assign : may_write) ||
                       (permits != NULL && !satchel_permits_can_write_field (permits, field));
  }
  learn_bound (draft, session);
}

static SatchelDraft *
make (SatchelDesk *desk, const SatchelEntity *entity, const char *id, SatchelSeen *seen, gboolean new)
{
  SatchelDraft *draft = g_object_new (SATCHEL_TYPE_DRAFT, NULL);

  draft->desk = g_object_ref (desk);
  draft->entity = entity;
  draft->id = g_strdup (id);
  draft->look = satchel_look_new (seen);
  draft->cells = g_new0 (SatchelDraftField, entity->n_fields);
  draft->locked = g_new0 (guint8, entity->n_fields);
  draft->new = new;
  satchel_draft_learn_rights (draft);
  satchel_draft_follow (draft);
  return draft;
}

/* Over what was seen then, as far as it is known; what the store has now comes to light at once. */
static void
take_up (SatchelDraft *draft, const SatchelKeptField *kept)
{
  SatchelDraftField *cell = &draft->cells[kept->field->index];
  SatchelSeen *seen;

  satchel_draft_end_edit (cell);
  cell->value = satchel_value_ref (kept->value);
  cell->typed = g_strdup (kept->typed);
  cell->wrong = kept->typed != NULL ? g_strdup (_ ("This is not finished.")) : NULL;
  if (draft->new) {
    cell->look = satchel_look_ref (draft->look);
    return;
  }
  seen = g_new0 (SatchelSeen, 1);
  seen->record = satchel_record_copy (draft->look->seen->record);
  seen->cursor = g_strdup (kept->cursor);
  satchel_record_set (seen->record, kept->field, kept->base);
  cell->look = satchel_look_new (seen);
}

void
satchel_draft_resume (SatchelDraft *draft, const char *text)
{
  SatchelKeptKind kind;
  g_autoptr (GPtrArray) fields = satchel_kept_from_text (draft->entity, text, &kind);

  for (guint i = 0; i < fields->len; i++)
    take_up (draft, fields->pdata[i]);
  for (guint i = 0; i < draft->entity->n_fields; i++)
    satchel_draft_compare (draft, i);
  draft->resumed = satchel_draft_is_dirty (draft);
  satchel_draft_renew (draft);
}

SatchelDraft *
satchel_draft_open (SatchelDesk *desk, const SatchelEntity *entity, const char *id, GError **error)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  SatchelSeen *seen;
  g_autoptr (GPtrArray) kept = NULL;
  SatchelDraft *draft;

  if (session == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "the profile is closed");
    return NULL;
  }
  seen = satchel_session_look (session, entity, id, error);
  if (seen == NULL)
    return NULL;
  draft = make (desk, entity, id, seen, FALSE);
  kept = satchel_drafts_list (satchel_session_get_replica (session), entity->name, id, NULL);
  if (kept != NULL && kept->len > 0)
    satchel_draft_resume (draft, ((SatchelKeptDraft *)kept->pdata[0])->text);
  else
    satchel_draft_judge (draft, NULL);
  satchel_draft_note_pending (draft);
  return draft;
}

/* One to be created, with its defaults. @id NULL: a new one. */
static SatchelDraft *
begin (SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  const SatchelClock *clock = satchel_session_get_clock (session);
  g_autofree char *made = id == NULL ? satchel_id_new (clock) : NULL;
  SatchelSeen *seen = g_new0 (SatchelSeen, 1);
  SatchelDraft *draft;

  seen->record = satchel_record_new (entity, id != NULL ? id : made);
  satchel_rules_apply_defaults (seen->record, satchel_session_get_user (session),
                                satchel_clock_now_ms (clock));
  draft = make (desk, entity, seen->record->id, seen, TRUE);
  g_hash_table_add (satchel_draft_get_open (desk), g_strdup (draft->id));
  satchel_draft_judge (draft, NULL);
  return draft;
}

/* The draft of one that was never created. */
static gboolean
is_waiting (SatchelDesk *desk, const SatchelEntity *entity, const SatchelKeptDraft *kept)
{
  SatchelReplica *replica = satchel_session_get_replica (satchel_desk_get_session (desk));
  g_autoptr (SatchelRecord) record = NULL;
  SatchelKeptKind kind;
  g_autoptr (GPtrArray) fields = satchel_kept_from_text (entity, kept->text, &kind);

  return kind == SATCHEL_KEPT_NEW && fields->len > 0 &&
         !g_hash_table_contains (satchel_draft_get_open (desk), kept->record) &&
         satchel_replica_read (replica, entity, kept->record, &record, NULL) && record == NULL;
}

SatchelDraft *
satchel_draft_new (SatchelDesk *desk, const SatchelEntity *entity)
{
  SatchelReplica *replica = satchel_session_get_replica (satchel_desk_get_session (desk));
  g_autoptr (GPtrArray) drafts = satchel_drafts_list (replica, entity->name, NULL, NULL);

  for (guint i = 0; drafts != NULL && i < drafts->len; i++) {
    const SatchelKeptDraft *kept = drafts->pdata[i];
    SatchelDraft *draft;

    if (!is_waiting (desk, entity, kept))
      continue;
    draft = begin (desk, entity, kept->record);
    satchel_draft_resume (draft, kept->text);
    return draft;
  }
  return begin (desk, entity, NULL);
}

SatchelDraft *
satchel_draft_new_with (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *values)
{
  SatchelDraft *draft = begin (desk, entity, NULL);

  for (guint i = 0; i < values->len; i++) {
    const SatchelFieldValue *value = values->pdata[i];

    if (satchel_field_is_writable (value->field))
      satchel_draft_set (draft, value->field, value->value);
  }
  return draft;
}
