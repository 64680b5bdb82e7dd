/* A profile without a server at a shelf that is a table, which may die at any call: the mirror of one kind without EDS.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/eds/reconcile.h"
#include "tests/client/device.h"

G_BEGIN_DECLS

typedef struct {
  SatchelShelf shelf;
  GHashTable *items;    /* uid → text, both owned */
  guint calls, dies_at; /* the call that is cut: 0 never */
  gboolean halfway;     /* it has done its work before */
} Table;

typedef struct {
  Device device;
  Table table;
  guint kind;
  SatchelMirrorState *state;
  SatchelExchange *exchange;
  GHashTable *refused;
  SatchelReconciler *reconciler;
  char *unfolded;
} Desk;

/* @kind: one of SATCHEL_MIRROR_…. The user "me" has the address me@example.com, "you" has you@example.com. */
void desk_setup (Desk *desk, guint kind);
void desk_teardown (Desk *desk);
/* As when the agent ends and comes again. */
void desk_open (Desk *desk);
void desk_close (Desk *desk);
/* What was noted is lost, as with mirror.db. */
void desk_forget (Desk *desk);

/* A look at everything, which succeeds; and the same while both sides are at rest: it writes nothing. */
void desk_run (Desk *desk);
void desk_assert_rest (Desk *desk);
/* A look at one item and one record, either may be NULL. */
void desk_look (Desk *desk, const char *uid, const char *record);

/* The text of an item, unfolded; borrowed until the next call. NULL: there is none. */
const char *desk_item (Desk *desk, const char *uid);
void        desk_put (Desk *desk, const char *uid, const char *text);
/* As another program does: @old, which stands there, by @new. */
void desk_edit (Desk *desk, const char *uid, const char *old, const char *new);
#define desk_assert_item(desk, uid, text)                                                                              \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    const char *item_ = desk_item (desk, uid);                                                                         \
    if (item_ == NULL || strstr (item_, text) == NULL)                                                                 \
      g_error ("%d: no “%s” in: %s", __LINE__, text, item_ != NULL ? item_ : "nothing");                               \
  }                                                                                                                    \
  G_STMT_END

G_END_DECLS
