/* Three-way merge of prose: a table, what must hold for any texts, and a bound on time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/diff.h"
#include "protocol/limits.h"
#include "protocol/merge.h"
#include "tests/lib/chance.h"

/* clang-format off */
static const struct {
  const char *base, *mine, *theirs, *expected; /* NULL: a person has to look */
} cases[] = {
  /* one side only, both the same */
  { "a", "b", "a", "b" },
  { "a", "a", "b", "b" },
  { "a", "b", "b", "b" },
  { "", "", "", "" },
  { "a", "", "a", "" },
  { "a\nb", "a\nc", "a\nc", "a\nc" },

  /* different lines */
  { "a\nb\nc", "x\nb\nc", "a\nb\ny", "x\nb\ny" },
  { "a\nb", "x\nb", "a\ny", "x\ny" },
  { "a\nb\nc", "b\nc", "a\nb", "b" },
  { "a\nb\nc", "a\nb\nc\nd", "z\na\nb\nc", "z\na\nb\nc\nd" },
  { "a\nb\nc", "a\nm\nb\nc", "a\nb\nt\nc", "a\nm\nb\nt\nc" },
  { "a\nb", "a\nm\nb", "a\nx", "a\nm\nx" },
  { "a\nb", "x\nb", "a\nt\nb", "x\nt\nb" },
  { "a\r\nb\r\nc\r\n", "x\r\nb\r\nc\r\n", "a\r\nb\r\ny\r\n", "x\r\nb\r\ny\r\n" },

  /* the same lines */
  { "a\nb\nc", "a\nx\nc", "a\ny\nc", NULL },
  { "a\nb\nc", "a\nc", "a\ny\nc", NULL },
  { "a\nb\nc", "", "a\ny\nc", NULL },
  { "a\nb", "a\nm\nb", "a\nt\nb", NULL },
  { "a\nb", "m\na\nb", "t\na\nb", NULL },
  { "a\nb\nc", "a\nx\nm\nc", "a\nb\nt\nc", NULL },
  { "b\nc", "m\nx\nc", "t\nb\nc", NULL },

  /* both add at the end: the server's first */
  { "Met Ion.", "Met Ion.\nCall back.", "Met Ion.\nSend offer.", "Met Ion.\nSend offer.\nCall back." },
  { "Met Ion.\n", "Met Ion.\nCall back.\n", "Met Ion.\nSend offer.\n", "Met Ion.\nSend offer.\nCall back.\n" },
  { "Met Ion.\n\n", "Met Ion.\n\nCall.\n", "Met Ion.\n\nSend.\nWait.\n", "Met Ion.\n\nSend.\nWait.\nCall.\n" },
  { "a", "a\nb\nc", "a\nb", "a\nb\nc" },
  { "a", "a\nb", "a\nb\nc", "a\nb\nc" },
  { "", "mine", "theirs", NULL },
  { "a", "a mine", "a theirs", NULL },

  /* words of one line */
  { "He wants a digger. Call him in May.", "He wants a big digger. Call him in May.", "He wants a digger. Call him in June.",
    "He wants a big digger. Call him in June." },
  { "One two three four five.", "One two three four six.", "Zero two three four five.", "Zero two three four six." },
  { "Phone: 123, city: Cluj, country: RO", "Phone: 124, city: Cluj, country: RO", "Phone: 123, city: Cluj, country: DE",
    "Phone: 124, city: Cluj, country: DE" },
  { "Delivery in 5 days", "Delivery in 6 days", "Delivery in 5 weeks", NULL },
  { "Price 10.50", "Price 11.50", "Price 10.75", NULL },
  { "The quick brown fox jumps.", "A slow brown cat sleeps.", "The quick red fox jumps.", NULL },
  { "First sentence here. Second sentence here. Third sentence here.", "Third sentence here.",
    "First sentence here. Second sentence here. Third sentence there.", "Third sentence there." },
  { "First sentence here. Second sentence here. Third sentence here.", "Second sentence here. Third sentence here.",
    "First sentence here. Second sentence here. Third sentence there.", "Second sentence here. Third sentence there." },
  { "First sentence here. Second sentence here. Third sentence here.", "Third sentence here.",
    "First sentence there. Second sentence here. Third sentence here.", NULL },
  { "Bună ziua, domnule Ionescu, vă așteptăm.", "Bună seara, domnule Ionescu, vă așteptăm.",
    "Bună ziua, domnule Ionescu, vă rugăm.", "Bună seara, domnule Ionescu, vă rugăm." },

  /* no spaces: characters */
  { "客户要求五月交货，价格待定。", "客户要求六月交货，价格待定。", "客户要求五月交货，价格已定。", "客户要求六月交货，价格已定。" },
  { "客户要求五月交货。", "客户要求六月交货。", "客户要求五日交货。", NULL },
  { "明天打电话", "明天打电话给李总", "后天打电话", "后天打电话给李总" },

  /* lines and words together */
  { "Visit\nAsk for the price of the loader.\nBye", "Visit!\nAsk for the best price of the loader.\nBye",
    "Visit\nAsk for the price of the excavator.\nBye\nPS", "Visit!\nAsk for the best price of the excavator.\nBye\nPS" },
};
/* clang-format on */

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *merged = satchel_merge_text (cases[i].base, cases[i].mine, cases[i].theirs);
    if (g_strcmp0 (merged, cases[i].expected) != 0)
      g_error ("“%s”\n  mine   “%s”\n  theirs “%s”:\n  expected “%s”\n  got      “%s”", cases[i].base,
               cases[i].mine, cases[i].theirs, cases[i].expected, merged);
  }
}

