/* A draft on its way to the disk: kept with each pause in typing, saved as one change set, one save at a
 * time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/refusal.h"
#include "ui/form/draft-private.h"
#include "ui/form/judge.h"
#include "ui/form/kept.h"

#define KEEP_AFTER_MS 300
#define SAVE_AFTER_MS 1000

typedef SatchelDraftField Cell;

/* ---- keeping ---- */

/* What an edit began over. */
static const SatchelValue *
get_base (SatchelDraft *draft, guint i)
{
  const SatchelDraftField *cell = &draft->cells[i];

  return satchel_record_get (cell->look != NULL ? cell->look->seen->record : satchel_draft_get_stored (draft),
                             draft->entity->fields[i]);
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
void
satchel_draft_start_timers (SatchelDraft *draft)
{
  g_clear_handle_id (&draft->keep_timer, g_source_remove);
  draft->keep_timer = g_timeout_add (KEEP_AFTER_MS, keep_cb, draft);
  g_clear_handle_id (&draft->save_timer, g_source_remove);
  if (!draft->new)
    draft->save_timer = g_timeout_add (SAVE_AFTER_MS, save_cb, draft);
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
      satchel_draft_say_field (draft, i);
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
    satchel_draft_look_again (draft);
  end_sending (draft, error == NULL);
  /* Not before: who hears of a change meanwhile would save once more what was just saved. */
  undo = g_steal_pointer (&draft->undo);
  for (guint i = 0; i < draft->entity->n_fields; i++)
    satchel_draft_compare (draft, i);
  satchel_draft_renew (draft);
  if (error == NULL)
    satchel_draft_say_saved (draft, undo);
  satchel_draft_undo_unref (undo);
  if (draft->kept)
    satchel_draft_start_timers (draft);
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
  satchel_draft_say_changed (draft);
}

void
satchel_draft_insist (SatchelDraft *draft)
{
  draft->insists = TRUE;
  satchel_draft_judge (draft, NULL);
  satchel_draft_save (draft);
}
