/* Whether a filter that follows relations has a row by what its user may read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/holdings.h"

G_BEGIN_DECLS

/* Removes those of @rows (a set of gint64*, of @entity) for which the guard of @source does not hold. A few are looked at one
 * by one, so that a small delta does not pay for large tables; many at once. */
gboolean satchel_guard_retain (SatchelStore *store, const SatchelHoldings *holdings, const SatchelScope *scope,
                               const SatchelEntity *entity, const SatchelSource *source, gint64 now_ms, GHashTable *rows,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the row may be read, conflicts of authors left aside. */
gboolean satchel_holding_reads (SatchelStore *store, const SatchelHolding *holding, gint64 row, gboolean *reads,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
