/* One event or task of a calendar, with its detached instances, as the records that it is: a series first, then what stands in place of single
 * occurrences.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"

G_BEGIN_DECLS

typedef struct _SatchelSeries SatchelSeries;

/* INVALID: it is no calendar with one event or task, has no UID, or cannot be read; FORBIDDEN: it is private. */
SatchelSeries *satchel_series_read (SatchelSession *session, const char *icalendar, GError **error);
void           satchel_series_free (SatchelSeries *series); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSeries, satchel_series_free)

const SatchelEntity *satchel_series_get_entity (const SatchelSeries *series);
const char          *satchel_series_get_uid (const SatchelSeries *series);

/* Creates it, or brings the records that have its UID up to date, in one transaction. @regarding NULL: as it is. The id of the first; owned. */
char *satchel_series_store (SatchelSeries *series, const SatchelValue *regarding, SatchelDeeds *deeds, GError **error);

/* The record with that UID (of a series the whole); NULL without an error: there is none. */
SatchelRecord *satchel_series_find (SatchelSession *session, const SatchelEntity *entity, const char *uid, GError **error);

G_END_DECLS
