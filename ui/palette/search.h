/* Records of every kind that have all the words that one types. Pure, for a thread of the desk.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "ui/routes/route.h"

G_BEGIN_DECLS

typedef struct {
  char *entity, *id;
  char *title, *detail; /* what it is called; what else the list shows of it, "" for nothing */
} SatchelHit;

#define SATCHEL_MOST_HITS 6 /* of one kind */

/* SatchelHit*, owned: by kinds, those first in which the words begin the title of something; within a kind those of @recent
 * (SatchelRoute*) first, then by title. CANCELLED. */
GPtrArray *satchel_search_everything (SatchelSession *session, const char *typed, const GPtrArray *recent,
                                      GCancellable *cancellable, GError **error);
/* What the list shows of @record besides its title: one line, owned, "" for nothing. */
char *satchel_search_describe (SatchelReplica *replica, const SatchelRecord *record);
void satchel_hit_free (SatchelHit *hit);

G_END_DECLS
