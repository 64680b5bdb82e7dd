/* Tables by kinds of fields.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/phrases.h"

#include <glib/gi18n.h>

#define PHRASE(op, label)                                                                                    \
  {                                                                                                          \
    SATCHEL_OPERATOR_##op, FALSE, label                                                                      \
  }
#define NEGATED(op, label)                                                                                   \
  {                                                                                                          \
    SATCHEL_OPERATOR_##op, TRUE, label                                                                       \
  }
#define EMPTINESS PHRASE (IS_EMPTY, N_ ("is empty")), PHRASE (IS_NOT_EMPTY, N_ ("is not empty"))

/* clang-format off */
static const SatchelPhrase of_texts[] = {
  PHRASE (CONTAINS, N_ ("contains")),
  NEGATED (CONTAINS, N_ ("does not contain")),
  PHRASE (STARTS_WITH, N_ ("starts with")),
  NEGATED (STARTS_WITH, N_ ("does not start with")),
  PHRASE (ENDS_WITH, N_ ("ends with")),
  NEGATED (ENDS_WITH, N_ ("does not end with")),
  PHRASE (EQUAL, N_ ("is")),
  PHRASE (NOT_EQUAL, N_ ("is not")),
  PHRASE (IN, N_ ("is one of")),
  PHRASE (NOT_IN, N_ ("is none of")),
  PHRASE (LESS, N_ ("comes before")),
  PHRASE (AT_MOST, N_ ("is or comes before")),
  PHRASE (GREATER, N_ ("comes after")),
  PHRASE (AT_LEAST, N_ ("is or comes after")),
  PHRASE (BETWEEN, N_ ("is between")),
  NEGATED (BETWEEN, N_ ("is not between")),
  EMPTINESS,
};

static const SatchelPhrase of_numbers[] = {
  PHRASE (EQUAL, N_ ("is")),
  PHRASE (NOT_EQUAL, N_ ("is not")),
  PHRASE (GREATER, N_ ("is more than")),
  PHRASE (AT_LEAST, N_ ("is at least")),
  PHRASE (LESS, N_ ("is less than")),
  PHRASE (AT_MOST, N_ ("is at most")),
  PHRASE (BETWEEN, N_ ("is between")),
  NEGATED (BETWEEN, N_ ("is not between")),
  PHRASE (IN, N_ ("is one of")),
  PHRASE (NOT_IN, N_ ("is none of")),
  EMPTINESS,
};

static const SatchelPhrase of_moments[] = {
  PHRASE (IN_PERIOD, N_ ("is within")),
  NEGATED (IN_PERIOD, N_ ("is not within")),
  PHRASE (EQUAL, N_ ("is on")),
  PHRASE (NOT_EQUAL, N_ ("is not on")),
  PHRASE (LESS, N_ ("is before")),
  PHRASE (AT_MOST, N_ ("is on or before")),
  PHRASE (GREATER, N_ ("is after")),
  PHRASE (AT_LEAST, N_ ("is on or after")),
  PHRASE (BETWEEN, N_ ("is between")),
  NEGATED (BETWEEN, N_ ("is not between")),
  PHRASE (IN, N_ ("is on one of")),
  PHRASE (NOT_IN, N_ ("is on none of")),
  EMPTINESS,
};

static const SatchelPhrase of_ones[] = {
  PHRASE (EQUAL, N_ ("is")),
  PHRASE (NOT_EQUAL, N_ ("is not")),
  PHRASE (IN, N_ ("is one of")),
  PHRASE (NOT_IN, N_ ("is none of")),
  EMPTINESS,
};

static const SatchelPhrase of_booleans[] = {
  PHRASE (EQUAL, N_ ("is")),
  PHRASE (NOT_EQUAL, N_ ("is not")),
  EMPTINESS,
};

static const SatchelPhrase of_sets[] = {
  PHRASE (HAS, N_ ("has")),
  NEGATED (HAS, N_ ("does not have")),
  PHRASE (HAS_ANY, N_ ("has one of")),
  NEGATED (HAS_ANY, N_ ("has none of")),
  PHRASE (HAS_ALL, N_ ("has all of")),
  NEGATED (HAS_ALL, N_ ("does not have all of")),
  EMPTINESS,
};

static const SatchelPhrase of_files[] = {
  PHRASE (IS_NOT_EMPTY, N_ ("is there")),
  PHRASE (IS_EMPTY, N_ ("is missing")),
};

static const struct {
  const SatchelPhrase *phrases;
  guint n_phrases;
} by_type[] = {
#define TABLE(type, phrases) [SATCHEL_TYPE_##type] = { phrases, G_N_ELEMENTS (phrases) }
  TABLE (STRING, of_texts),
  TABLE (TEXT, of_texts),
  TABLE (INTEGER, of_numbers),
  TABLE (DECIMAL, of_numbers),
  TABLE (MONEY, of_numbers),
  TABLE (BOOLEAN, of_booleans),
  TABLE (DATE, of_moments),
  TABLE (DATETIME, of_moments),
  TABLE (DURATION, of_numbers),
  TABLE (CHOICE, of_ones),
  TABLE (MULTICHOICE, of_sets),
  TABLE (LOOKUP, of_ones),
  TABLE (PARTIES, of_sets),
  TABLE (FILE, of_files),
};
/* clang-format on */

const SatchelPhrase *
satchel_phrases_for (const SatchelField *field, guint *n_phrases)
{
  *n_phrases = by_type[field->type].n_phrases;
  return by_type[field->type].phrases;
}

int
satchel_phrases_find (const SatchelField *field, SatchelOperator op, gboolean negated)
{
  guint n_phrases;
  const SatchelPhrase *phrases = satchel_phrases_for (field, &n_phrases);

  for (guint i = 0; i < n_phrases; i++)
    if (phrases[i].op == op && phrases[i].negated == negated)
      return (int)i;
  return -1;
}
