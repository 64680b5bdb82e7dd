/* Every policy with every kind of emptiness, merge groups, and what must hold for any values.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/merge.h"

#include <string.h>

#include "protocol/metadata/registry.h"
#include "tests/lib/chance.h"

static SatchelRegistry *registry;
static const SatchelEntity *thing;

#define NONE    SATCHEL_CONFLICT_NONE
#define SETTLED SATCHEL_CONFLICT_SETTLED
#define OPEN    SATCHEL_CONFLICT_OPEN

#define ID_A      "01900000-0000-7000-8000-00000000000a"
#define ID_B      "01900000-0000-7000-8000-00000000000b"
#define PARTY_A   "{\"role\":\"to\",\"entity\":\"thing\",\"id\":\"" ID_A "\"}"
#define NAMED_A   "{\"role\":\"to\",\"entity\":\"thing\",\"id\":\"" ID_A "\",\"name\":\"Ana\"}"
#define RENAMED_A "{\"role\":\"to\",\"entity\":\"thing\",\"id\":\"" ID_A "\",\"name\":\"Anna\"}"
#define PARTY_B   "{\"role\":\"to\",\"entity\":\"thing\",\"id\":\"" ID_B "\"}"
#define COPY_A    "{\"role\":\"cc\",\"entity\":\"thing\",\"id\":\"" ID_A "\"}"
#define MAIL      "{\"role\":\"to\",\"address\":\"x@example.com\"}"

/* clang-format off */
static const struct {
  const char *field;
  const char *base, *mine, *theirs; /* "" is empty */
  const char *expected;
  SatchelConflict conflict;
} cases[] = {
  { "last", "a", "b", "c", "b", SETTLED },
  { "last", "a", "", "c", "", SETTLED },
  { "last", "a", "b", "", "b", SETTLED },
  { "last", "a", "b", "b", "b", NONE },
  { "last", "a", "", "", "", NONE },

  { "first", "", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", SETTLED },
  { "first", "", "", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", SETTLED },
  { "first", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "", "2026-01-02T00:00:00Z", SETTLED },

  { "review", "1", "2", "3", "3", OPEN },
  { "review", "1", "", "3", "3", OPEN },
  { "review", "1", "2", "", "", OPEN },
  { "review", "1", "2.00", "2", "2", NONE },

  { "keys", "a, b", "a, c", "a, b, d", "a, c, d", NONE },
  { "keys", "", "a", "b", "a, b", NONE },
  { "keys", "a, b", "", "a, b, c", "c", NONE },
  { "keys", "a, b", "a", "b", "", NONE },
  { "keys", "a", "a, b", "", "b", NONE },
  { "keys", "a", "a, b", "a, b", "a, b", NONE },

  { "parties", "[" PARTY_A "]", "[" PARTY_A "," PARTY_B "]", "[" PARTY_A "," MAIL "]", "[" PARTY_A "," PARTY_B "," MAIL "]", NONE },
  { "parties", "[" PARTY_A "]", "", "[" PARTY_A "," PARTY_B "]", "[" PARTY_B "]", NONE },
  { "parties", "[" PARTY_A "," PARTY_B "]", "[" PARTY_A "]", "[" PARTY_B "]", "", NONE },
  { "parties", "", "[" PARTY_A "]", "[" COPY_A "]", "[" PARTY_A "," COPY_A "]", NONE },
  { "parties", "[" PARTY_A "]", "[" NAMED_A "]", "[" PARTY_A "," PARTY_B "]", "[" NAMED_A "," PARTY_B "]", NONE },
  { "parties", "[" PARTY_A "]", "[" PARTY_A "," PARTY_B "]", "[" NAMED_A "]", "[" NAMED_A "," PARTY_B "]", NONE },
  { "parties", "[" PARTY_A "]", "[" NAMED_A "]", "[" RENAMED_A "]", "[" NAMED_A "]", NONE },
  { "parties", "[" MAIL "]", "", "[" PARTY_A "," MAIL "]", "[" PARTY_A "]", NONE },

  { "counter", "5", "7", "8", "10", NONE },
  { "counter", "", "2", "3", "5", NONE },
  { "counter", "5", "7", "", "2", NONE },
  { "counter", "5", "", "8", "3", NONE },
  { "counter", "5", "3", "4", "2", NONE },
  { "counter", "5", "0", "4", "4", OPEN },
  { "counter", "0", "9223372036854775807", "1", "1", OPEN },
  { "total", "1.10", "1.35", "2", "2.25", NONE },
  { "total", "", "-0.5", "0.5", "0", NONE },

  { "log", "a", "a\nb", "a\nc", "a\nc\nb", NONE },
  { "log", "", "b", "c", "c\nb", NONE },
  { "log", "a\n", "a\nb", "a\nc\n", "a\nc\nb", NONE },
  { "log", "a", "ab", "", "b", NONE },
  { "log", "a", "x\nb", "a\nc", "a\nc", OPEN },
  { "log", "a", "", "a\nc", "a\nc", OPEN },
  { "log", "a", "a", "a\nc", "a\nc", NONE },
  { "log", "a", "a\n123456789012345678901234567890", "a\n123456789012345678901234567891", "a\n123456789012345678901234567891", OPEN },

  { "max", "", "2026-01-02", "2026-01-01", "2026-01-02", NONE },
  { "max", "", "2026-01-01", "2026-01-02", "2026-01-02", NONE },
  { "max", "2026-01-01", "", "2026-01-02", "2026-01-02", NONE },
  { "max", "2026-01-01", "2026-01-02", "", "2026-01-02", NONE },
  { "min", "9", "3", "5", "3", NONE },
  { "min", "9", "7", "5", "5", NONE },
  { "min", "9", "", "5", "5", NONE },
  { "min", "9", "5", "", "5", NONE },

  { "state", "done", "done", "open", "done", SETTLED },
  { "state", "open", "revived", "done", "done", OPEN },
  { "state", "done", "revived", "open", "open", OPEN },
  { "state", "done", "open", "revived", "revived", OPEN },
  { "state", "", "done", "open", "done", SETTLED },
  { "state", "open", "done", "", "done", SETTLED },

  { "text", "One. Two three four. Five.", "One! Two three four. Five.", "One. Two three four. Six.", "One! Two three four. Six.", NONE },
  { "text", "a", "b", "c", "c", OPEN },
  { "text", "a", "", "b", "b", OPEN },
  { "text", "", "b", "c", "c", OPEN },
  { "text", "a", "b", "", "", OPEN },
  { "text", "a", "a", "b", "b", NONE },

  { "link", ID_A, ID_B, "", "", OPEN },
  { "link", "", ID_B, ID_A, ID_A, OPEN },
};
/* clang-format on */

static SatchelValue *
read_value (const SatchelField *field, const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelValue *value = NULL;
  gboolean read = satchel_value_from_text (field, text, &value, &error);
  g_assert_no_error (error);
  g_assert_true (read);
  return value;
}

static char *
show (const SatchelField *field, const SatchelMergeResult *result)
{
  static const char *const conflicts[] = { "none", "settled", "open" };
  g_autofree char *text = satchel_value_to_text (field, result->value);
  return g_strdup_printf ("%s (%s, %s)", text, conflicts[result->conflict],
                          result->changed ? "changed" : "as it was");
}

static void
assert_result (const SatchelField *field, const SatchelMergeResult *result, const SatchelValue *expected,
               SatchelConflict conflict, const SatchelValue *theirs, const char *what)
{
  const SatchelMergeResult wanted = { (SatchelValue *)expected, conflict,
                                      !satchel_value_equal (expected, theirs) };
  g_autofree char *shown = show (field, result);
  g_autofree char *wished = show (field, &wanted);
  if (!satchel_value_equal (result->value, expected) || !g_str_equal (shown, wished))
    g_error ("%s: %s: expected %s, got %s", field->name, what, wished, shown);
}

static void
test_policies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const SatchelField *field = satchel_entity_find_field (thing, cases[i].field);
    g_autofree char *what =
        g_strdup_printf ("“%s” → “%s” | “%s”", cases[i].base, cases[i].mine, cases[i].theirs);
    g_autoptr (SatchelValue) base = read_value (field, cases[i].base);
    g_autoptr (SatchelValue) mine = read_value (field, cases[i].mine);
    g_autoptr (SatchelValue) theirs = read_value (field, cases[i].theirs);
    g_autoptr (SatchelValue) expected = read_value (field, cases[i].expected);

    g_auto (SatchelMergeResult) result = { 0 };
    satchel_merge_field (thing, field, SATCHEL_SINCE_OTHERS, base, mine, theirs, &result);
    assert_result (field, &result, expected, cases[i].conflict, theirs, what);

    /* Nobody else touched it: mine, whatever the policy. */
    for (SatchelSince since = SATCHEL_SINCE_UNTOUCHED; since <= SATCHEL_SINCE_SAME_DEVICE; since++) {
      g_auto (SatchelMergeResult) own = { 0 };
      satchel_merge_field (thing, field, since, base, mine, theirs, &own);
      assert_result (field, &own, mine, NONE, theirs, what);
    }
  }
}

