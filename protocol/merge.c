/* One function a policy. Empty is a value like any other here; each function says what it means.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/merge.h"

#include <string.h>

/* What a policy makes of two changes to one value. */
typedef struct {
  const SatchelEntity *entity;
  const SatchelField *field;
  const SatchelValue *base, *mine, *theirs;
} Dispute;

void
satchel_merge_result_clear (SatchelMergeResult *result)
{
  g_clear_pointer (&result->value, satchel_value_unref);
}

static void
decide (SatchelMergeResult *result, const Dispute *dispute, const SatchelValue *value,
        SatchelConflict conflict)
{
  result->value = satchel_value_ref (value);
  result->conflict = conflict;
  result->changed = !satchel_value_equal (value, dispute->theirs);
}

static void
leave_to_a_person (SatchelMergeResult *result, const Dispute *dispute)
{
  decide (result, dispute, dispute->theirs, SATCHEL_CONFLICT_OPEN);
}

/* A merged value that the field could not hold (too long, too many, out of range) is a person's business. */
static void
decide_merged (SatchelMergeResult *result, const Dispute *dispute, const SatchelValue *value)
{
  if (value != NULL && !satchel_value_check (dispute->field, value, NULL))
    leave_to_a_person (result, dispute);
  else
    decide (result, dispute, value, SATCHEL_CONFLICT_NONE);
}

/* ---- set ---- */

static const char *const *
keys_of (const SatchelValue *value)
{
  static const char *const none[] = { NULL };
  return value == NULL ? none : satchel_value_get_keys (value);
}

/* (theirs and mine) without what either side took out of base. */
static void
merge_keys (SatchelMergeResult *result, const Dispute *dispute)
{
  const char *const *base = keys_of (dispute->base);
  const char *const *mine = keys_of (dispute->mine);
  const char *const *theirs = keys_of (dispute->theirs);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  for (guint i = 0; theirs[i] != NULL; i++)
    if (g_strv_contains (mine, theirs[i]) || !g_strv_contains (base, theirs[i]))
      g_ptr_array_add (keys, (gpointer)theirs[i]);
  for (guint i = 0; mine[i] != NULL; i++)
    if (!g_strv_contains (base, mine[i]))
      g_ptr_array_add (keys, (gpointer)mine[i]);
  g_ptr_array_add (keys, NULL);
  g_autoptr (SatchelValue) value = satchel_value_new_keys ((const char *const *)keys->pdata);
  decide_merged (result, dispute, value);
}

typedef struct {
  const SatchelParty *items;
  guint n;
} Parties;

static Parties
parties_of (const SatchelValue *value)
{
  Parties parties = { NULL, 0 };
  if (value != NULL)
    parties.items = satchel_value_get_parties (value, &parties.n);
  return parties;
}

/* The same person in the same role, whatever else is noted of her. */
static const SatchelParty *
find_party (Parties parties, const SatchelParty *wanted)
{
  for (guint i = 0; i < parties.n; i++) {
    const SatchelParty *party = &parties.items[i];
    if (g_strcmp0 (party->role, wanted->role) == 0 && g_strcmp0 (party->entity, wanted->entity) == 0 &&
        g_strcmp0 (party->id, wanted->id) == 0 &&
        (party->id != NULL || g_strcmp0 (party->address, wanted->address) == 0))
      return party;
  }
  return NULL;
}

static gboolean
parties_alike (const SatchelParty *a, const SatchelParty *b)
{
  return g_strcmp0 (a->address, b->address) == 0 && g_strcmp0 (a->name, b->name) == 0;
}

