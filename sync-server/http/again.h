/* Pulls that were answered and would be answered alike. What a pull tells follows from the store, from its token and its bytes, and from the
 * time only where filters are due; so as long as nothing was committed in the organisation, of whatever kind and by whatever process
 * (store/pulse.h), the main thread answers the same request by itself, and no reader is woken. One short answer a token is kept.
 *
 * Belongs to the main thread, but for being made and freed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/job.h"

G_BEGIN_DECLS

typedef struct _SatchelAgain SatchelAgain;

/* Of the store in @dir, as @server has it open; NULL where it cannot be watched. What is kept takes no more than @most_bytes. */
SatchelAgain *satchel_again_new (const char *dir, SatchelServer *server, gsize most_bytes);
void          satchel_again_free (SatchelAgain *again); /* NULL-safe */

/* TRUE: the job of a pull has answer, caller and signature as if a reader had worked on it. Otherwise it is to be worked on, and notes what
 * the store's pulse was before. */
gboolean satchel_again_find (SatchelAgain *again, SatchelJob *job);
/* What a reader has answered, before the answer is sent. */
void     satchel_again_keep (SatchelAgain *again, const SatchelJob *job);

G_END_DECLS
