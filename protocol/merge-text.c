/* Three-way merge of prose: by lines; where both changed the same lines, by words. What cannot be put
 * together safely is left to a person.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/diff.h"
#include "protocol/merge.h"

/* Beyond that many differences nobody would trust the result, and time stays bounded. */
#define MOST_DIFFERENCES 1000

/* Words weigh 2, characters of scripts that write without spaces 1, spaces and punctuation nothing. */
#define WORD_WEIGHT 2
/* Changes of one side with less than two words between them are one change: a rewritten sentence keeps a
 * "the" by chance. */
#define SAME_CHANGE_WEIGHT (2 * WORD_WEIGHT)
/* Changes of two sides need a word between them: "5 days" must not become "6 weeks". */
#define APART_WEIGHT WORD_WEIGHT

typedef struct {
  const char *start;
  gsize length;
  guint weight;
} Token;

typedef struct {
  GArray *tokens; /* Token */
  GArray *ids;    /* guint: equal tokens have equal ids */
} Sequence;

static void
sequence_clear (Sequence *sequence)
{
  g_clear_pointer (&sequence->tokens, g_array_unref);
  g_clear_pointer (&sequence->ids, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sequence, sequence_clear)

static const Token *
token_at (const Sequence *sequence, guint index)
{
  return &g_array_index (sequence->tokens, Token, index);
}

static guint
token_hash (gconstpointer key)
{
  const Token *token = key;
  guint hash = 5381;
  for (gsize i = 0; i < token->length; i++)
    hash = hash * 33 + (guchar)token->start[i];
  return hash;
}

static gboolean
token_equal (gconstpointer a, gconstpointer b)
{
  const Token *one = a, *other = b;
  return one->length == other->length && memcmp (one->start, other->start, one->length) == 0;
}

/* ---- cutting texts ---- */

/* "a\nb" is two lines, "a\n" two as well, the second empty: joined by newlines they give the text back. */
static void
add_lines (const char *text, GArray *tokens)
{
  for (;;) {
    const char *end = strchrnul (text, '\n');
    Token token = { text, (gsize)(end - text), WORD_WEIGHT };
    g_array_append_val (tokens, token);
    if (*end == '\0')
      return;
    text = end + 1;
  }
}

static gboolean
is_written_without_spaces (gunichar character)
{
  switch (g_unichar_get_script (character)) {
  case G_UNICODE_SCRIPT_HAN:
  case G_UNICODE_SCRIPT_HIRAGANA:
  case G_UNICODE_SCRIPT_KATAKANA:
  case G_UNICODE_SCRIPT_BOPOMOFO:
  case G_UNICODE_SCRIPT_THAI:
  case G_UNICODE_SCRIPT_LAO:
  case G_UNICODE_SCRIPT_KHMER:
  case G_UNICODE_SCRIPT_MYANMAR:
    return TRUE;
  default:
    return FALSE;
  }
}

typedef enum { CLASS_WORD, CLASS_SPACE, CLASS_CHARACTER, CLASS_PUNCTUATION } Class;

static Class
classify (gunichar character)
{
  if (is_written_without_spaces (character))
    return CLASS_CHARACTER;
  if (g_unichar_isalnum (character) || g_unichar_ismark (character))
    return CLASS_WORD;
  return g_unichar_isspace (character) ? CLASS_SPACE : CLASS_PUNCTUATION;
}

static void
add_words (const char *text, GArray *tokens)
{
  static const guint weights[] = {
    [CLASS_WORD] = WORD_WEIGHT,
    [CLASS_SPACE] = 0,
    [CLASS_CHARACTER] = 1,
    [CLASS_PUNCTUATION] = 0,
  };

  while (*text != '\0') {
    Class class = classify (g_utf8_get_char (text));
    const char *end = g_utf8_next_char (text);
    if (class == CLASS_WORD || class == CLASS_SPACE)
      while (*end != '\0' && classify (g_utf8_get_char (end)) == class)
        end = g_utf8_next_char (end);
    Token token = { text, (gsize)(end - text), weights[class] };
    g_array_append_val (tokens, token);
    text = end;
  }
}

typedef enum { LEVEL_LINES, LEVEL_WORDS } Level;

/* @numbers gives the same id to the same text in all three sequences. */
static void
cut (const char *text, Level level, GHashTable *numbers, Sequence *sequence)
{
  sequence->tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  sequence->ids = g_array_new (FALSE, FALSE, sizeof (guint));
  if (level == LEVEL_LINES)
    add_lines (text, sequence->tokens);
  else
    add_words (text, sequence->tokens);

  for (guint i = 0; i < sequence->tokens->len; i++) {
    gpointer number = g_hash_table_lookup (numbers, token_at (sequence, i));
    guint id = number != NULL ? GPOINTER_TO_UINT (number) : g_hash_table_size (numbers) + 1;
    if (number == NULL)
      g_hash_table_insert (numbers, (gpointer)token_at (sequence, i), GUINT_TO_POINTER (id));
    g_array_append_val (sequence->ids, id);
  }
}

/* ---- changes ---- */

static const SatchelHunk *
hunk_at (const GArray *hunks, guint index)
{
  return &g_array_index (hunks, SatchelHunk, index);
}

static guint
weight_between (const Sequence *base, guint from, guint to)
{
  guint weight = 0;
  for (guint i = from; i < to && weight < SAME_CHANGE_WEIGHT; i++)
    weight += token_at (base, i)->weight;
  return weight;
}

/* Joins changes of one side that belong together. */
static void
coalesce (const Sequence *base, GArray *hunks)
{
  guint kept = 0;

  for (guint i = 1; i < hunks->len; i++) {
    SatchelHunk *last = &g_array_index (hunks, SatchelHunk, kept);
    SatchelHunk next = *hunk_at (hunks, i);
    if (weight_between (base, last->at + last->n, next.at) >= SAME_CHANGE_WEIGHT) {
      g_array_index (hunks, SatchelHunk, ++kept) = next;
      continue;
    }
    last->n = next.at + next.n - last->at;
    last->n_side = next.side + next.n_side - last->side;
  }
  if (hunks->len > 0)
    g_array_set_size (hunks, kept + 1);
}

static GArray *
find_changes (const Sequence *base, const Sequence *side, Level level)
{
  GArray *hunks = satchel_diff ((const guint *)base->ids->data, base->ids->len,
                                (const guint *)side->ids->data, side->ids->len, MOST_DIFFERENCES);
  if (hunks != NULL && level == LEVEL_WORDS)
    coalesce (base, hunks);
  return hunks;
}

/* Lines may touch: where an insertion goes is clear unless the other side inserts there as well. */
static gboolean
lines_collide (const SatchelHunk *a, const SatchelHunk *b)
{
  if (a->n == 0 && b->n == 0)
    return a->at == b->at;
  if (a->n > 0 && b->n > 0)
    return a->at < b->at + b->n && b->at < a->at + a->n;

  const SatchelHunk *insertion = a->n == 0 ? a : b;
  const SatchelHunk *other = a->n == 0 ? b : a;
  guint end = other->at + other->n;
  if (insertion->at == other->at || insertion->at == end)
    return other->n_side > other->n;
  return insertion->at > other->at && insertion->at < end;
}

static gboolean
words_collide (const Sequence *base, const SatchelHunk *a, const SatchelHunk *b)
{
  guint end = MIN (a->at + a->n, b->at + b->n);
  guint start = MAX (a->at, b->at);
  return start < end || weight_between (base, end, start) < APART_WEIGHT;
}

/* ---- merging ---- */

typedef struct {
  Level level;
  Sequence base;
  Sequence sides[2]; /* theirs, mine: where both add at the end, the server's comes first */
  GArray *hunks[2];
  GString *merged;
  gboolean begun; /* a line has been written: the next one needs a newline in front */
} Merge;

typedef struct {
  const Sequence *sequence;
  guint start, end;
} Range;

static char *merge_level (const char *base, const char *mine, const char *theirs, Level level);

static char *
range_to_text (const Range *range, Level level)
{
  if (range->start == range->end)
    return g_strdup ("");
  const Token *first = token_at (range->sequence, range->start);
  const Token *last = token_at (range->sequence, range->end - 1);
  return g_strndup (first->start, (gsize)(last->start + last->length - first->start));
}

static void
write_text (Merge *merge, const char *text)
{
  if (merge->level == LEVEL_LINES && merge->begun)
    g_string_append_c (merge->merged, '\n');
  g_string_append (merge->merged, text);
  merge->begun = TRUE;
}

static void
write_range (Merge *merge, Range range)
{
  if (range.start == range.end)
    return;
  g_autofree char *text = range_to_text (&range, merge->level);
  write_text (merge, text);
}

/* TRUE when @part is how @whole begins. */
static gboolean
range_begins (const Range *whole, const Range *part)
{
  guint n = part->end - part->start;
  if (n > whole->end - whole->start)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!token_equal (token_at (whole->sequence, whole->start + i),
                      token_at (part->sequence, part->start + i)))
      return FALSE;
  return TRUE;
}

