/* Sets of edits by what was seen, one transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/save.h"

#include <glib/gi18n.h>

#include "client/replica/drafts.h"
#include "protocol/error.h"

/* Edits over one look. */
typedef struct {
  SatchelLook *look;
  GPtrArray *changes; /* SatchelFieldValue */
} Group;

struct _SatchelSave {
  const SatchelEntity *entity;
  char *id;
  SatchelRecord *record; /* to be made; or NULL */
  GPtrArray *groups;
  char *rest; /* to be kept; or NULL */
};

struct _SatchelDraftUndo {
  const SatchelEntity *entity;
  char *id;
  gboolean created;
  GPtrArray *before; /* SatchelFieldValue: as it was… */
  GPtrArray *after;  /* …and what it was replaced by, in the same order */
};

/* ---- looks ---- */

SatchelLook *
satchel_look_new (SatchelSeen *seen)
{
  SatchelLook *look = g_atomic_rc_box_new0 (SatchelLook);

  look->seen = seen;
  return look;
}

SatchelLook *
satchel_look_ref (SatchelLook *look)
{
  return g_atomic_rc_box_acquire (look);
}

static void
clear_look (gpointer data)
{
  satchel_seen_free (((SatchelLook *)data)->seen);
}

void
satchel_look_unref (SatchelLook *look)
{
  if (look != NULL)
    g_atomic_rc_box_release_full (look, clear_look);
}

/* ---- building ---- */

static void
group_free (gpointer data)
{
  Group *group = data;

  satchel_look_unref (group->look);
  g_ptr_array_unref (group->changes);
  g_free (group);
}

static GPtrArray *
new_changes (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
}

static void
add_change (GPtrArray *changes, const SatchelField *field, const SatchelValue *value)
{
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);

  change->field = field;
  change->value = satchel_value_ref (value);
  g_ptr_array_add (changes, change);
}

SatchelSave *
satchel_save_new (const SatchelEntity *entity, const char *id)
{
  SatchelSave *save = g_new0 (SatchelSave, 1);

  save->entity = entity;
  save->id = g_strdup (id);
  save->groups = g_ptr_array_new_with_free_func (group_free);
  return save;
}

void
satchel_save_free (SatchelSave *save)
{
  if (save == NULL)
    return;
  g_free (save->id);
  g_clear_pointer (&save->record, satchel_record_free);
  g_ptr_array_unref (save->groups);
  g_free (save->rest);
  g_free (save);
}

void
satchel_save_create (SatchelSave *save, const SatchelRecord *record)
{
  g_return_if_fail (save->record == NULL);
  save->record = satchel_record_new (save->entity, save->id);
  for (guint i = 0; i < save->entity->n_fields; i++) {
    const SatchelField *field = save->entity->fields[i];

    if (satchel_field_is_writable (field))
      satchel_record_set (save->record, field, satchel_record_get (record, field));
  }
}

static Group *
ensure_group (SatchelSave *save, SatchelLook *look)
{
  Group *group;

  for (guint i = 0; i < save->groups->len; i++) {
    group = save->groups->pdata[i];
    if (group->look == look)
      return group;
  }
  group = g_new0 (Group, 1);
  group->look = satchel_look_ref (look);
  group->changes = new_changes ();
  g_ptr_array_add (save->groups, group);
  return group;
}

void
satchel_save_edit (SatchelSave *save, SatchelLook *look, const SatchelField *field, const SatchelValue *value)
{
  add_change (ensure_group (save, look)->changes, field, value);
}

void
satchel_save_keep (SatchelSave *save, char *text)
{
  g_free (save->rest);
  save->rest = text;
}

/* ---- in the writer's thread ---- */

static gboolean
create (SatchelSession *session, SatchelRecord *record, GError **error)
{
  g_autofree char *set = satchel_session_create (session, record, error);

  return set != NULL;
}

