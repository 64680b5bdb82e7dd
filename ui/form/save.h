/* One saving of a form, as a job for the desk's writer, and what takes it back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"
#include "ui/form/draft.h"

G_BEGIN_DECLS

/* A record as somebody saw it: SatchelSeen, shared by the fields that were edited over it. Immutable, any thread. */
typedef struct {
  SatchelSeen *seen;
} SatchelLook;
SatchelLook *satchel_look_new (SatchelSeen *seen); /* takes it */
SatchelLook *satchel_look_ref (SatchelLook *look);
void         satchel_look_unref (SatchelLook *look); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelLook, satchel_look_unref)

typedef struct _SatchelSave SatchelSave;

/* Built on the main thread, then the job's. */
SatchelSave *satchel_save_new (const SatchelEntity *entity, const char *id);
void         satchel_save_free (SatchelSave *save);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSave, satchel_save_free)

/* The record is to be made, of what people write in @record. */
void satchel_save_create (SatchelSave *save, const SatchelRecord *record);
/* A field, edited over @look; both are referenced. Edits over one look go as one change set. */
void satchel_save_edit (SatchelSave *save, SatchelLook *look, const SatchelField *field, const SatchelValue *value);
/* What is still only typed, to be kept in the same transaction; NULL: nothing. Takes it. */
void satchel_save_keep (SatchelSave *save, char *text);

/* A SatchelDeskJob: all of it, or nothing. Without creation and edits it just keeps. */
gpointer satchel_save_run (SatchelSession *session, gpointer save, GCancellable *cancellable, GError **error);
/* Before it is handed over. */
SatchelDraftUndo *satchel_save_make_undo (const SatchelSave *save);

G_END_DECLS
