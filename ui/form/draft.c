/* Fields over what was seen: what is typed, and what others write meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/draft.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "protocol/rules/amounts.h"
#include "protocol/rules/validate.h"
#include "ui/form/draft-private.h"
#include "ui/form/judge.h"

typedef SatchelDraftField Cell;

enum { FIELD, CHANGED, SAVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelDraft, satchel_draft, G_TYPE_OBJECT)

/* ---- the record as it would stand ---- */

const SatchelRecord *
satchel_draft_get_record (SatchelDraft *draft)
{
  if (draft->record != NULL)
    return draft->record;
  draft->record = satchel_record_copy (satchel_draft_get_stored (draft));
  for (guint i = 0; i < draft->entity->n_fields; i++) {
    const Cell *cell = &draft->cells[i];

    if (cell->look != NULL && cell->typed == NULL)
      satchel_record_set (draft->record, draft->entity->fields[i], cell->value);
  }
  satchel_rules_compute (draft->record);
  return draft->record;
}

void
satchel_draft_say_field (SatchelDraft *draft, guint i)
{
  g_signal_emit (draft, signals[FIELD], 0, i);
}

void
satchel_draft_say_changed (SatchelDraft *draft)
{
  g_signal_emit (draft, signals[CHANGED], 0);
}

void
satchel_draft_say_saved (SatchelDraft *draft, SatchelDraftUndo *undo)
{
  g_signal_emit (draft, signals[SAVED], 0, undo);
}

/* Judges anew, and says which fields have another problem, and which computed ones another value than @was
 * (may be NULL). */
void
satchel_draft_judge (SatchelDraft *draft, const SatchelRecord *was)
{
  const SatchelRecord *record = satchel_draft_get_record (draft);
  g_autofree char **problems = g_new0 (char *, draft->entity->n_fields);
  g_autofree gboolean *differs = g_new0 (gboolean, draft->entity->n_fields);

  g_clear_pointer (&draft->trouble, g_free);
  satchel_judge (record, draft->new ? NULL : satchel_draft_get_stored (draft), problems, &draft->trouble);
  for (guint i = 0; i < draft->entity->n_fields; i++) {
    const SatchelField *field = draft->entity->fields[i];
    Cell *cell = &draft->cells[i];

    if (draft->insists && draft->new &&problems[i] == NULL &&
        field->requirement == SATCHEL_REQUIREMENT_REQUIRED &&satchel_field_is_writable (field) &&
        satchel_record_get (record, field) == NULL)
      problems[i] = g_strdup (_ ("This is needed."));
    if (cell->wrong != NULL) {
      g_free (problems[i]);
      problems[i] = g_strdup (cell->wrong);
    }
    differs[i] = g_strcmp0 (cell->problem, problems[i]) != 0 ||
                 (was != NULL && cell->look == NULL &&
                  !satchel_value_equal (satchel_record_get (was, field), satchel_record_get (record, field)));
    g_free (cell->problem);
    cell->problem = problems[i];
  }
  for (guint i = 0; i < draft->entity->n_fields; i++)
    if (differs[i])
      satchel_draft_say_field (draft, i);
  satchel_draft_say_changed (draft);
}

/* Something is edited, or not any more. */
void
satchel_draft_renew (SatchelDraft *draft)
{
  g_autoptr (SatchelRecord) was = g_steal_pointer (&draft->record);

  satchel_draft_judge (draft, was);
}

void
satchel_draft_end_edit (Cell *cell)
{
  g_clear_pointer (&cell->look, satchel_look_unref);
  g_clear_pointer (&cell->value, satchel_value_unref);
  g_clear_pointer (&cell->typed, g_free);
  g_clear_pointer (&cell->wrong, g_free);
  cell->theirs = FALSE;
}

static void
clear_cell (Cell *cell)
{
  satchel_draft_end_edit (cell);
  g_clear_pointer (&cell->problem, g_free);
  g_clear_pointer (&cell->sent, satchel_value_unref);
}

/* ---- typing ---- */

