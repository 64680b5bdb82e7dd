/* What to do with one item of the mirror: a pure function of what is known of its three sides.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What was noted of it (state.h). */
typedef enum {
  SATCHEL_NOTED_NEVER,
  SATCHEL_NOTED_BOTH, /* it was on both sides */
  SATCHEL_NOTED_GONE, /* it was on both sides, and was taken from EDS, or deleted there */
  SATCHEL_NOTED_N
} SatchelNoted;

/* What EDS has. */
typedef enum {
  SATCHEL_THERE_ABSENT,
  SATCHEL_THERE_SAME,    /* as noted; where nothing was noted this does not occur */
  SATCHEL_THERE_CHANGED, /* or new */
  SATCHEL_THERE_PRIVATE, /* changed or new, and marked as nobody else's business, which it was not as noted */
  SATCHEL_THERE_N
} SatchelThere;

/* What the replica has. */
typedef enum {
  SATCHEL_HERE_ABSENT,
  SATCHEL_HERE_UNWANTED, /* a record that is not for the calendar any more: closed long ago, inactive, another's */
  SATCHEL_HERE_SAME,     /* as noted */
  SATCHEL_HERE_CHANGED,  /* or new */
  SATCHEL_HERE_N
} SatchelHere;

typedef enum {
  SATCHEL_STEP_NOTHING,
  SATCHEL_STEP_WRITE,     /* the record into the item, which is made where there is none */
  SATCHEL_STEP_TAKE,      /* what changed of the item into the record, then the record into the item */
  SATCHEL_STEP_CREATE,    /* a record of the item */
  SATCHEL_STEP_PAIR,      /* both are there and nothing was noted: the record into the item */
  SATCHEL_STEP_DELETE,    /* the record, because the item was deleted */
  SATCHEL_STEP_REMOVE,    /* the item */
  SATCHEL_STEP_TOO_LATE,  /* the same, though somebody has just changed it: say so */
  SATCHEL_STEP_COME_BACK, /* the item was deleted while the record changed: it is written again, say so */
  SATCHEL_STEP_SET_ASIDE, /* the item is private: it is marked as such and left alone */
  SATCHEL_STEP_FORGET,    /* nothing is left but the note */
} SatchelStep;

/* One rule for every kind: what was deleted on one side goes on the other, unless it was changed there meanwhile; what changed there
 * meanwhile stays. But what may not be seen any more goes in any case. */
SatchelStep satchel_mirror_plan (SatchelNoted noted, SatchelThere there, SatchelHere here);

/* So many of the mirrored items are missing at EDS at once that somebody's calendar was emptied, and not they were deleted: they are written again. */
gboolean satchel_mirror_is_loss (guint missing, guint mirrored);

G_END_DECLS
