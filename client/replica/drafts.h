/* What somebody has typed into a form and not saved yet, so that it outlives the program, however that ends.
 *
 *   draft (entity, record, text, at_ms)
 *
 * One a record; of a record that is to be created, under the id that it will have. The text is the form's own business. Each call is a
 * transaction, or part of the caller's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* The step that creates the table. */
extern const char satchel_drafts_schema[];

typedef struct {
  char *entity, *record, *text;
  gint64 at_ms; /* when it was kept */
} SatchelKeptDraft;
void satchel_kept_draft_free (SatchelKeptDraft *draft);

/* Replaces what was kept of the record. */
gboolean satchel_drafts_keep (SatchelReplica *replica, const char *entity, const char *record, const char *text, gint64 at_ms,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* That there is none is no error. */
gboolean satchel_drafts_drop (SatchelReplica *replica, const char *entity, const char *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of one record, of an entity (@record NULL), or all (both NULL), the last one first: SatchelKeptDraft*, owned. */
GPtrArray *satchel_drafts_list (SatchelReplica *replica, const char *entity, const char *record, GError **error);
/* All of them: they were somebody else's. */
gboolean satchel_drafts_clear (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