/* ---- groups ---- */

/* clang-format off */
static const struct {
  const char *fields[2];
  const char *mine[2], *theirs[2], *expected[2];
  SatchelConflict conflicts[2];
} groups[] = {
  /* all of one side, never a street of one city in another */
  { { "street", "city" }, { "A 1", "Cluj" }, { "B 2", "Arad" }, { "A 1", "Cluj" }, { SETTLED, SETTLED } },
  { { "street", "city" }, { "A 1", "Cluj" }, { "B 2", "Cluj" }, { "A 1", "Cluj" }, { SETTLED, NONE } },
  { { "street", "city" }, { "", "" }, { "B 2", "Arad" }, { "", "" }, { SETTLED, SETTLED } },
  { { "street", "city" }, { "A 1", "" }, { "", "Arad" }, { "A 1", "" }, { SETTLED, SETTLED } },
  { { "street", "city" }, { "A 1", "Cluj" }, { "A 1", "Cluj" }, { "A 1", "Cluj" }, { NONE, NONE } },
  /* the strictest policy decides */
  { { "amount", "currency" }, { "10", "EUR" }, { "50", "RON" }, { "50", "RON" }, { OPEN, OPEN } },
  { { "amount", "currency" }, { "10", "EUR" }, { "10", "RON" }, { "10", "RON" }, { NONE, OPEN } },
  { { "called", "caller" }, { "2026-01-02T00:00:00Z", "Ana" }, { "2026-01-01T00:00:00Z", "Ben" },
    { "2026-01-01T00:00:00Z", "Ben" }, { SETTLED, SETTLED } },
  { { "called", "caller" }, { "2026-01-02T00:00:00Z", "Ana" }, { "", "" },
    { "2026-01-02T00:00:00Z", "Ana" }, { SETTLED, SETTLED } },
};
/* clang-format on */

