/* Ids of change sets. Those that one program makes one after the other differ in few digits, so that thousands of them pack into
 * little more than their number; those of different programs, also of clones, have nothing in common but the time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/id.h"

G_BEGIN_DECLS

typedef struct {
  char *first;  /* the first of them: 26 of its random bits stay, 48 count on */
  guint64 next; /* 48 bits */
} SatchelSetIds;

/* A UUIDv7, owned. */
char *satchel_set_ids_make (SatchelSetIds *ids, const SatchelClock *clock);
void  satchel_set_ids_clear (SatchelSetIds *ids);

G_END_DECLS
