/* Ripples, see the header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/ripple.h"

#include <string.h>

#define MOST_STIRS 8000 /* more is everyone's: to look for each of them would cost more than it spares */

SatchelRipple *
satchel_ripple_new (void)
{
  SatchelRipple *ripple = g_new0 (SatchelRipple, 1);

  ripple->stirs = g_array_new (FALSE, FALSE, sizeof (SatchelStir));
  ripple->people = g_array_new (FALSE, FALSE, sizeof (guint64));
  ripple->reissued = g_ptr_array_new_with_free_func (g_free);
  return ripple;
}

void
satchel_ripple_free (SatchelRipple *ripple)
{
  if (ripple == NULL)
    return;
  g_array_unref (ripple->stirs);
  g_array_unref (ripple->people);
  g_ptr_array_unref (ripple->reissued);
  g_free (ripple->author);
  g_free (ripple);
}

gboolean
satchel_ripple_is_empty (const SatchelRipple *ripple)
{
  return ripple->s == ripple->begun_s && !ripple->everyone && !ripple->doors && ripple->people->len == 0 &&
         ripple->reissued->len == 0;
}

static void
bound (SatchelRipple *ripple)
{
  if (ripple->stirs->len <= MOST_STIRS && ripple->people->len <= MOST_STIRS)
    return;
  ripple->everyone = TRUE;
  g_array_set_size (ripple->stirs, 0);
  g_array_set_size (ripple->people, 0);
}

void
satchel_ripple_join (SatchelRipple *ripple, const SatchelRipple *next)
{
  ripple->s = next->s;
  ripple->everyone |= next->everyone;
  ripple->doors |= next->doors;
  for (guint i = 0; i < next->reissued->len; i++)
    g_ptr_array_add (ripple->reissued, g_strdup (next->reissued->pdata[i]));
  g_array_append_vals (ripple->stirs, next->stirs->data, next->stirs->len);
  g_array_append_vals (ripple->people, next->people->data, next->people->len);
  if (g_strcmp0 (ripple->author, next->author) != 0)
    g_clear_pointer (&ripple->author, g_free);
  bound (ripple);
}

/* ---- keys ---- */

/* FNV-1a; nothing depends on nobody finding two names of one number: they are woken for each other. */
static guint64
add_bytes (guint64 hash, const char *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    hash = (hash ^ (guchar)bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

static guint64
hash_name (const char *entity, gsize entity_size, const char *atom, gsize atom_size, char kind)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  hash = add_bytes (hash, entity, entity_size);
  hash = add_bytes (hash, &kind, 1);
  hash = add_bytes (hash, atom, atom_size);
  /* Its low bits are weak, and filters take them. */
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return hash ^ hash >> 32;
}

/* What it counts as. */
typedef struct {
  const char *entity, *atom;
  gsize entity_size, atom_size;
} Name;

static Name
find_name (const char *entity, const char *atom)
{
  const char *slash = strchr (atom, '/');

  if (slash == NULL)
    return (Name){ entity, atom, strlen (entity), strlen (atom) };
  return (Name){ atom, slash + 1, strcspn (atom, "+/"), strlen (slash + 1) };
}

static guint64
hash_range (const Name *name, gsize atom_size, SatchelRippleRange range)
{
  return hash_name (name->entity, name->entity_size, name->atom, atom_size,
                    range == SATCHEL_RIPPLE_PREFIX ? '*' : ' ');
}

guint64
satchel_ripple_key (const char *entity, const char *atom, SatchelRippleRange range)
{
  const Name name = find_name (entity, atom);

  return hash_range (&name, name.atom_size, range);
}

guint64
satchel_ripple_person_key (const char *id)
{
  return hash_name ("", 0, id, strlen (id), '@');
}

void
satchel_ripple_add_bucket (SatchelRipple *ripple, gint64 s, const char *entity, const char *atom)
{
  const Name name = find_name (entity, atom);
  const char *colon = memchr (name.atom, ':', name.atom_size);
  SatchelStir stir = { .s = s, .entity = hash_name (name.entity, name.entity_size, "", 0, '#') };

  if (ripple->everyone)
    return;
  stir.key = hash_range (&name, name.atom_size, SATCHEL_RIPPLE_BUCKET);
  g_array_append_val (ripple->stirs, stir);
  if (colon != NULL) {
    stir.key = hash_range (&name, colon + 1 - name.atom, SATCHEL_RIPPLE_PREFIX);
    g_array_append_val (ripple->stirs, stir);
  }
  bound (ripple);
}

void
satchel_ripple_add_person (SatchelRipple *ripple, const char *id)
{
  const guint64 key = satchel_ripple_person_key (id);

  g_array_append_val (ripple->people, key);
  bound (ripple);
}

static int
compare_stirs (gconstpointer a, gconstpointer b)
{
  const SatchelStir *one = a, *other = b;

  if (one->s != other->s)
    return one->s < other->s ? -1 : 1;
  return one->entity < other->entity ? -1 : one->entity > other->entity;
}

void
satchel_ripple_sort (SatchelRipple *ripple)
{
  g_array_sort (ripple->stirs, compare_stirs);
}
