/* Fields over what was seen; timers for keeping and saving; one save at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/draft.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"
#include "protocol/rules/validate.h"
#include "ui/act/refusal.h"
#include "ui/form/draft-private.h"
#include "ui/form/judge.h"
#include "ui/form/kept.h"

#define KEEP_AFTER_MS 300
#define SAVE_AFTER_MS 1000

typedef SatchelDraftField Cell;

enum { FIELD, CHANGED, SAVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelDraft, satchel_draft, G_TYPE_OBJECT)

/* ---- the record as it would stand ---- */

static const SatchelRecord *
get_stored (SatchelDraft *draft)
{
  return draft->look->seen->record;
}

static const SatchelValue *
get_base (SatchelDraft *draft, guint i)
{
  const Cell *cell = &draft->cells[i];

  return satchel_record_get (cell->look != NULL ? cell->look->seen->record : get_stored (draft),
                             draft->entity->fields[i]);
}

const SatchelRecord *
satchel_draft_get_record (SatchelDraft *draft)
{
  if (draft->record != NULL)
    return draft->record;
  draft->record = satchel_record_copy (get_stored (draft));
  for (guint i = 0; i < draft->entity->n_fields; i++) {
    const Cell *cell = &draft->cells[i];

    if (cell->look != NULL && cell->typed == NULL)
      satchel_record_set (draft->record, draft->entity->fields[i], cell->value);
  }
  satchel_rules_compute (draft->record);
  return draft->record;
}

static void
say_field (SatchelDraft *draft, guint i)
{
  g_signal_emit (draft, signals[FIELD], 0, i);
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
  satchel_judge (record, draft->new ? NULL : get_stored (draft), problems, &draft->trouble);
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
      say_field (draft, i);
  g_signal_emit (draft, signals[CHANGED], 0);
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

/* ---- keeping ---- */

gboolean
satchel_draft_is_dirty (SatchelDraft *draft)
{
  for (guint i = 0; i < draft->entity->n_fields; i++)
    if (draft->cells[i].look != NULL)
      return TRUE;
  return FALSE;
}

/* Fields that are just being saved are not kept with that save. */
typedef enum { TEXT_ALL, TEXT_WITHOUT_SENT } TextOf;

static char *
make_text (SatchelDraft *draft, TextOf of)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < draft->entity->n_fields; i++) {
    const Cell *cell = &draft->cells[i];
    SatchelKeptField *kept;

    if (cell->look == NULL || (of == TEXT_WITHOUT_SENT && cell->sending))
      continue;
    kept = g_new0 (SatchelKeptField, 1);
    *kept = (SatchelKeptField){ draft->entity->fields[i], cell->value, cell->typed,
                                (SatchelValue *)get_base (draft, i), cell->look->seen->cursor };
    g_ptr_array_add (fields, kept);
  }
  if (fields->len == 0)
    return NULL;
  /* What a save leaves over is of a record that is there. */
  return satchel_kept_to_text (draft->new &&of == TEXT_ALL ? SATCHEL_KEPT_NEW : SATCHEL_KEPT_RECORD, fields);
}

char *
satchel_draft_dup_text (SatchelDraft *draft)
{
  return make_text (draft, TEXT_ALL);
}

/* What cannot be kept is still on the screen; the next letter tries again. */
void
satchel_draft_flush (SatchelDraft *draft)
{
  g_autoptr (SatchelSave) keep = NULL;

  if (draft->keep_timer == 0)
    return;
  g_clear_handle_id (&draft->keep_timer, g_source_remove);
  if (draft->gone)
    return;
  draft->kept = TRUE;
  keep = satchel_save_new (draft->entity, draft->id);
  satchel_save_keep (keep, make_text (draft, TEXT_ALL));
  satchel_desk_write (draft->desk, satchel_save_run, g_steal_pointer (&keep),
                      (GDestroyNotify)satchel_save_free, NULL, NULL, NULL);
}

static gboolean
keep_cb (gpointer data)
{
  satchel_draft_flush (data);
  return G_SOURCE_REMOVE;
}

