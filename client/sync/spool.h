/* A nameless temporary file beside the replica: what a pull streams is complete before any of it is looked at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SatchelPullSpool SatchelPullSpool;

/* Errors here and in write: STORAGE. The file is gone with the process, whatever happens to it. */
SatchelPullSpool *satchel_pull_spool_new (const char *directory, GError **error);
void          satchel_pull_spool_free (SatchelPullSpool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPullSpool, satchel_pull_spool_free)

gboolean satchel_pull_spool_write (SatchelPullSpool *spool, const char *bytes, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All that was written, from its start; the stream lives no longer than the spool. Nothing may be written afterwards. */
GInputStream *satchel_pull_spool_read (SatchelPullSpool *spool, GError **error);

G_END_DECLS
