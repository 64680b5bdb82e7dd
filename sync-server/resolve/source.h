/* What plans and rules read: the rows as the open transaction sees them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/resolve/resolution.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_LEND_READABLE, /* what the author may read: whatever she is told follows from that alone */
  SATCHEL_LEND_ALL,      /* sums, which must be right whoever adds to them */
} SatchelLend;

typedef struct {
  SatchelRecordSource source; /* lends records that live until the struct is cleared */
  SatchelResolution *resolution;
  SatchelLend lend;
  GPtrArray *records; /* SatchelRecord* */
  GError *error;      /* the first failure of the store, which a source cannot report otherwise */
} SatchelResolveSource;

void satchel_resolve_source_init (SatchelResolveSource *source, SatchelResolution *resolution, SatchelLend lend);
void satchel_resolve_source_clear (SatchelResolveSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelResolveSource, satchel_resolve_source_clear)

/* @done, unless the store failed meanwhile: then that is the error. */
gboolean satchel_resolve_source_finish (SatchelResolveSource *source, gboolean done, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