static gboolean
is_blank (const Sequence *lines, guint from, guint to)
{
  for (guint i = from; i < to; i++) {
    const Token *line = token_at (lines, i);
    for (gsize j = 0; j < line->length; j++)
      if (!g_ascii_isspace (line->start[j]))
        return FALSE;
  }
  return TRUE;
}

/* Both sides inserted lines at the same place: at the end of a text they are two notes, and both stay. */
static gboolean
write_two_insertions (Merge *merge, guint at, const Range *theirs, const Range *mine)
{
  gboolean mine_goes_on = range_begins (mine, theirs);
  if (mine_goes_on || range_begins (theirs, mine)) {
    write_range (merge, mine_goes_on ? *mine : *theirs);
    return TRUE;
  }
  if (is_blank (&merge->base, 0, at) || !is_blank (&merge->base, at, merge->base.tokens->len))
    return FALSE;
  write_range (merge, *theirs);
  write_range (merge, *mine);
  return TRUE;
}

/* Both sides changed @base. FALSE: a person has to look. */
static gboolean
write_collision (Merge *merge, const Range *base, const Range *theirs, const Range *mine)
{
  guint n_mine = mine->end - mine->start, n_theirs = theirs->end - theirs->start;

  if (n_mine == n_theirs && range_begins (mine, theirs)) {
    write_range (merge, *mine);
    return TRUE;
  }
  if (merge->level == LEVEL_WORDS)
    return FALSE;
  if (base->start == base->end)
    return write_two_insertions (merge, base->start, theirs, mine);
  if (n_mine == 0 || n_theirs == 0)
    return FALSE;

  g_autofree char *base_text = range_to_text (base, LEVEL_LINES);
  g_autofree char *mine_text = range_to_text (mine, LEVEL_LINES);
  g_autofree char *theirs_text = range_to_text (theirs, LEVEL_LINES);
  g_autofree char *words = merge_level (base_text, mine_text, theirs_text, LEVEL_WORDS);
  if (words == NULL)
    return FALSE;
  write_text (merge, words);
  return TRUE;
}

