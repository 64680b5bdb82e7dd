/* The texts of scopes that devices have pulled with, by their digest: a cursor names a digest, and what the device held
 * follows from the text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* *text NULL when there is none; owned. */
gboolean satchel_scopes_read (SatchelStore *store, const char *digest, char **text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_scopes_contain (SatchelStore *store, const char *digest, gboolean *contained, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Stores the text, or says that it is in use. */
gboolean satchel_scopes_use (SatchelStore *store, const char *digest, const char *text, gint64 now_ms,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The atoms of all filters that some device carries: named by the text that it has pulled with last, or by one that was used at
 * @since_ms or later. A set of owned strings. */
GHashTable *satchel_scopes_list_filters (SatchelStore *store, gint64 since_ms, GError **error);
/* The same for a text that is there, or is not. */
gboolean satchel_scopes_touch (SatchelStore *store, const char *digest, gint64 now_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Drops what was not used since @before_ms; *n counts. */
gboolean satchel_scopes_collect (SatchelStore *store, gint64 before_ms, gint64 *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