static void
test_groups (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (SatchelSince since = SATCHEL_SINCE_UNTOUCHED; since <= SATCHEL_SINCE_OTHERS; since++) {
      const SatchelField *fields[2];
      SatchelValue *mine[2], *theirs[2], *expected[2];
      SatchelMergeResult results[2];
      for (guint f = 0; f < 2; f++) {
        fields[f] = satchel_entity_find_field (thing, groups[i].fields[f]);
        mine[f] = read_value (fields[f], groups[i].mine[f]);
        theirs[f] = read_value (fields[f], groups[i].theirs[f]);
        expected[f] = read_value (fields[f], groups[i].expected[f]);
      }
      satchel_merge_group (thing, fields, 2, since, (const SatchelValue *const *)mine,
                           (const SatchelValue *const *)theirs, results);
      for (guint f = 0; f < 2; f++) {
        if (since == SATCHEL_SINCE_OTHERS)
          assert_result (fields[f], &results[f], expected[f], groups[i].conflicts[f], theirs[f],
                         groups[i].mine[f]);
        else
          assert_result (fields[f], &results[f], mine[f], NONE, theirs[f], groups[i].mine[f]);
        satchel_merge_result_clear (&results[f]);
        satchel_value_unref (mine[f]);
        satchel_value_unref (theirs[f]);
        satchel_value_unref (expected[f]);
      }
    }
}