static gboolean
save_cb (gpointer data)
{
  SatchelDraft *draft = data;

  draft->save_timer = 0;
  satchel_draft_save (draft);
  return G_SOURCE_REMOVE;
}

/* Timers begin anew with each letter. A new record is not made because somebody thinks for a second. */
static void
start_timers (SatchelDraft *draft)
{
  g_clear_handle_id (&draft->keep_timer, g_source_remove);
  draft->keep_timer = g_timeout_add (KEEP_AFTER_MS, keep_cb, draft);
  g_clear_handle_id (&draft->save_timer, g_source_remove);
  if (!draft->new)
    draft->save_timer = g_timeout_add (SAVE_AFTER_MS, save_cb, draft);
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
      satchel_value_equal (cell->value, satchel_record_get (get_stored (draft), draft->entity->fields[i])))
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
  start_timers (draft);
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
  start_timers (draft);
  satchel_draft_renew (draft);
}

void
satchel_draft_take_theirs (SatchelDraft *draft, const SatchelField *field)
{
  satchel_draft_end_edit (&draft->cells[field->index]);
  start_timers (draft);
  satchel_draft_renew (draft);
  say_field (draft, field->index);
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
  say_field (draft, field->index);
  satchel_draft_save (draft);
}

void
satchel_draft_discard (SatchelDraft *draft)
{
  for (guint i = 0; i < draft->entity->n_fields; i++) {
    if (draft->cells[i].look == NULL || draft->cells[i].sending)
      continue;
    satchel_draft_end_edit (&draft->cells[i]);
    say_field (draft, i);
  }
  g_clear_pointer (&draft->refusal, g_free);
  draft->resumed = FALSE;
  start_timers (draft);
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
    say_field (draft, i);
  }
}

/* What is edited against what the store has now. Of a field that is on its way nothing can be said yet. */
void
satchel_draft_compare (SatchelDraft *draft, guint i)
{
  const SatchelField *field = draft->entity->fields[i];
  const SatchelValue *now = satchel_record_get (get_stored (draft), field);
  Cell *cell = &draft->cells[i];
  gboolean theirs;

  if (cell->look == NULL || cell->sending)
    return;
  settle (draft, i);
  if (cell->look == NULL) {
    say_field (draft, i);
    return;
  }
  theirs = !satchel_value_equal (now, satchel_record_get (cell->look->seen->record, field));
  if (!theirs) {
    satchel_look_unref (cell->look);
    cell->look = satchel_look_ref (draft->look);
  }
  if (theirs != cell->theirs || theirs) {
    cell->theirs = theirs;
    say_field (draft, i);
  }
}

static void
look_again (SatchelDraft *draft)
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
      g_signal_emit (draft, signals[CHANGED], 0);
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
  satchel_draft_renew (draft);
  satchel_draft_note_pending (draft);
}

static void
desk_changed_cb (SatchelDesk *desk, GHashTable *records, SatchelDraft *draft)
{
  if (!draft->new &&satchel_desk_changes_touch (records, draft->entity, draft->id))
    look_again (draft);
}

void
satchel_draft_follow (SatchelDraft *draft)
{
  g_signal_connect_object (draft->desk, "changed", G_CALLBACK (desk_changed_cb), draft, 0);
}

/* ---- saving ---- */

/* Whether the field can go with a save: the whole is not refused because of one. */
static gboolean
is_ready (SatchelDraft *draft, guint i)
{
  const Cell *cell = &draft->cells[i];

  return cell->look != NULL && cell->problem == NULL &&
         !satchel_draft_is_read_only (draft, draft->entity->fields[i]);
}

/* What is edited is at odds with a field that is not. */
static gboolean
breaks_elsewhere (SatchelDraft *draft)
{
  for (guint i = 0; i < draft->entity->n_fields; i++)
    if (draft->cells[i].look == NULL && draft->cells[i].problem != NULL)
      return TRUE;
  return FALSE;
}

