/* Views that people saved for themselves, or share with each other: records of "saved_view", which sync like any. What stands in
 * them is read with mistrust: whoever shares a view may have written anything, and for definitions that are others by now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct _SatchelSavedView SatchelSavedView; /* immutable, reference-counted; keeps its definitions alive */

SatchelSavedView *satchel_saved_view_ref (SatchelSavedView *saved);
void              satchel_saved_view_unref (SatchelSavedView *saved); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSavedView, satchel_saved_view_unref)

const char *satchel_saved_view_get_id (const SatchelSavedView *saved);
const char *satchel_saved_view_get_name (const SatchelSavedView *saved); /* a person's words: not to be translated */
gboolean    satchel_saved_view_is_own (const SatchelSavedView *saved);   /* else somebody shares it */
const SatchelEntity *satchel_saved_view_get_entity (const SatchelSavedView *saved);

/* To be shown as any view: its name is the id, its label the name. Its condition parses; columns that the definitions do not
 * have are left out, and what it does not say is the default view's. NULL, with a sentence, for a condition that cannot be understood. */
const SatchelView *satchel_saved_view_get_view (SatchelSavedView *saved, GError **error);
/* The condition as it was written, whatever it is. */
const char *satchel_saved_view_get_predicate (const SatchelSavedView *saved);

/* The person's own views of @entity (NULL: of all that the definitions have), then those shared with her or a team of hers; each in
 * order of name. SatchelSavedView*. */
GPtrArray *satchel_session_list_views (SatchelSession *session, const SatchelEntity *entity, GError **error);
/* One of @entity by its id, or by its name, as people type: her own first. NOT_FOUND. */
SatchelSavedView *satchel_session_find_view (SatchelSession *session, const SatchelEntity *entity, const char *word, GError **error);

/* What is to be kept: NULL leaves a member as it is (empty in a new one), "" empties it. */
typedef struct {
  const char *name;      /* a new one needs it */
  const char *predicate; /* INVALID, TOO_LARGE as satchel_predicate_parse(); kept in its canonical form */
  const char *columns;   /* satchel_view_columns_to_text() */
  const char *sort;      /* "field" or "field:desc" */
} SatchelViewDraft;
/* A new view of @entity (@id NULL), or a change of the one of that id. The set's UUID as from satchel_session_create() and _update();
 * *saved_id (may be NULL) is the view's, owned. Deleted, shared and given away as any record. */
char *satchel_session_save_view (SatchelSession *session, const SatchelEntity *entity, const char *id,
                                 const SatchelViewDraft *draft, char **saved_id, GError **error);

/* "name:320 account.city:120". Owned. */
char *satchel_view_columns_to_text (const SatchelViewColumn *columns, guint n_columns);

G_END_DECLS
