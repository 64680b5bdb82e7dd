/* Records whose title changed: devices that know no more of them than that hear of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* As of the s under way. */
gboolean satchel_titles_note (SatchelStore *store, const char *entity, const char *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef gboolean (*SatchelTitleFunc) (const char *entity, const char *record, gpointer data, GError **error);
/* Those changed after @s. */
gboolean satchel_titles_visit_changed (SatchelStore *store, gint64 s, SatchelTitleFunc visit, gpointer data,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forgets those up to @s. */
gboolean satchel_titles_collect (SatchelStore *store, gint64 s, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
