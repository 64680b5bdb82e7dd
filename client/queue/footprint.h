/* What some queued sets do, so that others can be asked whether they depend on them (DESIGN §3 rule 10): they write a field
 * that one of these wrote, or touch or name a record that one of these creates. Who goes ahead of them may ask whether it
 * would take from them what they name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/queue/queue.h"

G_BEGIN_DECLS

typedef struct {
  GHashTable *written; /* "record field" → owner */
  GHashTable *created; /* id → owner */
  GHashTable *named;   /* ids that stand in values, whoever created them */
} SatchelFootprint;

void satchel_footprint_init (SatchelFootprint *footprint);
void satchel_footprint_clear (SatchelFootprint *footprint);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelFootprint, satchel_footprint_clear)

/* Adds what the set @seq does, by its lays, on behalf of @owner: what meets() is to return, not NULL. Who was first stays. */
gboolean satchel_footprint_add (SatchelFootprint *footprint, SatchelDatabase *database, gint64 seq, gconstpointer owner,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The owner of something that the set depends on, or NULL. */
gconstpointer satchel_footprint_meets (const SatchelFootprint *footprint, const SatchelChangeSet *set);
/* Whether the set deletes a record that one of these names: they fail once it is gone, though it does not depend on them. */
gboolean satchel_footprint_is_undercut (const SatchelFootprint *footprint, const SatchelChangeSet *set);

G_END_DECLS
