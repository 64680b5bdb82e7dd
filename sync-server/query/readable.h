/* What one person may read, as a guard for conditions; buckets are looked up for the entities that a question touches, of which
 * there are few.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/scope.h"

G_BEGIN_DECLS

typedef struct _SatchelReadable SatchelReadable;

SatchelReadable *satchel_readable_new (SatchelStore *store, const SatchelScope *scope); /* borrowed */
void             satchel_readable_free (SatchelReadable *readable);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelReadable, satchel_readable_free)

/* Numbers (gint64) of the buckets whose rows may be read whole; NULL with an error. Borrowed. */
const GArray *satchel_readable_list_buckets (SatchelReadable *readable, const SatchelEntity *entity, GError **error);

/* A SatchelSqlGuard with a SatchelReadable* as data. Writes FALSE for an entity whose buckets could not be read; check() tells. */
void     satchel_readable_guard (const SatchelEntity *entity, const char *alias, GString *sql, gpointer readable);
gboolean satchel_readable_check (SatchelReadable *readable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