/* As keys; a party that both kept has mine's address and name if mine changed them, else theirs. */
static void
merge_parties (SatchelMergeResult *result, const Dispute *dispute)
{
  Parties base = parties_of (dispute->base), mine = parties_of (dispute->mine),
          theirs = parties_of (dispute->theirs);
  g_autoptr (GArray) merged = g_array_new (FALSE, FALSE, sizeof (SatchelParty));

  for (guint i = 0; i < theirs.n; i++) {
    const SatchelParty *kept = find_party (mine, &theirs.items[i]);
    const SatchelParty *before = find_party (base, &theirs.items[i]);
    if (kept == NULL && before != NULL)
      continue;
    gboolean mine_changed = kept != NULL && (before == NULL || !parties_alike (kept, before));
    g_array_append_vals (merged, mine_changed ? kept : &theirs.items[i], 1);
  }
  for (guint i = 0; i < mine.n; i++)
    if (find_party (theirs, &mine.items[i]) == NULL && find_party (base, &mine.items[i]) == NULL)
      g_array_append_vals (merged, &mine.items[i], 1);
  g_autoptr (SatchelValue) value =
      satchel_value_new_parties ((const SatchelParty *)merged->data, merged->len);
  decide_merged (result, dispute, value);
}

static void
merge_set (SatchelMergeResult *result, const Dispute *dispute)
{
  if (dispute->field->type == SATCHEL_TYPE_PARTIES)
    merge_parties (result, dispute);
  else
    merge_keys (result, dispute);
}

/* ---- counter ---- */

static SatchelDecimal
decimal_of (const SatchelValue *value)
{
  return value == NULL ? (SatchelDecimal){ 0, 0 } : satchel_value_get_decimal (value);
}

static gint64
integer_of (const SatchelValue *value)
{
  return value == NULL ? 0 : satchel_value_get_integer (value);
}

/* Both additions count. Empty counts as zero; the result is never empty. */
static void
merge_counter (SatchelMergeResult *result, const Dispute *dispute)
{
  g_autoptr (SatchelValue) value = NULL;

  if (satchel_type_kind (dispute->field->type) == SATCHEL_KIND_DECIMAL) {
    SatchelDecimal sum;
    if (satchel_decimal_subtract (decimal_of (dispute->mine), decimal_of (dispute->base), &sum, NULL) &&
        satchel_decimal_add (decimal_of (dispute->theirs), sum, &sum, NULL))
      value = satchel_value_new_decimal (sum);
  } else {
    gint64 sum;
    if (!__builtin_sub_overflow (integer_of (dispute->mine), integer_of (dispute->base), &sum) &&
        !__builtin_add_overflow (integer_of (dispute->theirs), sum, &sum))
      value = satchel_value_new_integer (sum);
  }
  if (value == NULL)
    leave_to_a_person (result, dispute);
  else
    decide_merged (result, dispute, value);
}

/* ---- append, text ---- */

static const char *
string_of (const SatchelValue *value)
{
  return value == NULL ? "" : satchel_value_get_string (value);
}

/* Theirs, then what mine added behind base, on a line of its own. Who changed what stood there before asks
 * for review. */
static void
merge_append (SatchelMergeResult *result, const Dispute *dispute)
{
  const char *base = string_of (dispute->base);
  const char *mine = string_of (dispute->mine);
  const char *theirs = string_of (dispute->theirs);

  if (!g_str_has_prefix (mine, base)) {
    leave_to_a_person (result, dispute);
    return;
  }
  const char *added = mine + strlen (base);
  gboolean joined = *theirs == '\0' || *added == '\0' || *added == '\n' || g_str_has_suffix (theirs, "\n");
  g_autofree char *text = g_strconcat (theirs, joined ? "" : "\n", added, NULL);
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);
  decide_merged (result, dispute, value);
}

static void
merge_text (SatchelMergeResult *result, const Dispute *dispute)
{
  g_autofree char *text =
      satchel_merge_text (string_of (dispute->base), string_of (dispute->mine), string_of (dispute->theirs));

  if (text == NULL) {
    leave_to_a_person (result, dispute);
    return;
  }
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);
  decide_merged (result, dispute, value);
}

/* ---- the others ---- */

