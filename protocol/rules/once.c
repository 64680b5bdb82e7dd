/* Joining, and what has to be shown for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/once.h"

#include <string.h>

#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/merge.h"

/* Shorter texts are guessed. */
#define LEAST_PROOF_CHARS 32

/* ---- is it the same? ---- */

gboolean
satchel_once_is_same (const SatchelRecord *record, const SatchelRecord *there)
{
  const SatchelField *field = record->entity->once;

  return field != NULL && there->entity == record->entity && satchel_record_get (record, field) != NULL &&
         satchel_value_equal (satchel_record_get (record, field), satchel_record_get (there, field));
}

/* ---- does she have it? ---- */

/* Letters and digits alone: servers on the way break lines and put quotes before them. */
static char *
squeeze (const SatchelValue *value)
{
  GString *squeezed = g_string_new (NULL);

  for (const char *at = value != NULL ? satchel_value_get_string (value) : ""; *at != '\0';
       at = g_utf8_next_char (at)) {
    const gunichar character = g_utf8_get_char (at);

    if (g_unichar_isalnum (character))
      g_string_append_unichar (squeezed, g_unichar_tolower (character));
  }
  return g_string_free (squeezed, FALSE);
}

/* One in the other, of which a footer that was added on the way may be a fifth. A part that somebody guessed
 * is not enough. */
static gboolean
agree (const SatchelValue *one, const SatchelValue *other)
{
  g_autofree char *a = squeeze (one), *b = squeeze (other);
  const gsize a_bytes = strlen (a), b_bytes = strlen (b);

  if ((gsize)g_utf8_strlen (a_bytes < b_bytes ? a : b, -1) < LEAST_PROOF_CHARS ||
      MIN (a_bytes, b_bytes) * 5 < MAX (a_bytes, b_bytes) * 4)
    return FALSE;
  return a_bytes < b_bytes ? strstr (b, a) != NULL : strstr (a, b) != NULL;
}

/* Both say nothing, the same, or nearly so. */
static gboolean
is_alike (const SatchelValue *one, const SatchelValue *other)
{
  g_autofree char *a = squeeze (one), *b = squeeze (other);

  return g_str_equal (a, b) || agree (one, other);
}

static gboolean
is_same_title (const SatchelRecord *record, const SatchelRecord *there)
{
  g_autofree char *one = squeeze (satchel_record_get (record, record->entity->title));
  g_autofree char *other = squeeze (satchel_record_get (there, there->entity->title));

  return g_str_equal (one, other);
}

gboolean
satchel_once_shows (const SatchelRecord *record, const SatchelRecord *there)
{
  const SatchelEntity *entity = record->entity;

  if (!satchel_once_is_same (record, there))
    return FALSE;
  /* It is named by its hash, and the server has seen that she has it. So may anybody who guesses to what it
   * was attached: that is asked there. */
  if (entity->once->type == SATCHEL_TYPE_FILE)
    return TRUE;
  if (!is_same_title (record, there))
    return FALSE;
  for (guint i = 0; i < entity->n_proof; i++)
    if (agree (satchel_record_get (record, entity->proof[i]), satchel_record_get (there, entity->proof[i])))
      return TRUE;
  return FALSE;
}

gboolean
satchel_once_is_alike (const SatchelRecord *record, const SatchelRecord *there)
{
  const SatchelEntity *entity = record->entity;

  if (!is_same_title (record, there))
    return FALSE;
  for (guint i = 0; i < entity->n_proof; i++) {
    const SatchelValue *own = satchel_record_get (record, entity->proof[i]);
    const SatchelValue *its = satchel_record_get (there, entity->proof[i]);

    if (own != NULL && its != NULL && !is_alike (own, its))
      return FALSE;
  }
  return TRUE;
}

/* ---- parties ---- */

static gboolean
is_users_alone (const SatchelField *field)
{
  return field->type == SATCHEL_TYPE_PARTIES && field->n_targets == 1 &&
         g_str_equal (field->targets[0], "user");
}

static SatchelValue *
drop_user (const SatchelValue *value, const char *user)
{
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  guint n = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n) : NULL;

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (parties[i].id, user) != 0)
      g_array_append_val (others, parties[i]);
  return satchel_value_new_parties ((const SatchelParty *)others->data, others->len);
}

