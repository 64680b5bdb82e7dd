/* Bits of ranges.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/signature.h"

#include "sync-server/store/ripple.h"

#include <string.h>

#define BITS_A_KEY 40
#define HASHES     16
#define MOST_BITS  (128 * 1024) /* beyond some 4,000 ranges it grows less exact, not larger */

/* A range is in it as one of these, or both. */
#define CHOSEN   G_GUINT64_CONSTANT (0x5555555555555555)
#define READABLE G_GUINT64_CONSTANT (0x3333333333333333)

struct _SatchelSignature {
  gatomicrefcount references;
  guint32 n_bits; /* of whole words */
  guint64 words[];
};

SatchelSignature *
satchel_signature_ref (SatchelSignature *signature)
{
  g_atomic_ref_count_inc (&signature->references);
  return signature;
}

void
satchel_signature_unref (SatchelSignature *signature)
{
  if (g_atomic_ref_count_dec (&signature->references))
    g_free (signature);
}

gsize
satchel_signature_get_size_bytes (const SatchelSignature *signature)
{
  return sizeof *signature + signature->n_bits / 8;
}

/* The bits of a key, one after the other. */
typedef struct {
  guint32 place, step, n;
} Walk;

static Walk
begin_walk (guint64 key)
{
  return (Walk){ .place = (guint32)key, .step = (guint32)(key >> 32) };
}

/* The step alters, too: with one that stays, two keys that begin close together share most of their bits. */
static guint32
next_bit (Walk *walk, const SatchelSignature *signature)
{
  const guint32 bit = (guint64)walk->place * signature->n_bits >> 32;

  walk->place += walk->step;
  walk->step = walk->step * 0x9e3779b1u + walk->n++;
  return bit;
}

static gboolean
has_key (const SatchelSignature *signature, guint64 key)
{
  Walk walk = begin_walk (key);

  for (guint i = 0; i < HASHES; i++) {
    const guint32 bit = next_bit (&walk, signature);

    if (!(signature->words[bit / 64] >> bit % 64 & 1))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_signature_is_stirred (const SatchelSignature *signature, const GArray *stirs)
{
  gboolean chosen = FALSE, readable = FALSE;

  for (guint i = 0; i < stirs->len; i++) {
    const SatchelStir *stir = &g_array_index (stirs, SatchelStir, i);

    if (i > 0 && (stir[-1].s != stir->s || stir[-1].entity != stir->entity))
      chosen = readable = FALSE;
    chosen = chosen || has_key (signature, stir->key ^ CHOSEN);
    readable = readable || has_key (signature, stir->key ^ READABLE);
    if (chosen && readable)
      return TRUE;
  }
  return FALSE;
}

/* ---- the ranges ---- */

static void
add_key (GArray *keys, guint64 key)
{
  g_array_append_val (keys, key);
}

static guint64
key_of_range (const SatchelBucketRange *range)
{
  return satchel_ripple_key (range->entity->name, range->atom,
                             range->is_prefix ? SATCHEL_RIPPLE_PREFIX : SATCHEL_RIPPLE_BUCKET);
}

static void
add_atom (GArray *keys, const SatchelEntityScope *own, const char *atom)
{
  add_key (keys, satchel_ripple_key (own->entity->name, atom, SATCHEL_RIPPLE_BUCKET) ^ CHOSEN);
}

static gboolean
is_about_all (const SatchelScope *scope, const SatchelBucketRange *range)
{
  for (guint i = 0; i < scope->entities->len; i++) {
    const SatchelEntityScope *own = scope->entities->pdata[i];
    const gsize length = strlen (own->entity->name);

    if (own->always && g_str_has_prefix (range->atom, own->entity->name) &&
        (range->atom[length] == '/' || range->atom[length] == '+'))
      return TRUE;
  }
  return FALSE;
}

/* What is chosen of an entity is chosen of the satellites about it: a ripple
 * names them alike. */
static void
add_entity (const SatchelScope *scope, const SatchelEntityScope *own, GArray *keys)
{
  const gboolean is_satellite = own->entity->ownership == SATCHEL_OWNERSHIP_RECORD;

  for (guint i = 0; i < own->readable->len; i++) {
    const SatchelBucketRange *range = own->readable->pdata[i];

    add_key (keys, key_of_range (range) ^ READABLE);
    if (own->always || range->is_author || (is_satellite && is_about_all (scope, range)))
      add_key (keys, key_of_range (range) ^ CHOSEN);
  }
  if (own->pins != NULL)
    add_atom (keys, own, own->pins);
  for (guint i = 0; i < own->chosen->len && !own->always; i++) {
    const SatchelFilter *filter = ((const SatchelChosen *)own->chosen->pdata[i])->filter;

    add_atom (keys, own, filter->atom);
  }
}

static void
set_key (SatchelSignature *signature, guint64 key)
{
  Walk walk = begin_walk (key);

  for (guint i = 0; i < HASHES; i++) {
    const guint32 bit = next_bit (&walk, signature);

    signature->words[bit / 64] |= G_GUINT64_CONSTANT (1) << bit % 64;
  }
}

SatchelSignature *
satchel_signature_new (const SatchelScope *scope)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint64));
  SatchelSignature *signature;
  gsize n_words;

  for (guint i = 0; i < scope->entities->len; i++)
    add_entity (scope, scope->entities->pdata[i], keys);
  n_words = MIN ((gsize)keys->len * BITS_A_KEY, MOST_BITS) / 64 + 1;
  signature = g_malloc0 (sizeof *signature + n_words * sizeof (guint64));
  g_atomic_ref_count_init (&signature->references);
  signature->n_bits = n_words * 64;
  for (guint i = 0; i < keys->len; i++)
    set_key (signature, g_array_index (keys, guint64, i));
  return signature;
}
