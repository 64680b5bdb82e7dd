/* Operators as people read them: "is", "is before", "does not contain"…, by the type of the field.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/vocabulary.h"

G_BEGIN_DECLS

typedef struct {
  SatchelOperator op;
  gboolean negated;
  const char *label; /* to be translated */
} SatchelPhrase;

/* Those for @field, the usual one first. Every operator that applies has one; static, @n_phrases of them. */
const SatchelPhrase *satchel_phrases_for (const SatchelField *field, guint *n_phrases);
/* Index of the phrase, -1: a negation for which there is no phrase. */
int satchel_phrases_find (const SatchelField *field, SatchelOperator op, gboolean negated);

G_END_DECLS