static gboolean
collide (const Merge *merge, const SatchelHunk *a, const SatchelHunk *b)
{
  return merge->level == LEVEL_LINES ? lines_collide (a, b) : words_collide (&merge->base, a, b);
}

/* Which side's next change comes first; an insertion in front of what is replaced at its place. */
static guint
first_side (const Merge *merge, const guint *next)
{
  if (next[0] == merge->hunks[0]->len || next[1] == merge->hunks[1]->len)
    return next[0] == merge->hunks[0]->len ? 1 : 0;
  const SatchelHunk *theirs = hunk_at (merge->hunks[0], next[0]);
  const SatchelHunk *mine = hunk_at (merge->hunks[1], next[1]);
  if (theirs->at != mine->at)
    return theirs->at < mine->at ? 0 : 1;
  return theirs->n == 0 ? 0 : 1;
}

/* Moves @end behind all changes that hang together with the one at @start of @first. */
static void
gather (const Merge *merge, guint first, const guint *start, guint *end)
{
  end[first] = start[first] + 1;
  end[1 - first] = start[1 - first];
  for (guint side = 1 - first;; side = 1 - side) {
    guint other = 1 - side;
    guint before = end[side];
    while (end[side] < merge->hunks[side]->len && collide (merge, hunk_at (merge->hunks[side], end[side]),
                                                           hunk_at (merge->hunks[other], end[other] - 1)))
      end[side]++;
    if (end[side] == before)
      return;
  }
}

