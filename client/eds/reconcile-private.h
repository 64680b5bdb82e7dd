/* What the two halves of the reconciler share: reconcile.c goes over both sides, reconcile-item.c deals with one item.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/eds/delivery.h"
#include "client/eds/match.h"
#include "client/eds/reconcile.h"
#include "client/eds/shown.h"
#include "client/eds/take.h"

G_BEGIN_DECLS

struct _SatchelReconciler {
  const SatchelMirrorKind *kind;
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelExchange *exchange;
  SatchelMirrorState *state;
  SatchelShelf *shelf;
  SatchelShown *shown;
  SatchelTaker *taker;
  SatchelMatch *match;
  GHashTable *refused; /* uid → essence of items that could not be taken: told once; borrowed */

  SatchelDelivery *delivery;
  GHashTable *met; /* ids of records whose items were met, while everything is looked at */

  guint64 written_here, set_aside;
  guint notices[SATCHEL_MIRROR_N_NOTICES];
  char *reason, *told;
};

/* @reason may be NULL. */
void satchel_reconcile_notice (SatchelReconciler *r, SatchelMirrorNotice which, const char *reason);

/* @there: text, or NULL; @note: or NULL; @lost: what is missing was not deleted. */
gboolean satchel_reconcile_item (SatchelReconciler *r, const char *uid, const char *there, const SatchelMirrored *note, gboolean lost,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, where nothing is known yet of either. */
gboolean satchel_reconcile_uid (SatchelReconciler *r, const char *uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A wanted record of which nothing is noted. @there: all that is at EDS, with all items met; or NULL. */
gboolean satchel_reconcile_record (SatchelReconciler *r, const char *id, GHashTable *there, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
