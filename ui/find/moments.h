/* Dates and periods of conditions in words: what can be chosen, and what stands for it in the language.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/moment.h"

G_BEGIN_DECLS

typedef struct {
  const char *word;  /* of the language */
  const char *label; /* to be translated */
} SatchelMomentWord;

/* "today", "start of month"…, and "" for a date of the calendar, which comes first. @type is date or datetime. */
const SatchelMomentWord *satchel_moment_anchors (SatchelType type, guint *n_anchors);
/* "this week", "past"… */
const SatchelMomentWord *satchel_moment_periods (guint *n_periods);
/* What a moment may be shifted by: days and more. */
const SatchelMomentWord *satchel_moment_units (guint *n_units);

/* "start of month - 3 day" taken apart: an anchor ("": @date, "2025-11-22"), and a signed shift with the index of its unit. FALSE for what is
 * more than that (several shifts, an instant, hours): it is edited as text. */
typedef struct {
  guint anchor;
  char date[16]; /* ISO; "" unless the anchor is 0 */
  int amount;    /* 0: no shift */
  guint unit;
} SatchelMomentParts;
gboolean satchel_moment_take_apart (const char *word, SatchelType type, SatchelMomentParts *parts);
/* Owned; "" while the date is missing. */
char *satchel_moment_put_together (const SatchelMomentParts *parts);

G_END_DECLS
