/* Joining, and what has to be shown for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/once.h"

#include <string.h>

#include "protocol/id.h"
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
  /* It is named by its hash, and the server has seen that she has it. */
  if (entity->once->type == SATCHEL_TYPE_FILE)
    return TRUE;
  if (!is_same_title (record, there))
    return FALSE;
  for (guint i = 0; i < entity->n_proof; i++)
    if (agree (satchel_record_get (record, entity->proof[i]), satchel_record_get (there, entity->proof[i])))
      return TRUE;
  return FALSE;
}

/* ---- parties ---- */

static gboolean
is_users_alone (const SatchelField *field)
{
  return field->type == SATCHEL_TYPE_PARTIES && field->n_targets == 1 &&
         g_str_equal (field->targets[0], "user");
}

/* The parties of @value that are @user, or all but these. */
static SatchelValue *
pick (const SatchelValue *value, const char *user, gboolean is_user)
{
  g_autoptr (GArray) picked = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  guint n = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n) : NULL;

  for (guint i = 0; i < n; i++)
    if ((g_strcmp0 (parties[i].id, user) == 0) == is_user)
      g_array_append_val (picked, parties[i]);
  return satchel_value_new_parties ((const SatchelParty *)picked->data, picked->len);
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

static SatchelValue *
drop_said_otherwise (const SatchelValue *value)
{
  g_autoptr (GArray) left = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  guint n = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n) : NULL;

  for (guint i = 0; i < n; i++)
    if (!is_said_otherwise (&parties[i], parties, n))
      g_array_append_val (left, parties[i]);
  return satchel_value_new_parties ((const SatchelParty *)left->data, left->len);
}

static void
unite (SatchelRecord *there, const SatchelField *field, const SatchelValue *parties)
{
  g_auto (SatchelMergeResult) result = { 0 };
  g_autoptr (SatchelValue) united = NULL;

  if (parties == NULL)
    return;
  satchel_merge_field (there->entity, field, SATCHEL_SINCE_OTHERS, NULL, parties,
                       satchel_record_get (there, field), &result);
  united = drop_said_otherwise (result.value);
  satchel_record_set (there, field, united);
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
      g_autoptr (SatchelValue) own = pick (record->values[i], user, TRUE);

      unite (there, field, own);
    } else if (!(rights & SATCHEL_ONCE_WRITE) || (names && !(rights & SATCHEL_ONCE_ATTACH))) {
      continue;
    } else if (field->type == SATCHEL_TYPE_PARTIES) {
      unite (there, field, record->values[i]);
    } else if (there->values[i] == NULL) {
      satchel_record_set (there, field, record->values[i]);
    }
  }
}

gboolean
satchel_once_is_own_presence (const SatchelField *field, const SatchelValue *before,
                              const SatchelValue *after, const char *user)
{
  g_autoptr (SatchelValue) others_before = NULL, others_after = NULL;

  if (!is_users_alone (field))
    return FALSE;
  others_before = pick (before, user, FALSE);
  others_after = pick (after, user, FALSE);
  return satchel_value_equal (others_before, others_after);
}

char *
satchel_once_own_id (const char *id, const char *user)
{
  g_autofree char *name = g_strdup_printf ("once/%s/%s", id, user);

  return satchel_id_for_name (name);
}