static const SatchelParty *
find_user (const SatchelValue *value, const char *user)
{
  guint n = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n) : NULL;

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (parties[i].id, user) == 0)
      return &parties[i];
  return NULL;
}

gboolean
satchel_once_is_present (const SatchelValue *parties, const char *user)
{
  guint n = 0;

  if (parties != NULL)
    satchel_value_get_parties (parties, &n);
  return n >= SATCHEL_MAX_KEYS || find_user (parties, user) != NULL;
}

/* A bare address, where the same address in the same role is somebody's. */
static gboolean
is_said_otherwise (const SatchelParty *party, const SatchelParty *parties, guint n)
{
  for (guint i = 0; party->id == NULL && i < n; i++)
    if (parties[i].id != NULL && parties[i].address != NULL && g_str_equal (parties[i].role, party->role) &&
        g_ascii_strcasecmp (parties[i].address, party->address) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
has_party (const SatchelParty *party, const SatchelParty *parties, guint n)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (parties[i].role, party->role) && g_strcmp0 (parties[i].entity, party->entity) == 0 &&
        g_strcmp0 (parties[i].id, party->id) == 0 &&
        (party->id != NULL || g_strcmp0 (parties[i].address, party->address) == 0))
      return TRUE;
  return FALSE;
}

static gboolean
is_same_person (const SatchelParty *one, const SatchelParty *other)
{
  return one->id != NULL ? g_strcmp0 (one->id, other->id) == 0
                         : other->id == NULL && g_strcmp0 (one->address, other->address) == 0;
}

const char *
satchel_once_find_answer (const char *role)
{
  static const char *const ANSWERS[] = { "accepted", "declined", "tentative", "delegated", NULL };
  const char *last = strrchr (role, '_');

  return last != NULL && g_strv_contains (ANSWERS, last + 1) ? last + 1 : NULL;
}

static gsize
count_asked (const char *role)
{
  const char *answer = satchel_once_find_answer (role);

  return answer != NULL ? (gsize)(answer - 1 - role) : strlen (role);
}

/* Their roles but for what was answered behind them: "required" of "required_accepted". */
static gboolean
is_same_role (const char *one, const char *other)
{
  const gsize length = count_asked (one);

  return length == count_asked (other) && strncmp (one, other, length) == 0;
}

/* Who was asked is said by who answered; of two answers her own counts, which nobody else sends, else the one
 * that was there. */
static gboolean
is_outdone (const SatchelParty *party, const SatchelParty *known, guint n_known, const SatchelParty *parties,
            guint n, const char *user)
{
  const gboolean answered = satchel_once_find_answer (party->role) != NULL;
  const gboolean was_there = has_party (party, known, n_known);
  const gboolean hers = g_strcmp0 (party->id, user) == 0 && party->id != NULL;

  for (guint i = 0; i < n; i++) {
    if (!is_same_person (party, &parties[i]) || !is_same_role (party->role, parties[i].role) ||
        g_str_equal (party->role, parties[i].role) || satchel_once_find_answer (parties[i].role) == NULL)
      continue;
    if (!answered || (was_there == hers && has_party (&parties[i], known, n_known) != was_there))
      return TRUE;
  }
  return FALSE;
}

/* Those of @there first, and as many as a list holds: then no bare address makes room for people who might
 * not find any. */
static SatchelValue *
list_united (const SatchelValue *there, const SatchelValue *all, const char *user)
{
  g_autoptr (GArray) united = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  guint n = 0, n_there = 0;
  const SatchelParty *parties = satchel_value_get_parties (all, &n);
  const SatchelParty *known = there != NULL ? satchel_value_get_parties (there, &n_there) : NULL;
  const gboolean is_full = n > SATCHEL_MAX_KEYS;

  for (guint turn = 0; turn < 2; turn++) {
    for (guint i = 0; i < n && united->len < SATCHEL_MAX_KEYS; i++) {
      const gboolean was_there = has_party (&parties[i], known, n_there);

      if (is_outdone (&parties[i], known, n_there, parties, n, user))
        continue;
      if (was_there == (turn == 0) &&
          ((was_there && is_full) || !is_said_otherwise (&parties[i], parties, n)))
        g_array_append_val (united, parties[i]);
    }
  }
  return satchel_value_new_parties ((const SatchelParty *)united->data, united->len);
}

