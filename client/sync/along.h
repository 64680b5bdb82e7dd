/* A pull that goes along with a push, and what came of it until it is applied: with the last push of a round that is at once, with one before
 * it while the server works on the next, which goes on from where this one leads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/outbox/outbox.h"

G_BEGIN_DECLS

typedef void (*SatchelAlongFunc) (gpointer data);

typedef struct {
  char *asked;      /* cursor of what goes along with the push under way; NULL: nothing does */
  GBytes *lines;    /* a pull that waits; NULL: none */
  char *from, *to;  /* the cursors between which it leads */
  gboolean more;    /* sets wait behind the push under way */
  gboolean refused; /* in this round the server had no room for one, or had to prepare something */
  GSource *aside;   /* NULL: not armed */
  SatchelAlongFunc work;
  gpointer data;
} SatchelAlong;

/* For a new round, or none. What waits is let go: it comes with a pull of its own. */
void satchel_along_clear (SatchelAlong *along);

/* Lets a pull go along with @push, where there is a cursor to go on from. Sets whose effect is foreseen are foreseen anew after each pull, so that
 * only the last push has one while such wait. */
gboolean satchel_along_ask (SatchelAlong *along, SatchelReplica *replica, SatchelOutbox *outbox, SatchelPush *push,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What stands behind the outcomes of that push; @size 0: nothing. */
void satchel_along_keep (SatchelAlong *along, const char *lines, gsize size);
/* Whether it may wait while another push is under way: not what begins anew or cannot be read. */
gboolean satchel_along_can_wait (const SatchelAlong *along);
/* Calls @work, in this thread's context, once the push that has just been started is written and the server works on it; where nothing
 * waits, neither lines nor sets, never. */
void satchel_along_wait (SatchelAlong *along, SatchelAlongFunc work, gpointer data);
/* Not any more: whether it would have been called still. */
gboolean satchel_along_stop (SatchelAlong *along);
/* What waits, to be applied now; owned. NULL where nothing does, or where the replica is not where it goes on from. */
GBytes *satchel_along_take (SatchelAlong *along, SatchelReplica *replica);

G_END_DECLS