/* What @side has in place of base tokens [from, to), which hold all of its changes start … end - 1. */
static Range
side_range (const Merge *merge, guint side, guint start, guint end, guint from, guint to)
{
  const SatchelHunk *first = hunk_at (merge->hunks[side], start);
  const SatchelHunk *last = hunk_at (merge->hunks[side], end - 1);
  return (Range){ &merge->sides[side], first->side - (first->at - from),
                  last->side + last->n_side + (to - last->at - last->n) };
}

static gboolean
merge_sequences (Merge *merge)
{
  guint next[2] = { 0, 0 };
  guint done = 0; /* base tokens written or replaced */

  while (next[0] < merge->hunks[0]->len || next[1] < merge->hunks[1]->len) {
    guint first = first_side (merge, next), end[2];
    gather (merge, first, next, end);

    guint from = hunk_at (merge->hunks[first], next[first])->at, to = from;
    for (guint side = 0; side < 2; side++)
      if (end[side] > next[side]) {
        const SatchelHunk *last = hunk_at (merge->hunks[side], end[side] - 1);
        to = MAX (to, last->at + last->n);
      }
    write_range (merge, (Range){ &merge->base, done, from });
    done = to;

    if (end[1 - first] == next[1 - first]) {
      write_range (merge, side_range (merge, first, next[first], end[first], from, to));
    } else {
      const Range base = { &merge->base, from, to };
      const Range theirs = side_range (merge, 0, next[0], end[0], from, to);
      const Range mine = side_range (merge, 1, next[1], end[1], from, to);
      if (!write_collision (merge, &base, &theirs, &mine))
        return FALSE;
    }
    next[0] = end[0];
    next[1] = end[1];
  }
  write_range (merge, (Range){ &merge->base, done, merge->base.tokens->len });
  return TRUE;
}

static char *
merge_level (const char *base, const char *mine, const char *theirs, Level level)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (token_hash, token_equal);
  g_auto (Sequence) base_sequence = { 0 };
  g_auto (Sequence) mine_sequence = { 0 };
  g_auto (Sequence) theirs_sequence = { 0 };
  cut (base, level, numbers, &base_sequence);
  cut (mine, level, numbers, &mine_sequence);
  cut (theirs, level, numbers, &theirs_sequence);

  g_autoptr (GArray) mine_hunks = find_changes (&base_sequence, &mine_sequence, level);
  g_autoptr (GArray) theirs_hunks = find_changes (&base_sequence, &theirs_sequence, level);
  if (mine_hunks == NULL || theirs_hunks == NULL)
    return NULL;

  g_autoptr (GString) merged = g_string_new (NULL);
  Merge merge = { .level = level,
                  .base = base_sequence,
                  .sides = { theirs_sequence, mine_sequence },
                  .hunks = { theirs_hunks, mine_hunks },
                  .merged = merged };
  if (!merge_sequences (&merge))
    return NULL;
  return g_string_free (g_steal_pointer (&merged), FALSE);
}

char *
satchel_merge_text (const char *base, const char *mine, const char *theirs)
{
  if (g_str_equal (mine, theirs) || g_str_equal (base, theirs))
    return g_strdup (mine);
  if (g_str_equal (base, mine))
    return g_strdup (theirs);
  return merge_level (base, mine, theirs, LEVEL_LINES);
}
