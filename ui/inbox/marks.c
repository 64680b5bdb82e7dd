/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/marks.h"

#include <string.h>

#include "protocol/diff.h"

/* Words that differ; beyond this the marks would help nobody. */
#define MOST_DIFFERENCES 400

typedef enum { CLASS_WORD, CLASS_SPACE, CLASS_OTHER } Class;

/* Chinese and Japanese have no blanks between words: each of their characters is one. */
static Class
classify (gunichar c)
{
  if (g_unichar_isspace (c))
    return CLASS_SPACE;
  return g_unichar_isalnum (c) && !g_unichar_iswide (c) ? CLASS_WORD : CLASS_OTHER;
}

/* Where the words of @text begin, and its end: guint. */
static GArray *
split (const char *text)
{
  GArray *starts = g_array_new (FALSE, FALSE, sizeof (guint));
  Class last = CLASS_OTHER;
  guint at;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    Class class = classify (g_utf8_get_char (p));

    at = p - text;
    if (class != last || class == CLASS_OTHER || p == text)
      g_array_append_val (starts, at);
    last = class;
  }
  at = strlen (text);
  g_array_append_val (starts, at);
  return starts;
}

static guint
start_of (const GArray *starts, guint word)
{
  return g_array_index (starts, guint, word);
}

static GArray *
number_words (GHashTable *numbers, const char *text, const GArray *starts)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i + 1 < starts->len; i++) {
    char *word = g_strndup (text + start_of (starts, i), start_of (starts, i + 1) - start_of (starts, i));
    guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, word));

    if (number == 0) {
      number = g_hash_table_size (numbers) + 1;
      g_hash_table_insert (numbers, word, GUINT_TO_POINTER (number));
    } else {
      g_free (word);
    }
    g_array_append_val (words, number);
  }
  return words;
}

/* Appends the words [first, first + n) of @text; marked unless there are none. */
static void
append_marked (GString *result, const char *text, const GArray *starts, guint first, guint n,
               SatchelMarkKind kind, GArray *marks)
{
  SatchelMark mark = { kind, result->len, 0 };

  if (n == 0)
    return;
  g_string_append_len (result, text + start_of (starts, first),
                       start_of (starts, first + n) - start_of (starts, first));
  mark.end = result->len;
  g_array_append_val (marks, mark);
}

char *
satchel_marks_make (const char *base, const char *side, GArray **marks)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) base_starts = split (base), side_starts = split (side);
  g_autoptr (GArray) base_words = number_words (numbers, base, base_starts);
  g_autoptr (GArray) side_words = number_words (numbers, side, side_starts);
  g_autoptr (GArray) hunks =
      satchel_diff ((const guint *)(gpointer)base_words->data, base_words->len,
                    (const guint *)(gpointer)side_words->data, side_words->len, MOST_DIFFERENCES);
  GString *result = g_string_new (NULL);
  guint done = 0; /* words of the side */

  *marks = g_array_new (FALSE, FALSE, sizeof (SatchelMark));
  for (guint i = 0; hunks != NULL && i < hunks->len; i++) {
    const SatchelHunk *hunk = &g_array_index (hunks, SatchelHunk, i);

    g_string_append_len (result, side + start_of (side_starts, done),
                         start_of (side_starts, hunk->side) - start_of (side_starts, done));
    append_marked (result, base, base_starts, hunk->at, hunk->n, SATCHEL_MARK_REMOVED, *marks);
    append_marked (result, side, side_starts, hunk->side, hunk->n_side, SATCHEL_MARK_ADDED, *marks);
    done = hunk->side + hunk->n_side;
  }
  g_string_append (result, side + start_of (side_starts, done));
  return g_string_free (result, FALSE);
}
