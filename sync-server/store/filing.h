/* Where a row lies: the buckets of what everybody may read (scope/buckets.h), kept with each write of the row, of the record
 * that it is about, and of a share. All within the commit under way.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* @row is the record's row, which is there; of a deleted one, still there. */
gboolean satchel_filing_enter (SatchelStore *store, const SatchelRecord *record, gint64 row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_filing_leave (SatchelStore *store, const SatchelRecord *record, gint64 row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The row has changed from @before to @after; what is about it follows. */
gboolean satchel_filing_move (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, gint64 row,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- around the write of a share ---- */

/* Whom the record that @share is about is shared with as yet. NULL with no error set for other entities, and for a share whose
 * record is gone. Owned. */
gboolean satchel_filing_note_share (SatchelStore *store, const SatchelRecord *share, char ***principals,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The share is written: its record, and what is about that, is filed anew, and is news in every bucket that it is in. */
gboolean satchel_filing_follow_share (SatchelStore *store, const SatchelRecord *share, char **principals,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