/* ---- what holds for all texts ---- */

static char *
random_text (void)
{
  static const char *const parts[] = { "the ", "loader ", "price ",  "call ", "May ",
                                       "5 ",   "days. ",  "offer, ", "\n",    "客",
                                       "户",   "é ",      "\n\n",    "- ",    "ok" };
  GString *text = g_string_new (NULL);
  for (int n = g_test_rand_int_range (0, 30); n > 0; n--)
    g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
  return g_string_free (text, FALSE);
}

/* @text with some of its characters' stretches gone and new words in it, each of which occurs once in the
 * world. */
static char *
random_edit (const char *text, const char *mark)
{
  GString *edited = g_string_new (text);
  for (int n = g_test_rand_int_range (1, 4); n > 0; n--) {
    glong length = g_utf8_strlen (edited->str, -1);
    const char *at = g_utf8_offset_to_pointer (edited->str, g_test_rand_int_range (0, (gint32)length + 1));
    gssize offset = at - edited->str;
    if (g_test_rand_bit () && *at != '\0') {
      const char *end = g_utf8_next_char (at);
      g_string_erase (edited, offset, end - at);
    } else {
      g_autofree char *word = g_strdup_printf (" %s%d ", mark, n);
      g_string_insert (edited, offset, word);
    }
  }
  return g_string_free (edited, FALSE);
}

static void
assert_contains_marks (const char *merged, const char *side, const char *mark)
{
  for (int n = 1; n < 4; n++) {
    g_autofree char *word = g_strdup_printf (" %s%d ", mark, n);
    if (strstr (side, word) != NULL && strstr (merged, word) == NULL)
      g_error ("“%s” is lost from “%s” in “%s”", word, side, merged);
  }
}

static void
test_properties (void)
{
  guint n_merged = 0;
  const guint n_tries = 20000;

  for (guint i = 0; i < n_tries; i++) {
    g_autofree char *base = random_text ();
    g_autofree char *mine = random_edit (base, "mine");
    g_autofree char *theirs = random_edit (base, "theirs");
    g_autofree char *only_mine = satchel_merge_text (base, mine, base);
    g_autofree char *only_theirs = satchel_merge_text (base, base, theirs);
    g_autofree char *same = satchel_merge_text (base, mine, mine);
    g_assert_cmpstr (only_mine, ==, mine);
    g_assert_cmpstr (only_theirs, ==, theirs);
    g_assert_cmpstr (same, ==, mine);

    g_autofree char *merged = satchel_merge_text (base, mine, theirs);
    g_autofree char *swapped = satchel_merge_text (base, theirs, mine);
    /* Whether it can be merged does not depend on who came first. */
    g_assert_cmpint (merged == NULL, ==, swapped == NULL);
    if (merged == NULL)
      continue;
    n_merged++;
    g_assert_true (g_utf8_validate (merged, -1, NULL));
    g_assert_cmpuint (strlen (merged), ==, strlen (swapped));
    assert_contains_marks (merged, mine, "mine");
    assert_contains_marks (merged, theirs, "theirs");
  }
  g_assert_cmpuint (n_merged, >, n_tries / 10);
}

