/* Which records of what is shown this connection has changed: for telling others what to look at again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

typedef struct _SatchelTouched SatchelTouched;

/* More than this of one entity are not told one by one. */
#define SATCHEL_TOUCHED_MOST 200

/* Collects from now on; one per replica. @replica is borrowed and outlives it. */
SatchelTouched *satchel_touched_new (SatchelReplica *replica);
void            satchel_touched_free (SatchelTouched *touched); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelTouched, satchel_touched_free)

/* What was touched since the last call: entity (borrowed) → GPtrArray of ids (char*); an empty array: records that are gone, or too
 * many, so that anything of the entity may be different. NULL when nothing was. What an undone transaction touched may be
 * among it. */
GHashTable *satchel_touched_take (SatchelTouched *touched);
/* Adds one that another process has changed. @id NULL: anything of the entity. */
void        satchel_touched_add (SatchelTouched *touched, const char *entity, const char *id);

G_END_DECLS
