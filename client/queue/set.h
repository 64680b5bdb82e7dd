/* A change set on its way from the writer's hand to the server's answer: states in client/README.md.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/change.h"
#include "protocol/error.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_SET_PENDING,
  SATCHEL_SET_SENT,
  SATCHEL_SET_RETAINED,
  SATCHEL_SET_PARKED,
} SatchelSetState;
const char *satchel_set_state_name (SatchelSetState state);

typedef struct {
  SatchelChangeSet *set; /* a pending set's number is the one that it will get as things stand */
  SatchelSetState state;
  SatchelErrorCode code; /* parked */
  char *reason;          /* parked */
  char *field;           /* parked, or NULL */
  gint64 s;              /* sent and applied, retained; else 0 */
  gint64 at_ms;          /* when the server made its records just what it says; else 0 */
  gint64 place;          /* in the queue */
} SatchelQueuedSet;
void satchel_queued_set_free (SatchelQueuedSet *queued); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelQueuedSet, satchel_queued_set_free)

/* Bit masks of states. */
#define SATCHEL_SET_BIT(state) (1u << (state))
#define SATCHEL_SET_WAITING    (SATCHEL_SET_BIT (SATCHEL_SET_PENDING) | SATCHEL_SET_BIT (SATCHEL_SET_SENT))
#define SATCHEL_SET_ANY        (SATCHEL_SET_WAITING | SATCHEL_SET_BIT (SATCHEL_SET_RETAINED) | SATCHEL_SET_BIT (SATCHEL_SET_PARKED))

G_END_DECLS
