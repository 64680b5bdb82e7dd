/* What a draft says about itself.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/draft-private.h"

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
  return draft->look->seen->record;
}

const SatchelValue *
satchel_draft_get_value (SatchelDraft *draft, const SatchelField *field)
{
  const SatchelDraftField *cell = &draft->cells[field->index];

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
  *theirs = satchel_record_get (satchel_draft_get_stored (draft), field);
  return TRUE;
}

/* The one that is stored; of a new record the one that it begins with. */
static const char *
get_state (SatchelDraft *draft)
{
  const SatchelField *field = draft->entity->state_field;
  const SatchelValue *state =
      field != NULL ? satchel_record_get (satchel_draft_get_stored (draft), field) : NULL;

  return state != NULL ? satchel_value_get_string (state) : NULL;
}

gboolean
satchel_draft_is_closed (SatchelDraft *draft)
{
  const char *state = get_state (draft);

  return !draft->new &&
         (draft->bound != NULL || (state != NULL && satchel_entity_is_closed_state (draft->entity, state)));
}

const char *
satchel_draft_get_bound (SatchelDraft *draft)
{
  return draft->bound;
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

gboolean
satchel_draft_is_dirty (SatchelDraft *draft)
{
  for (guint i = 0; i < draft->entity->n_fields; i++)
    if (draft->cells[i].look != NULL)
      return TRUE;
  return FALSE;
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