/* ---- the difference itself ---- */

/* Length of the longest common subsequence, the plain way. */
static guint
longest_common (const guint *base, guint n_base, const guint *other, guint n_other)
{
  guint lengths[13][13] = { 0 };
  for (guint i = 1; i <= n_base; i++)
    for (guint j = 1; j <= n_other; j++)
      lengths[i][j] = base[i - 1] == other[j - 1] ? lengths[i - 1][j - 1] + 1
                                                  : MAX (lengths[i - 1][j], lengths[i][j - 1]);
  return lengths[n_base][n_other];
}

static void
test_diff (void)
{
  for (guint i = 0; i < 20000; i++) {
    guint base[12], other[12];
    guint n_base = (guint)g_test_rand_int_range (0, 13), n_other = (guint)g_test_rand_int_range (0, 13);
    for (guint j = 0; j < 12; j++) {
      base[j] = (guint)g_test_rand_int_range (0, 3);
      other[j] = (guint)g_test_rand_int_range (0, 3);
    }
    g_autoptr (GArray) hunks = satchel_diff (base, n_base, other, n_other, 24);
    guint x = 0, y = 0, n_edits = 0;
    for (guint h = 0; h < hunks->len; h++) {
      const SatchelHunk *hunk = &g_array_index (hunks, SatchelHunk, h);
      g_assert_true (hunk->n + hunk->n_side > 0 && (h == 0 || hunk->at > x));
      g_assert_cmpuint (hunk->at - x, ==, hunk->side - y);
      for (; x < hunk->at; x++, y++)
        g_assert_cmpuint (base[x], ==, other[y]);
      n_edits += hunk->n + hunk->n_side;
      x += hunk->n;
      y += hunk->n_side;
    }
    g_assert_cmpuint (n_base - x, ==, n_other - y);
    g_assert_cmpuint (n_edits, ==, n_base + n_other - 2 * longest_common (base, n_base, other, n_other));
    for (; x < n_base; x++, y++)
      g_assert_cmpuint (base[x], ==, other[y]);
  }

  const guint left[] = { 1, 2, 3, 4 }, right[] = { 2, 1, 4, 3 };
  g_autoptr (GArray) enough = satchel_diff (left, 4, right, 4, 4);
  g_assert_nonnull (enough);
  g_assert_null (satchel_diff (left, 4, right, 4, 3));
}

/* ---- time ---- */

static char *
long_text (const char *part, const char *last)
{
  GString *text = g_string_new (NULL);
  glong chars = g_utf8_strlen (part, -1);
  for (glong n = 0; n + chars < SATCHEL_MAX_TEXT_CHARS - 100; n += chars)
    g_string_append (text, part);
  g_string_append (text, last);
  return g_string_free (text, FALSE);
}

static void
test_bounded (void)
{
  static const struct {
    const char *base, *mine, *theirs;
  } parts[] = {
    { "一", "一二", "三一" },      { "a ", "b ", "a b " },
    { "a\n", "\na", "a\nb\n" },    { "a b c d\n", "b c d a\n", "c d a b\n" },
    { "word ", "word", "word  " }, { "ab ", "ba ", "a b " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *base = long_text (parts[i].base, "end");
    g_autofree char *mine = long_text (parts[i].mine, "End");
    g_autofree char *theirs = long_text (parts[i].theirs, "END");
    gint64 start = g_get_monotonic_time ();
    g_autofree char *merged = satchel_merge_text (base, mine, theirs);
    double seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
    g_test_message ("%.3f s: %s", seconds, parts[i].base);
    g_assert_null (merged);
    g_assert_cmpfloat (seconds, <, 5);
  }

  /* And a long text with two small edits far apart is merged. */
  g_autofree char *base = long_text ("很长的文字。", "完");
  g_autofree char *mine = g_strconcat ("新", base, NULL);
  g_autofree char *theirs = g_strconcat (base, "了", NULL);
  g_autofree char *expected = g_strconcat ("新", base, "了", NULL);
  g_autofree char *merged = satchel_merge_text (base, mine, theirs);
  g_assert_cmpstr (merged, ==, expected);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/merge/text/table", test_table);
  g_test_add_func ("/protocol/merge/text/properties", test_properties);
  g_test_add_func ("/protocol/merge/text/diff", test_diff);
  g_test_add_func ("/protocol/merge/text/bounded", test_bounded);
  return g_test_run ();
}