/* The edits that may go; a record to be made needs all that is required. NULL: none. */
static SatchelSave *
make_save (SatchelDraft *draft)
{
  g_autoptr (SatchelSave) save = satchel_save_new (draft->entity, draft->id);
  g_autofree char **problems = g_new0 (char *, draft->entity->n_fields);
  g_autofree char *trouble = NULL;
  gboolean any = FALSE, good = TRUE;

  if (draft->new) {
    good = satchel_judge (satchel_draft_get_record (draft), NULL, problems, &trouble);
    for (guint i = 0; i < draft->entity->n_fields; i++)
      g_free (problems[i]);
    satchel_save_create (save, satchel_draft_get_record (draft));
  }
  if (!good || draft->trouble != NULL || draft->gone || breaks_elsewhere (draft))
    return NULL;
  for (guint i = 0; i < draft->entity->n_fields; i++) {
    Cell *cell = &draft->cells[i];

    if (!is_ready (draft, i))
      continue;
    any = TRUE;
    cell->sending = TRUE;
    cell->sent = satchel_value_ref (cell->value);
    if (!draft->new)
      satchel_save_edit (save, cell->look, draft->entity->fields[i], cell->value);
  }
  if (!any)
    return NULL;
  satchel_save_keep (save, make_text (draft, TEXT_WITHOUT_SENT));
  return g_steal_pointer (&save);
}

/* What was sent is stored; what was typed on meanwhile is an edit of that. */
static void
end_sending (SatchelDraft *draft, gboolean stored)
{
  for (guint i = 0; i < draft->entity->n_fields; i++) {
    Cell *cell = &draft->cells[i];

    if (!cell->sending)
      continue;
    cell->sending = FALSE;
    if (stored && cell->typed == NULL && satchel_value_equal (cell->sent, cell->value)) {
      satchel_draft_end_edit (cell);
      say_field (draft, i);
    } else if (stored && cell->look != NULL) {
      satchel_look_unref (cell->look);
      cell->look = satchel_look_ref (draft->look);
    }
    g_clear_pointer (&cell->sent, satchel_value_unref);
  }
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelDraft) draft = data;
  g_autoptr (GError) error = NULL;
  SatchelDraftUndo *undo;

  satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  g_clear_pointer (&draft->refusal, g_free);
  if (error != NULL)
    draft->refusal = satchel_refusal_to_text (error);
  else
    draft->resumed = FALSE;
  if (error == NULL && satchel_desk_get_session (draft->desk) != NULL)
    look_again (draft);
  end_sending (draft, error == NULL);
  /* Not before: who hears of a change meanwhile would save once more what was just saved. */
  undo = g_steal_pointer (&draft->undo);
  for (guint i = 0; i < draft->entity->n_fields; i++)
    satchel_draft_compare (draft, i);
  satchel_draft_renew (draft);
  if (error == NULL)
    g_signal_emit (draft, signals[SAVED], 0, undo);
  satchel_draft_undo_unref (undo);
  if (draft->kept)
    start_timers (draft);
  if (draft->again && error == NULL)
    satchel_draft_save (draft);
  draft->again = FALSE;
}

void
satchel_draft_save (SatchelDraft *draft)
{
  SatchelSave *save;

  g_return_if_fail (SATCHEL_IS_DRAFT (draft));
  g_clear_handle_id (&draft->save_timer, g_source_remove);
  if (draft->undo != NULL) {
    draft->again = TRUE;
    return;
  }
  save = make_save (draft);
  if (save == NULL)
    return;
  /* It keeps the rest itself. */
  g_clear_handle_id (&draft->keep_timer, g_source_remove);
  draft->kept = FALSE;
  draft->undo = satchel_save_make_undo (save);
  satchel_desk_write (draft->desk, satchel_save_run, save, (GDestroyNotify)satchel_save_free, NULL, saved_cb,
                      g_object_ref (draft));
  g_signal_emit (draft, signals[CHANGED], 0);
}

void
satchel_draft_insist (SatchelDraft *draft)
{
  draft->insists = TRUE;
  satchel_draft_judge (draft, NULL);
  satchel_draft_save (draft);
}

/* ---- asking ---- */

SatchelDesk *
satchel_draft_get_desk (SatchelDraft *draft)
{
  return draft->desk;
}

