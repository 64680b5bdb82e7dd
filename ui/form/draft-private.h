/* What the files of a draft share: draft.c, what is typed, over what the store has; draft-save.c, how it gets to the disk; draft-ask.c, what it
 * says about itself; draft-open.c, where it comes from.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/form/draft.h"
#include "ui/form/save.h"

G_BEGIN_DECLS

/* One field. What is not edited has the value of the latest look. */
typedef struct {
  SatchelLook *look; /* over which it is edited; NULL: it is not */
  SatchelValue
      *value;         /* edited: what it would be; the last valid one while something is typed that is none */
  char *typed;        /* no value (yet); or NULL */
  char *wrong;        /* why not */
  char *problem;      /* what is shown: that, or what a rule says */
  SatchelValue *sent; /* with a save that is under way… */
  gboolean sending;   /* …which there is */
  gboolean theirs;    /* a colleague changed it since */
  gboolean pending;   /* saved, not at the server */
} SatchelDraftField;

struct _SatchelDraft {
  GObject parent_instance;
  SatchelDesk *desk;
  const SatchelEntity *entity;
  char *id;
  gboolean new, resumed, gone;
  guint8 *locked;   /* entity->n_fields: the person may not write it */
  char *bound;      /* why what it is a line of keeps it as it is; NULL: it does not */
  gboolean insists; /* tells what a new one lacks */
  SatchelLook *look;      /* the latest; of a new one its defaults, without cursor */
  SatchelRecord *record;  /* as it would stand; NULL: to be made */
  SatchelDraftField *cells;            /* entity->n_fields */
  char *trouble;          /* of the record: a rule */
  char *refusal;          /* of the last save; until something else is typed */
  SatchelDraftUndo *undo; /* of the save that is under way; NULL: none is */
  gboolean again;         /* save once more when that is done */
  gboolean kept;          /* something was kept behind it, which it does not know */
  guint keep_timer, save_timer;
};

gboolean satchel_draft_is_dirty (SatchelDraft *draft); /* something is edited */
/* Judges what would stand, and says which fields have another problem; and which computed ones another value than @was (may be NULL). */
void satchel_draft_judge (SatchelDraft *draft, const SatchelRecord *was);
/* The same after something is edited, or not any more. */
void satchel_draft_renew (SatchelDraft *draft);
void satchel_draft_end_edit (SatchelDraftField *cell);
/* What is edited of field @i against what the store has now. Of a field that is on its way nothing can be said yet. */
void satchel_draft_compare (SatchelDraft *draft, guint i);
/* What the person may write of it, as it is stored. */
void satchel_draft_learn_rights (SatchelDraft *draft);
/* Begins the time anew after which what is typed is kept, and saved. */
void satchel_draft_start_timers (SatchelDraft *draft);
/* What the store has now. */
void satchel_draft_look_again (SatchelDraft *draft);
/* Its signals. */
void satchel_draft_say_field (SatchelDraft *draft, guint i);
void satchel_draft_say_changed (SatchelDraft *draft);
void satchel_draft_say_saved (SatchelDraft *draft, SatchelDraftUndo *undo);
/* Hears of the desk from now on. */
void satchel_draft_follow (SatchelDraft *draft);
void satchel_draft_note_pending (SatchelDraft *draft);
/* The ids that are being created in this program: two new forms do not take up the same draft. */
GHashTable *satchel_draft_get_open (SatchelDesk *desk);

G_END_DECLS