/* Empty is no bound: the other value is the larger and the smaller one. */
static void
merge_bound (SatchelMergeResult *result, const Dispute *dispute)
{
  const SatchelValue *mine = dispute->mine, *theirs = dispute->theirs;
  gboolean larger = satchel_value_compare (dispute->field, mine, theirs) > 0;

  if (mine == NULL || theirs == NULL)
    decide (result, dispute, mine != NULL ? mine : theirs, SATCHEL_CONFLICT_NONE);
  else
    decide (result, dispute, larger == (dispute->field->policy == SATCHEL_POLICY_MAX) ? mine : theirs,
            SATCHEL_CONFLICT_NONE);
}

static gboolean
state_may_follow (const SatchelEntity *entity, const SatchelValue *mine, const SatchelValue *theirs)
{
  const char *from = theirs == NULL ? NULL : satchel_value_get_string (theirs);
  const char *to = mine == NULL ? NULL : satchel_value_get_string (mine);
  return satchel_entity_allows_transition (entity, from, to, NULL);
}

typedef enum {
  /* From the mildest to the strictest. */
  VERDICT_MINE,
  VERDICT_THEIRS,
  VERDICT_PERSON,
} Verdict;

/* Policies that choose one of the two values. For "first" a value that was emptied since stands no longer. */
static Verdict
judge (const SatchelEntity *entity, const SatchelField *field, const SatchelValue *mine,
       const SatchelValue *theirs)
{
  switch (field->policy) {
  case SATCHEL_POLICY_LAST:
    return VERDICT_MINE;
  case SATCHEL_POLICY_FIRST:
    return theirs == NULL ? VERDICT_MINE : VERDICT_THEIRS;
  case SATCHEL_POLICY_STATE:
    return state_may_follow (entity, mine, theirs) ? VERDICT_MINE : VERDICT_PERSON;
  default:
    return VERDICT_PERSON;
  }
}

static void
pronounce (SatchelMergeResult *result, const Dispute *dispute, Verdict verdict)
{
  if (verdict == VERDICT_PERSON)
    leave_to_a_person (result, dispute);
  else
    decide (result, dispute, verdict == VERDICT_MINE ? dispute->mine : dispute->theirs,
            SATCHEL_CONFLICT_SETTLED);
}

void
satchel_merge_field (const SatchelEntity *entity, const SatchelField *field, SatchelSince since,
                     const SatchelValue *base, const SatchelValue *mine, const SatchelValue *theirs,
                     SatchelMergeResult *result)
{
  const Dispute dispute = { entity, field, base, mine, theirs };

  if (since != SATCHEL_SINCE_OTHERS || satchel_value_equal (mine, theirs)) {
    decide (result, &dispute, mine, SATCHEL_CONFLICT_NONE);
    return;
  }
  switch (field->policy) {
  case SATCHEL_POLICY_SET:
    merge_set (result, &dispute);
    return;
  case SATCHEL_POLICY_COUNTER:
    merge_counter (result, &dispute);
    return;
  case SATCHEL_POLICY_APPEND:
    merge_append (result, &dispute);
    return;
  case SATCHEL_POLICY_TEXT:
    merge_text (result, &dispute);
    return;
  case SATCHEL_POLICY_MAX:
  case SATCHEL_POLICY_MIN:
    merge_bound (result, &dispute);
    return;
  default:
    pronounce (result, &dispute, judge (entity, field, mine, theirs));
    return;
  }
}

void
satchel_merge_group (const SatchelEntity *entity, const SatchelField *const *fields, guint n,
                     SatchelSince since, const SatchelValue *const *mine, const SatchelValue *const *theirs,
                     SatchelMergeResult *results)
{
  Verdict strictest = VERDICT_MINE;

  for (guint i = 0; i < n; i++) {
    Verdict verdict = judge (entity, fields[i], mine[i], theirs[i]);
    strictest = MAX (strictest, verdict);
  }
  for (guint i = 0; i < n; i++) {
    const Dispute dispute = { entity, fields[i], NULL, mine[i], theirs[i] };
    if (since != SATCHEL_SINCE_OTHERS || satchel_value_equal (mine[i], theirs[i]))
      decide (&results[i], &dispute, mine[i], SATCHEL_CONFLICT_NONE);
    else
      pronounce (&results[i], &dispute, strictest);
  }
}
