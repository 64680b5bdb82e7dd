/* Three-way: what was on both sides, what EDS has now, what the replica has now. plan.h says what to do, this does it, in an order in which it
 * may end at any moment and begin again:
 *
 *   to EDS      note text and what it replaces · write · note that it is done. An item whose note is open is either of the two: a field
 *               that is like one of them was not changed by anybody.
 *   from EDS    queue the change · note the item. What is queued already is no difference any more.
 *   uids        that of a record's item follows from the record, the id of a new item's record from the item: nothing is made twice.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"
#include "client/eds/kind.h"
#include "client/eds/shelf.h"
#include "client/eds/state.h"

G_BEGIN_DECLS

typedef struct _SatchelReconciler SatchelReconciler;

/* What a person should hear of. */
typedef enum {
  SATCHEL_MIRROR_DELETED,  /* records were deleted because their items were; can be undone */
  SATCHEL_MIRROR_KEPT,     /* items were deleted and came back: the record may not be deleted, or has just changed */
  SATCHEL_MIRROR_REFUSED,  /* what was written at EDS cannot stand in the CRM, and was set back; or an item that cannot be taken */
  SATCHEL_MIRROR_TOO_LATE, /* what was changed at EDS was deleted in the CRM, or is not hers any more */
  SATCHEL_MIRROR_LOST,     /* so much was missing that it was written again */
  SATCHEL_MIRROR_RESCUED,  /* private items went elsewhere when the mirror ended; the reason says where */
  SATCHEL_MIRROR_N_NOTICES
} SatchelMirrorNotice;

/* All pointers are borrowed. @kind is static. @refused: char* → char*, empty at first: of what could not be taken, that it was told, once for
 * all reconcilers of the kind. */
SatchelReconciler *satchel_reconciler_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelExchange *exchange,
                                           SatchelMirrorState *state, SatchelShelf *shelf, GHashTable *refused);
void               satchel_reconciler_free (SatchelReconciler *reconciler); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelReconciler, satchel_reconciler_free)

/* Everything. @emptied: the shelf was made anew, what is missing there was lost and not deleted. */
gboolean satchel_reconciler_run (SatchelReconciler *reconciler, gboolean emptied, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Items and records that were touched: sets of char*. Either may be NULL. */
gboolean satchel_reconciler_look (SatchelReconciler *reconciler, GHashTable *uids, GHashTable *records,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How often since new() each side was written, an item or a set at a time. */
typedef struct {
  guint64 there, here;
} SatchelMirrorWrites;
SatchelMirrorWrites satchel_reconciler_get_writes (const SatchelReconciler *reconciler);

/* What happened since the last call, and a reason for the last refusal (owned by the reconciler until the next call). */
void satchel_reconciler_take_notices (SatchelReconciler *reconciler, guint counts[SATCHEL_MIRROR_N_NOTICES], const char **reason);
/* The deletes among them, to be undone; NULL: none. Owned. */
SatchelDeeds *satchel_reconciler_take_deeds (SatchelReconciler *reconciler);

G_END_DECLS
