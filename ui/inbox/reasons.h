/* Why the server refused a change, in words for the person who made it, and what she can do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/error.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_WAY_RETRY = 1 << 0,
  SATCHEL_WAY_EDIT = 1 << 1,
  SATCHEL_WAY_ASK = 1 << 2,     /* somebody else must give a right, or make room */
  SATCHEL_WAY_DISCARD = 1 << 3,
} SatchelWay;

/* Any code; translated, static. */
const char *satchel_reason_get_sentence (SatchelErrorCode code);
/* SatchelWays; the first of them in the order of the enumeration is the best. */
guint satchel_reason_get_ways (SatchelErrorCode code);
/* Whether what the server said beside the code tells a person more than the sentence does. */
gboolean satchel_reason_has_more (SatchelErrorCode code);

G_END_DECLS
