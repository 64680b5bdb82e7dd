/* Whether a filter that follows relations has a row by what its user may read.
 *
 * A guard that costs too much fails with UNPREPARED, and the store names it (costly_bucket): the writer refuses it
 * (satchel_filters_refuse), and what was asked for can be answered without.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/pull-private.h"

G_BEGIN_DECLS

/* Work (satchel_database_set_budget) that one guard may do: tests lower it. */
extern gint64 satchel_guard_most_work;

/* Removes those of @rows (a set of gint64*, of @entity) for which the guard of @source does not hold. A few are looked at one
 * by one, so that a small delta does not pay for large tables; many at once. */
gboolean satchel_guard_retain (SatchelPulling *pull, const SatchelEntity *entity, const SatchelSource *source, GHashTable *rows,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All members of @source, of @entity, for which its guard holds: a JSON array of their row numbers, kept as long as the pull. */
const char *satchel_guard_list (SatchelPulling *pull, const SatchelEntity *entity, const SatchelSource *source, GError **error);

/* Whether the row may be read, conflicts of authors left aside. */
gboolean satchel_holding_reads (SatchelStore *store, const SatchelHolding *holding, gint64 row, gboolean *reads,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
