/* SipHash-2-4 over values, and the parts of a table by the end of the ids.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/checksum.h"

#include <string.h>

#include "protocol/id.h"

#define ID_CHARS    36
#define TAIL_DIGITS 12 /* of an id, behind its last dash */

/* ---- the hash ---- */

static guint64
rotate (guint64 word, int bits)
{
  return word << bits | word >> (64 - bits);
}

static void
mix (guint64 state[4])
{
  state[0] += state[1];
  state[2] += state[3];
  state[1] = rotate (state[1], 13) ^ state[0];
  state[3] = rotate (state[3], 16) ^ state[2];
  state[0] = rotate (state[0], 32);
  state[2] += state[1];
  state[0] += state[3];
  state[1] = rotate (state[1], 17) ^ state[2];
  state[3] = rotate (state[3], 21) ^ state[0];
  state[2] = rotate (state[2], 32);
}

static void
absorb (guint64 state[4], guint64 word)
{
  state[3] ^= word;
  mix (state);
  mix (state);
  state[0] ^= word;
}

guint64
satchel_sip_hash (guint64 k0, guint64 k1, const void *bytes, gsize size)
{
  /* "somepseudorandomlygeneratedbytes" */
  guint64 state[4] = { k0 ^ G_GUINT64_CONSTANT (0x736f6d6570736575),
                       k1 ^ G_GUINT64_CONSTANT (0x646f72616e646f6d),
                       k0 ^ G_GUINT64_CONSTANT (0x6c7967656e657261),
                       k1 ^ G_GUINT64_CONSTANT (0x7465646279746573) };
  const guchar *at = bytes;
  guint64 last = (guint64)size << 56;

  for (gsize left = size; left >= 8; left -= 8, at += 8) {
    guint64 word;

    memcpy (&word, at, sizeof word);
    absorb (state, GUINT64_FROM_LE (word));
  }
  for (gsize i = 0; i < size % 8; i++)
    last |= (guint64)at[i] << (8 * i);
  absorb (state, last);
  state[2] ^= 0xff;
  for (int i = 0; i < 4; i++)
    mix (state);
  return state[0] ^ state[1] ^ state[2] ^ state[3];
}

/* ---- rows ---- */

/* @name 0x00 @text */
static guint64
hash_pair (guint64 k0, guint64 k1, const char *name, const char *text, gsize length)
{
  const gsize name_size = strlen (name) + 1;
  char small[256];
  g_autofree char *large = NULL;
  char *bytes = small;

  if (name_size + length > sizeof small)
    bytes = large = g_malloc (name_size + length);
  memcpy (bytes, name, name_size);
  memcpy (bytes + name_size, text, length);
  return satchel_sip_hash (k0, k1, bytes, name_size + length);
}

guint64
satchel_checksum_presence (const char *entity, const char *id)
{
  return hash_pair (0, 0, entity, id, strlen (id));
}

guint64
satchel_checksum_text (guint64 presence, const char *field, const char *stored, gsize length)
{
  return hash_pair (presence, 1, field, stored, length);
}

guint64
satchel_checksum_integer (guint64 presence, const char *field, gint64 stored)
{
  char digits[24];
  int length = g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, stored);

  return satchel_checksum_text (presence, field, digits, (gsize)length);
}

guint64
satchel_checksum_value (guint64 presence, const SatchelField *field, const SatchelValue *value)
{
  g_autofree char *text = NULL;

  if (value == NULL)
    return 0;
  if (satchel_type_is_stored_integer (field->type))
    return satchel_checksum_integer (presence, field->name, satchel_value_to_stored_integer (field, value));
  text = satchel_value_to_stored_text (field, value);
  return satchel_checksum_text (presence, field->name, text, strlen (text));
}

guint64
satchel_checksum_fragment (const SatchelRecord *record, const char *secured)
{
  const guint64 presence = satchel_checksum_presence (record->entity->name, record->id);
  guint64 sum = secured == NULL ? presence : 0;

  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];

    if (g_strcmp0 (field->secured, secured) == 0)
      sum += satchel_checksum_value (presence, field, record->values[i]);
  }
  return sum;
}

guint64
satchel_checksum_row (const SatchelRecord *record)
{
  const guint64 presence = satchel_checksum_presence (record->entity->name, record->id);
  guint64 sum = presence;

  for (guint i = 0; i < record->entity->n_fields; i++)
    sum += satchel_checksum_value (presence, record->entity->fields[i], record->values[i]);
  return sum;
}

/* ---- text ---- */

void
satchel_checksum_append (GString *text, guint64 sum)
{
  g_string_append_printf (text, "%016" G_GINT64_MODIFIER "x", sum);
}

static gboolean
is_digit (char c)
{
  return g_ascii_isdigit (c) || (c >= 'a' && c <= 'f');
}

gboolean
satchel_checksum_parse (const char *digits, guint64 *sum)
{
  *sum = 0;
  for (guint i = 0; i < SATCHEL_CHECKSUM_DIGITS; i++) {
    if (!is_digit (digits[i]))
      return FALSE;
    *sum = *sum << 4 | (guint64)g_ascii_xdigit_value (digits[i]);
  }
  return TRUE;
}

/* ---- parts ---- */

gboolean
satchel_checksum_part_is_valid (const char *part)
{
  gsize length = strlen (part);

  for (gsize i = 0; i < length; i++)
    if (!is_digit (part[i]))
      return FALSE;
  return length % 2 == 0 && length <= TAIL_DIGITS;
}

guint64
satchel_checksum_tail (const char *id)
{
  return strlen (id) == ID_CHARS ? g_ascii_strtoull (id + ID_CHARS - TAIL_DIGITS, NULL, 16) : 0;
}

int
satchel_checksum_part_of_tail (const char *part, guint64 tail)
{
  const guint bits = 4 * (guint)strlen (part);

  if (bits > 4 * TAIL_DIGITS ||
      (bits > 0 && (tail & ((G_GUINT64_CONSTANT (1) << bits) - 1)) != g_ascii_strtoull (part, NULL, 16)))
    return -1;
  return (int)(tail >> bits & 0xff);
}

int
satchel_checksum_part_of (const char *part, const char *id)
{
  return strlen (id) == ID_CHARS ? satchel_checksum_part_of_tail (part, satchel_checksum_tail (id)) : -1;
}

char *
satchel_checksum_part_child (const char *part, guint index)
{
  g_assert (index < SATCHEL_CHECKSUM_PARTS);
  return strlen (part) < TAIL_DIGITS ? g_strdup_printf ("%02x%s", index, part) : NULL;
}
