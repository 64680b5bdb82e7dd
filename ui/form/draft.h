/* A record while somebody works on it: what is stored, what was typed on top, and what is wrong with that. No widgets.
 *
 * A field that nobody edits follows the store quietly. One that is being edited keeps what was typed, whatever a pull brings: then
 * there are "theirs" to take or to turn down, and a save until then refers to what the person had seen, so that the server
 * can tell a conflict (DESIGN §3).
 *
 * What is typed is kept in the replica (client/replica/drafts.h) soon after it stands still, and dropped in the transaction that saves it.
 * Whoever opens the record again after a crash finds it.
 *
 * Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_DRAFT (satchel_draft_get_type ())
G_DECLARE_FINAL_TYPE (SatchelDraft, satchel_draft, SATCHEL, DRAFT, GObject)

/* With what was typed and not saved, if anything. NOT_FOUND. */
SatchelDraft *satchel_draft_open (SatchelDesk *desk, const SatchelEntity *entity, const char *id, GError **error);
/* A record to be created, with its defaults: the one that was begun last and is not open elsewhere, or a new one. */
SatchelDraft *satchel_draft_new (SatchelDesk *desk, const SatchelEntity *entity);
/* A new one with these values on top, whatever waits. SatchelFieldValue*, borrowed. */
SatchelDraft *satchel_draft_new_with (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *values);

SatchelDesk         *satchel_draft_get_desk (SatchelDraft *draft);
const SatchelEntity *satchel_draft_get_entity (SatchelDraft *draft);
const char          *satchel_draft_get_id (SatchelDraft *draft); /* also of one to be created */
/* As it would stand with all that is valid, computed fields too. Borrowed until the next signal. */
const SatchelRecord *satchel_draft_get_record (SatchelDraft *draft);
/* As it is stored; with its defaults while it is new. */
const SatchelRecord *satchel_draft_get_stored (SatchelDraft *draft);

/* ---- fields ---- */

const SatchelValue *satchel_draft_get_value (SatchelDraft *draft, const SatchelField *field);
/* What was typed that is no value (yet); NULL: it is one. */
const char *satchel_draft_get_typed (SatchelDraft *draft, const SatchelField *field);
/* A sentence; NULL: none. */
const char *satchel_draft_get_problem (SatchelDraft *draft, const SatchelField *field);
gboolean    satchel_draft_is_edited (SatchelDraft *draft, const SatchelField *field);  /* and not saved */
gboolean    satchel_draft_is_pending (SatchelDraft *draft, const SatchelField *field); /* saved, not at the server */
gboolean    satchel_draft_is_read_only (SatchelDraft *draft, const SatchelField *field);
/* TRUE, and their value (may be NULL: emptied), when a colleague changed it since it was edited. */
gboolean    satchel_draft_get_theirs (SatchelDraft *draft, const SatchelField *field, const SatchelValue **theirs);

/* Typed or chosen. Takes nothing; does not say "field" of the same field unless its problem is another one. */
void satchel_draft_set (SatchelDraft *draft, const SatchelField *field, const SatchelValue *value);
void satchel_draft_type (SatchelDraft *draft, const SatchelField *field, const char *typed, const char *problem);
void satchel_draft_take_theirs (SatchelDraft *draft, const SatchelField *field);
void satchel_draft_keep_mine (SatchelDraft *draft, const SatchelField *field);

/* ---- all of it ---- */

typedef enum {
  SATCHEL_DRAFT_STORED, /* nothing is typed that is not saved */
  SATCHEL_DRAFT_EDITED,
  SATCHEL_DRAFT_SAVING,
  SATCHEL_DRAFT_HELD, /* what was typed cannot be saved as it is: get_trouble(), or the problems of fields */
  SATCHEL_DRAFT_GONE, /* deleted, or not carried any more */
} SatchelDraftState;
SatchelDraftState satchel_draft_get_state (SatchelDraft *draft);
gboolean          satchel_draft_is_new (SatchelDraft *draft); /* not created yet */
gboolean          satchel_draft_is_locked (SatchelDraft *draft); /* this person may only read it */
gboolean          satchel_draft_is_closed (SatchelDraft *draft); /* by its state, or that of what it is a line of: only actions change it */
const char       *satchel_draft_get_bound (SatchelDraft *draft); /* why, of a line; NULL: nothing of that kind. Borrowed */
gboolean          satchel_draft_is_resumed (SatchelDraft *draft); /* it began with what was typed before the program ended */
guint             satchel_draft_count_pending (SatchelDraft *draft); /* fields saved, not at the server */
/* What is wrong and concerns no single field; NULL: nothing. */
const char *satchel_draft_get_trouble (SatchelDraft *draft);

/* Saves what is valid, creates a new one once it may; else does nothing. Comes back with "saved". Happens by itself when a stored record
 * was typed on and then left alone for a second. */
void satchel_draft_save (SatchelDraft *draft);
/* The same, and tells of a new one what it lacks. */
void satchel_draft_insist (SatchelDraft *draft);
/* Forgets what was typed and not saved. */
void satchel_draft_discard (SatchelDraft *draft);
/* Has what is typed kept now: the page goes away. */
void satchel_draft_flush (SatchelDraft *draft);

/* What was typed, to go on with in another draft of the same record (other definitions). NULL: nothing was. */
char *satchel_draft_dup_text (SatchelDraft *draft);
void  satchel_draft_resume (SatchelDraft *draft, const char *text);

/* Signals:
 *   "field" (guint index)   something about the field is different: its value (not by set()), problem, theirs, pending
 *   "changed"               so is the state or the trouble
 *   "saved" (gpointer)      a SatchelDraftUndo, borrowed: what would take this save back */

typedef struct _SatchelDraftUndo SatchelDraftUndo;
SatchelDraftUndo *satchel_draft_undo_ref (SatchelDraftUndo *undo);
void              satchel_draft_undo_unref (SatchelDraftUndo *undo);
/* "Changed “Phone”": translated, owned. */
char *satchel_draft_undo_describe (SatchelDraftUndo *undo);
/* A SatchelDeskJob, to be written: puts back what nobody has changed since; STATE when somebody has changed it all. Deletes what was created. */
gpointer satchel_draft_undo_run (SatchelSession *session, gpointer undo, GCancellable *cancellable, GError **error);

G_END_DECLS