const SatchelEntity *
satchel_draft_get_entity (SatchelDraft *draft)
{
  return draft->entity;
}

const char *
satchel_draft_get_id (SatchelDraft *draft)
{
  return draft->id;
}

const SatchelRecord *
satchel_draft_get_stored (SatchelDraft *draft)
{
  return get_stored (draft);
}

const SatchelValue *
satchel_draft_get_value (SatchelDraft *draft, const SatchelField *field)
{
  const Cell *cell = &draft->cells[field->index];

  return cell->look != NULL ? cell->value : satchel_record_get (satchel_draft_get_record (draft), field);
}

const char *
satchel_draft_get_typed (SatchelDraft *draft, const SatchelField *field)
{
  return draft->cells[field->index].typed;
}

const char *
satchel_draft_get_problem (SatchelDraft *draft, const SatchelField *field)
{
  return draft->cells[field->index].problem;
}

gboolean
satchel_draft_is_edited (SatchelDraft *draft, const SatchelField *field)
{
  return draft->cells[field->index].look != NULL;
}

gboolean
satchel_draft_is_pending (SatchelDraft *draft, const SatchelField *field)
{
  return draft->cells[field->index].pending;
}

guint
satchel_draft_count_pending (SatchelDraft *draft)
{
  guint n = 0;

  for (guint i = 0; i < draft->entity->n_fields; i++)
    n += draft->cells[i].pending;
  return n;
}

gboolean
satchel_draft_get_theirs (SatchelDraft *draft, const SatchelField *field, const SatchelValue **theirs)
{
  if (!draft->cells[field->index].theirs)
    return FALSE;
  *theirs = satchel_record_get (get_stored (draft), field);
  return TRUE;
}

/* The one that is stored; of a new record the one that it begins with. */
static const char *
get_state (SatchelDraft *draft)
{
  const SatchelField *field = draft->entity->state_field;
  const SatchelValue *state = field != NULL ? satchel_record_get (get_stored (draft), field) : NULL;

  return state != NULL ? satchel_value_get_string (state) : NULL;
}

gboolean
satchel_draft_is_closed (SatchelDraft *draft)
{
  const char *state = get_state (draft);

  return !draft->new &&state != NULL &&satchel_entity_is_closed_state (draft->entity, state);
}

gboolean
satchel_draft_is_read_only (SatchelDraft *draft, const SatchelField *field)
{
  if (!satchel_field_is_writable (field) || draft->entity->system || draft->entity->retired || draft->gone ||
      draft->locked[field->index])
    return TRUE;
  if (satchel_entity_tells_state (draft->entity, field))
    return !satchel_entity_allows_edit (draft->entity, field, get_state (draft));
  return satchel_draft_is_closed (draft);
}

gboolean
satchel_draft_is_locked (SatchelDraft *draft)
{
  for (guint i = 0; i < draft->entity->n_fields; i++)
    if (satchel_field_is_writable (draft->entity->fields[i]) && !draft->locked[i])
      return FALSE;
  return TRUE;
}

gboolean
satchel_draft_is_new (SatchelDraft *draft)
{
  return draft->new;
}

gboolean
satchel_draft_is_resumed (SatchelDraft *draft)
{
  return draft->resumed;
}

const char *
satchel_draft_get_trouble (SatchelDraft *draft)
{
  return draft->refusal != NULL ? draft->refusal : draft->trouble;
}

SatchelDraftState
satchel_draft_get_state (SatchelDraft *draft)
{
  if (draft->gone)
    return SATCHEL_DRAFT_GONE;
  if (draft->undo != NULL)
    return SATCHEL_DRAFT_SAVING;
  if (!satchel_draft_is_dirty (draft))
    return SATCHEL_DRAFT_STORED;
  if (satchel_draft_get_trouble (draft) != NULL)
    return SATCHEL_DRAFT_HELD;
  for (guint i = 0; i < draft->entity->n_fields; i++)
    if (draft->cells[i].problem != NULL)
      return SATCHEL_DRAFT_HELD;
  return SATCHEL_DRAFT_EDITED;
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