static Cell *
begin_edit (SatchelDraft *draft, const SatchelField *field)
{
  Cell *cell = &draft->cells[field->index];

  if (cell->look == NULL)
    cell->look = satchel_look_ref (draft->look);
  g_clear_pointer (&cell->typed, g_free);
  g_clear_pointer (&cell->wrong, g_free);
  g_clear_pointer (&draft->refusal, g_free);
  return cell;
}

/* Back at what is stored: nothing is edited, unless something else of it is on its way. */
static void
settle (SatchelDraft *draft, guint i)
{
  Cell *cell = &draft->cells[i];

  if (cell->look != NULL && cell->typed == NULL && !cell->sending &&
      satchel_value_equal (cell->value,
                           satchel_record_get (satchel_draft_get_stored (draft), draft->entity->fields[i])))
    satchel_draft_end_edit (cell);
}

void
satchel_draft_set (SatchelDraft *draft, const SatchelField *field, const SatchelValue *value)
{
  Cell *cell;

  g_return_if_fail (SATCHEL_IS_DRAFT (draft) && draft->entity->fields[field->index] == field);
  if (draft->cells[field->index].typed == NULL &&
      satchel_value_equal (value, satchel_draft_get_value (draft, field)))
    return;
  cell = begin_edit (draft, field);
  satchel_value_unref (cell->value);
  cell->value = satchel_value_ref (value);
  settle (draft, field->index);
  satchel_draft_start_timers (draft);
  satchel_draft_renew (draft);
}

void
satchel_draft_type (SatchelDraft *draft, const SatchelField *field, const char *typed, const char *problem)
{
  Cell *cell;

  g_return_if_fail (SATCHEL_IS_DRAFT (draft) && draft->entity->fields[field->index] == field &&
                    problem != NULL);
  cell = begin_edit (draft, field);
  cell->typed = g_strdup (typed != NULL ? typed : "");
  cell->wrong = g_strdup (problem);
  satchel_draft_start_timers (draft);
  satchel_draft_renew (draft);
}

void
satchel_draft_take_theirs (SatchelDraft *draft, const SatchelField *field)
{
  satchel_draft_end_edit (&draft->cells[field->index]);
  satchel_draft_start_timers (draft);
  satchel_draft_renew (draft);
  satchel_draft_say_field (draft, field->index);
}

void
satchel_draft_keep_mine (SatchelDraft *draft, const SatchelField *field)
{
  Cell *cell = &draft->cells[field->index];

  if (!cell->theirs)
    return;
  /* She has seen theirs and decided: the edit refers to it now. */
  satchel_look_unref (cell->look);
  cell->look = satchel_look_ref (draft->look);
  cell->theirs = FALSE;
  satchel_draft_renew (draft);
  satchel_draft_say_field (draft, field->index);
  satchel_draft_save (draft);
}

void
satchel_draft_discard (SatchelDraft *draft)
{
  for (guint i = 0; i < draft->entity->n_fields; i++) {
    if (draft->cells[i].look == NULL || draft->cells[i].sending)
      continue;
    satchel_draft_end_edit (&draft->cells[i]);
    satchel_draft_say_field (draft, i);
  }
  g_clear_pointer (&draft->refusal, g_free);
  draft->resumed = FALSE;
  satchel_draft_start_timers (draft);
  satchel_draft_renew (draft);
  satchel_draft_flush (draft);
}

/* ---- looking again ---- */

void
satchel_draft_note_pending (SatchelDraft *draft)
{
  g_autoptr (GPtrArray) names = satchel_outbox_pending_fields (
      satchel_session_get_outbox (satchel_desk_get_session (draft->desk)), draft->entity, draft->id, NULL);

  for (guint i = 0; i < draft->entity->n_fields; i++) {
    gboolean pending = names != NULL && g_ptr_array_find_with_equal_func (
                                            names, draft->entity->fields[i]->name, g_str_equal, NULL);

    if (pending == draft->cells[i].pending)
      continue;
    draft->cells[i].pending = pending;
    satchel_draft_say_field (draft, i);
  }
}