/* ---- what holds for all sets ---- */

static SatchelValue *
random_keys (void)
{
  static const char *const all[] = { "a", "b", "c", "d", "e", "f" };
  const char *keys[G_N_ELEMENTS (all) + 1];
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_test_rand_bit ())
      keys[n++] = all[i];
  keys[n] = NULL;
  return satchel_value_new_keys (keys);
}

static SatchelValue *
merge_keys (const SatchelValue *base, const SatchelValue *mine, const SatchelValue *theirs)
{
  SatchelMergeResult result = { 0 };
  satchel_merge_field (thing, satchel_entity_find_field (thing, "keys"), SATCHEL_SINCE_OTHERS, base, mine,
                       theirs, &result);
  g_assert_cmpint (result.conflict, ==, NONE);
  g_assert_cmpint (result.changed, ==, !satchel_value_equal (result.value, theirs));
  return result.value;
}

static void
test_sets (void)
{
  for (guint i = 0; i < 2000; i++) {
    g_autoptr (SatchelValue) base = random_keys ();
    g_autoptr (SatchelValue) mine = random_keys ();
    g_autoptr (SatchelValue) theirs = random_keys ();
    g_autoptr (SatchelValue) merged = merge_keys (base, mine, theirs);
    g_autoptr (SatchelValue) swapped = merge_keys (base, theirs, mine);
    g_autoptr (SatchelValue) again = merge_keys (base, mine, merged);
    g_autoptr (SatchelValue) only_mine = merge_keys (base, mine, base);
    g_autoptr (SatchelValue) only_theirs = merge_keys (base, base, theirs);

    g_assert_true (satchel_value_equal (merged, swapped));
    g_assert_true (satchel_value_equal (merged, again));
    g_assert_true (satchel_value_equal (only_mine, mine));
    g_assert_true (satchel_value_equal (only_theirs, theirs));
  }
}

/* More keys than a field may hold are nobody's wish. */
static void
test_too_many_keys (void)
{
  const SatchelField *field = satchel_entity_find_field (thing, "keys");
  g_autoptr (GStrvBuilder) first = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) second = g_strv_builder_new ();
  for (guint i = 0; i < 150; i++) {
    g_autofree char *one = g_strdup_printf ("a%u", i);
    g_autofree char *other = g_strdup_printf ("b%u", i);
    g_strv_builder_add (first, one);
    g_strv_builder_add (second, other);
  }
  g_auto (GStrv) mine_keys = g_strv_builder_end (first);
  g_auto (GStrv) theirs_keys = g_strv_builder_end (second);
  g_autoptr (SatchelValue) mine = satchel_value_new_keys ((const char *const *)mine_keys);
  g_autoptr (SatchelValue) theirs = satchel_value_new_keys ((const char *const *)theirs_keys);

  g_auto (SatchelMergeResult) result = { 0 };
  satchel_merge_field (thing, field, SATCHEL_SINCE_OTHERS, NULL, mine, theirs, &result);
  assert_result (field, &result, theirs, OPEN, theirs, "300 keys");
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  registry = satchel_registry_load_dir (FIXTURES "/merge", &error);
  g_assert_no_error (error);
  thing = satchel_registry_find (registry, "thing");

  g_test_add_func ("/protocol/merge/policies", test_policies);
  g_test_add_func ("/protocol/merge/groups", test_groups);
  g_test_add_func ("/protocol/merge/sets", test_sets);
  g_test_add_func ("/protocol/merge/too-many-keys", test_too_many_keys);
  int status = g_test_run ();
  satchel_registry_unref (registry);
  return status;
}