static gboolean
write_all (SatchelSession *session, SatchelSave *save, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);

  if (save->record != NULL && !create (session, save->record, error))
    return FALSE;
  for (guint i = 0; i < save->groups->len; i++) {
    const Group *group = save->groups->pdata[i];
    g_autofree char *set = satchel_session_update_seen (session, group->look->seen, group->changes, error);

    if (set == NULL)
      return FALSE;
  }
  if (save->rest == NULL)
    return satchel_drafts_drop (replica, save->entity->name, save->id, error);
  return satchel_drafts_keep (replica, save->entity->name, save->id, save->rest,
                              satchel_clock_now_ms (satchel_session_get_clock (session)), error);
}

gpointer
satchel_save_run (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  if (!satchel_session_begin_batch (session, error))
    return NULL;
  /* A commit that fails has ended the batch by itself; the error says so. */
  if (!write_all (session, data, error) || !satchel_session_commit_batch (session, error))
    satchel_session_rollback_batch (session);
  return NULL;
}

/* ---- taking it back ---- */

SatchelDraftUndo *
satchel_save_make_undo (const SatchelSave *save)
{
  SatchelDraftUndo *undo = g_atomic_rc_box_new0 (SatchelDraftUndo);

  undo->entity = save->entity;
  undo->id = g_strdup (save->id);
  undo->created = save->record != NULL;
  undo->before = new_changes ();
  undo->after = new_changes ();
  for (guint i = 0; i < save->groups->len; i++) {
    const Group *group = save->groups->pdata[i];

    for (guint j = 0; j < group->changes->len; j++) {
      const SatchelFieldValue *change = group->changes->pdata[j];

      add_change (undo->before, change->field, satchel_record_get (group->look->seen->record, change->field));
      add_change (undo->after, change->field, change->value);
    }
  }
  return undo;
}

SatchelDraftUndo *
satchel_draft_undo_ref (SatchelDraftUndo *undo)
{
  return g_atomic_rc_box_acquire (undo);
}

static void
clear_undo (gpointer data)
{
  SatchelDraftUndo *undo = data;

  g_free (undo->id);
  g_ptr_array_unref (undo->before);
  g_ptr_array_unref (undo->after);
}

void
satchel_draft_undo_unref (SatchelDraftUndo *undo)
{
  g_atomic_rc_box_release_full (undo, clear_undo);
}

char *
satchel_draft_undo_describe (SatchelDraftUndo *undo)
{
  const SatchelFieldValue *first;

  if (undo->created)
    return g_strdup_printf (_ ("“%s” created"), _ (undo->entity->label));
  first = undo->after->pdata[0];
  if (undo->after->len == 1)
    return g_strdup_printf (_ ("“%s” changed"), _ (first->field->label));
  return g_strdup_printf (ngettext ("%u field changed", "%u fields changed", undo->after->len),
                          undo->after->len);
}

/* What still stands as this save left it, to be put back. */
static GPtrArray *
list_untouched (const SatchelDraftUndo *undo, const SatchelRecord *now)
{
  GPtrArray *changes = new_changes ();

  for (guint i = 0; i < undo->after->len; i++) {
    const SatchelFieldValue *after = undo->after->pdata[i], *before = undo->before->pdata[i];

    if (satchel_value_equal (satchel_record_get (now, after->field), after->value))
      add_change (changes, before->field, before->value);
  }
  return changes;
}

gpointer
satchel_draft_undo_run (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const SatchelDraftUndo *undo = data;
  g_autoptr (SatchelSeen) seen = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autofree char *set = NULL;

  if (undo->created) {
    set = satchel_session_delete (session, undo->entity, undo->id, error);
    return NULL;
  }
  seen = satchel_session_look (session, undo->entity, undo->id, error);
  if (seen == NULL)
    return NULL;
  changes = list_untouched (undo, seen->record);
  if (changes->len > 0)
    set = satchel_session_update_seen (session, seen, changes, error);
  else
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                         _ ("Somebody has changed it since; it stays as it is."));
  return NULL;
}
