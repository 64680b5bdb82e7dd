/* A calendar or task list of ours, and the others of the person as far as one of our records lives there: what she tracks of an own calendar stays in
 * it, and is not shown a second time in ours. Private to this room.
 *
 * Which calendar an item lives in is noted: while that cannot be opened (an account that is switched off), its items are as they were noted, and
 * writes wait. Once it is gone for good, its items come into our calendar. What is tracked carries the category "In CRM" there, which is not part of
 * what this shelf gives.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libedataserver/libedataserver.h>

#include "client/eds/kind.h"
#include "client/eds/shelf.h"
#include "client/eds/state.h"

G_BEGIN_DECLS

/* Takes @own; the rest is borrowed. STORAGE. */
SatchelShelf *satchel_homes_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelMirrorState *state,
                                 ESourceRegistry *registry, SatchelShelf *own, GError **error);

/* Whether items of ours may live in that source. */
gboolean satchel_homes_may_be (ESource *source);

G_END_DECLS