/* What is edited against what the store has now. Of a field that is on its way nothing can be said yet. */
void
satchel_draft_compare (SatchelDraft *draft, guint i)
{
  const SatchelField *field = draft->entity->fields[i];
  const SatchelValue *now = satchel_record_get (satchel_draft_get_stored (draft), field);
  Cell *cell = &draft->cells[i];
  gboolean theirs;

  if (cell->look == NULL || cell->sending)
    return;
  settle (draft, i);
  if (cell->look == NULL) {
    satchel_draft_say_field (draft, i);
    return;
  }
  theirs = !satchel_value_equal (now, satchel_record_get (cell->look->seen->record, field));
  if (!theirs) {
    satchel_look_unref (cell->look);
    cell->look = satchel_look_ref (draft->look);
  }
  if (theirs != cell->theirs || theirs) {
    cell->theirs = theirs;
    satchel_draft_say_field (draft, i);
  }
}

void
satchel_draft_look_again (SatchelDraft *draft)
{
  SatchelSession *session = satchel_desk_get_session (draft->desk);
  g_autoptr (GError) error = NULL;
  SatchelSeen *seen =
      session != NULL ? satchel_session_look (session, draft->entity, draft->id, &error) : NULL;
  gboolean gone = g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);

  if (seen == NULL) {
    /* Any other error: it could not be read just now, which says nothing about the record. */
    if (gone != draft->gone && !draft->new) {
      draft->gone = gone;
      satchel_draft_say_changed (draft);
    }
    return;
  }
  draft->gone = FALSE;
  draft->new = FALSE;
  satchel_look_unref (draft->look);
  draft->look = satchel_look_new (seen);
  satchel_draft_learn_rights (draft);
  for (guint i = 0; i < draft->entity->n_fields; i++)
    satchel_draft_compare (draft, i);
  satchel_draft_note_pending (draft);
  satchel_draft_renew (draft);
}

static void
desk_changed_cb (SatchelDesk *desk, GHashTable *records, SatchelDraft *draft)
{
  const SatchelField *field = satchel_amounts_head_field (draft->entity);
  const SatchelValue *head = field != NULL ? satchel_draft_get_value (draft, field) : NULL;
  const SatchelEntity *entity =
      head != NULL ? satchel_registry_find (satchel_desk_get_registry (desk), satchel_value_get_entity (head))
                   : NULL;

  if (!draft->new &&
      (satchel_desk_changes_touch (records, draft->entity, draft->id) ||
       (entity != NULL && satchel_desk_changes_touch (records, entity, satchel_value_get_id (head)))))
    satchel_draft_look_again (draft);
}

void
satchel_draft_follow (SatchelDraft *draft)
{
  g_signal_connect_object (draft->desk, "changed", G_CALLBACK (desk_changed_cb), draft, 0);
}

/* ---- the object ---- */

static void
satchel_draft_dispose (GObject *object)
{
  SatchelDraft *draft = SATCHEL_DRAFT (object);

  if (draft->desk != NULL) {
    satchel_draft_flush (draft);
    g_hash_table_remove (satchel_draft_get_open (draft->desk), draft->id);
  }
  g_clear_handle_id (&draft->save_timer, g_source_remove);
  g_clear_object (&draft->desk);
  G_OBJECT_CLASS (satchel_draft_parent_class)->dispose (object);
}

static void
satchel_draft_finalize (GObject *object)
{
  SatchelDraft *draft = SATCHEL_DRAFT (object);

  for (guint i = 0; i < draft->entity->n_fields; i++)
    clear_cell (&draft->cells[i]);
  g_free (draft->cells);
  g_free (draft->locked);
  g_free (draft->bound);
  satchel_look_unref (draft->look);
  g_clear_pointer (&draft->record, satchel_record_free);
  g_free (draft->trouble);
  g_free (draft->refusal);
  g_free (draft->id);
  G_OBJECT_CLASS (satchel_draft_parent_class)->finalize (object);
}

static void
satchel_draft_class_init (SatchelDraftClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = satchel_draft_dispose;
  object_class->finalize = satchel_draft_finalize;
  signals[FIELD] = g_signal_new ("field", SATCHEL_TYPE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SAVED] = g_signal_new ("saved", SATCHEL_TYPE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
satchel_draft_init (SatchelDraft *draft)
{
}
