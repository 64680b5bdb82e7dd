/* The columns of a list as a person left them. Of her own saved views they stand in the view itself, and roam with it; of other views
 * in a file of the profile, columns.ini. As text: "name:320 account.city:120", widths in pixels at 100 %.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/views.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* The columns that @text names, SatchelViewColumn with interned fields; those of @view where it names none that the definitions have.
 * Priorities are the view's, of others the lowest. Owned. */
GArray *satchel_layout_read (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelView *view, const char *text);

/* What was left for one of the system's views; NULL: nothing. Owned. */
char *satchel_layout_load (SatchelSession *session, const SatchelEntity *entity, const SatchelView *view);
/* @text NULL: as the view has it. For a write job. */
gboolean satchel_layout_save (SatchelSession *session, const char *entity, const char *view, const char *text,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same as a write of the desk; into @saved where that is the person's own (NULL: one of the system's views). */
void     satchel_layout_keep_async (SatchelDesk *desk, const SatchelEntity *entity, const SatchelView *view,
                                    SatchelSavedView *saved, const char *text, GAsyncReadyCallback callback, gpointer data);
gboolean satchel_layout_keep_finish (SatchelDesk *desk, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