static void
unite (SatchelRecord *there, const SatchelField *field, const SatchelValue *parties, const char *user)
{
  const SatchelValue *known = satchel_record_get (there, field);
  g_auto (SatchelMergeResult) result = { 0 };
  g_autoptr (SatchelValue) united = NULL;

  if (parties == NULL)
    return;
  satchel_merge_field (there->entity, field, SATCHEL_SINCE_OTHERS, NULL, parties, known, &result);
  united = list_united (known, result.value, user);
  satchel_record_set (there, field, united);
}

/* Once, whatever she calls herself. */
static void
let_in (SatchelRecord *there, const SatchelField *field, const SatchelParty *user)
{
  g_autoptr (SatchelValue) own = NULL;

  if (user == NULL || find_user (satchel_record_get (there, field), user->id) != NULL)
    return;
  own = satchel_value_new_parties (user, 1);
  unite (there, field, own, user->id);
}

/* What she answers where she was asked is her own word, whoever may write there. How she is called there is
 * not. */
static void
answer (SatchelRecord *there, const SatchelField *field, const SatchelParty *user)
{
  guint n = 0;
  const SatchelValue *known = satchel_record_get (there, field);
  const SatchelParty *asked = known != NULL ? satchel_value_get_parties (known, &n) : NULL;
  g_autoptr (SatchelValue) own = NULL;

  for (guint i = 0; user != NULL && own == NULL && i < n; i++) {
    SatchelParty answered = asked[i];

    if (!is_same_person (user, &asked[i]) || !is_same_role (user->role, asked[i].role))
      continue;
    answered.role = user->role;
    own = satchel_value_new_parties (&answered, 1);
  }
  unite (there, field, own, user != NULL ? user->id : NULL);
}

void
satchel_once_join (SatchelRecord *there, const SatchelRecord *record, const char *user,
                   SatchelOnceRights rights)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    const gboolean names = field->type == SATCHEL_TYPE_LOOKUP || field->type == SATCHEL_TYPE_PARTIES;

    if (!satchel_field_is_writable (field) || record->values[i] == NULL)
      continue;
    if (is_users_alone (field)) {
      let_in (there, field, find_user (record->values[i], user));
    } else if (!(rights & SATCHEL_ONCE_WRITE) || (names && !(rights & SATCHEL_ONCE_ATTACH))) {
      if (field->type == SATCHEL_TYPE_PARTIES)
        answer (there, field, find_user (record->values[i], user));
    } else if (field->type == SATCHEL_TYPE_PARTIES) {
      unite (there, field, record->values[i], user);
    } else if (there->values[i] == NULL) {
      satchel_record_set (there, field, record->values[i]);
    }
  }
}

gboolean
satchel_once_leaves_out (const SatchelRecord *record, const SatchelRecord *there, const char *user)
{
  gboolean takes_part = FALSE;

  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];

    if (field->type != SATCHEL_TYPE_PARTIES)
      continue;
    if (is_users_alone (field) || find_user (satchel_record_get (there, field), user) != NULL)
      return FALSE;
    takes_part |= find_user (satchel_record_get (record, field), user) != NULL;
  }
  return takes_part;
}

gboolean
satchel_once_is_own_presence (const SatchelField *field, const SatchelValue *before,
                              const SatchelValue *after, const char *user)
{
  g_autoptr (SatchelValue) others_before = NULL, others_after = NULL;

  if (!is_users_alone (field))
    return FALSE;
  others_before = drop_user (before, user);
  others_after = drop_user (after, user);
  return satchel_value_equal (others_before, others_after);
}

char *
satchel_once_own_id (const char *id, const char *user)
{
  g_autofree char *name = g_strdup_printf ("once/%s/%s", id, user);

  return satchel_id_for_name (name);
}

gboolean
satchel_once_is_own_id (const char *own, const char *id, const char *user)
{
  g_autofree char *step = g_strdup (id);

  for (guint i = 0; i < SATCHEL_ONCE_STEPS; i++) {
    char *next = satchel_once_own_id (step, user);

    g_free (step);
    step = next;
    if (g_str_equal (step, own))
      return TRUE;
  }
  return FALSE;
}
