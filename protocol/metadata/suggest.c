/* The nearest name by optimal string alignment.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/suggest.h"

#include <string.h>

#define MAX_BYTES 64 /* names are shorter; what is longer is not a typing error */

/* Edits between @a and @b, in bytes: names are ASCII. */
static guint
distance (const char *a, gsize a_length, const char *b, gsize b_length)
{
  guint rows[3][MAX_BYTES + 1];
  guint *before = rows[0], *last = rows[1], *row = rows[2];
  for (gsize j = 0; j <= b_length; j++)
    last[j] = j;
  for (gsize i = 1; i <= a_length; i++) {
    row[0] = i;
    for (gsize j = 1; j <= b_length; j++) {
      guint change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = MIN (change, MIN (last[j], row[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = MIN (row[j], before[j - 2] + 1);
    }
    guint *free_row = before;
    before = last;
    last = row;
    row = free_row;
  }
  return last[b_length];
}

const char *
satchel_suggest (const char *name, const char *const *candidates, guint n_candidates)
{
  gsize length = strlen (name);
  if (length == 0 || length > MAX_BYTES)
    return NULL;
  const char *nearest = NULL;
  guint least = MAX (1, length / 3) + 1;
  for (guint i = 0; i < n_candidates; i++) {
    gsize candidate_length = strlen (candidates[i]);
    if (candidate_length > MAX_BYTES)
      continue;
    guint edits = distance (name, length, candidates[i], candidate_length);
    if (edits < least) {
      least = edits;
      nearest = candidates[i];
    }
  }
  return nearest;
}

char *
satchel_suggest_clause (const char *name, const char *const *candidates, guint n_candidates)
{
  const char *nearest = satchel_suggest (name, candidates, n_candidates);
  return nearest ? g_strdup_printf ("; did you mean “%s”?", nearest) : g_strdup ("");
}
