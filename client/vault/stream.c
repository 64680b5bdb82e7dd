/* The key stream of XChaCha20, by place. Nobody can write to a nameless file, so that no tag is needed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/vault/stream.h"

#include <sodium.h>
#include <string.h>

#define BLOCK_BYTES 64

void
satchel_stream_key_init (SatchelStreamKey *key)
{
  int ready = sodium_init ();

  g_assert (ready >= 0); /* only a system without randomness lacks it */
  randombytes_buf (key, sizeof *key);
}

void
satchel_stream_key_clear (SatchelStreamKey *key)
{
  sodium_memzero (key, sizeof *key);
}

void
satchel_stream_turn (const SatchelStreamKey *key, guint64 place, guint8 *bytes, gsize size)
{
  gsize within = place % BLOCK_BYTES;
  gsize first = within > 0 ? MIN (size, BLOCK_BYTES - within) : 0;
  guint8 block[BLOCK_BYTES] = { 0 };

  if (first > 0) {
    memcpy (block + within, bytes, first);
    crypto_stream_xchacha20_xor_ic (block, block, sizeof block, key->nonce, place / BLOCK_BYTES, key->key);
    memcpy (bytes, block + within, first);
  }
  if (size > first)
    crypto_stream_xchacha20_xor_ic (bytes + first, bytes + first, size - first, key->nonce,
                                    (place + first) / BLOCK_BYTES, key->key);
}

/* ---- reading ---- */

#define SATCHEL_TYPE_OPEN_STREAM (satchel_open_stream_get_type ())
G_DECLARE_FINAL_TYPE (SatchelOpenStream, satchel_open_stream, SATCHEL, OPEN_STREAM, GFilterInputStream)

struct _SatchelOpenStream {
  GFilterInputStream parent;
  SatchelStreamKey key;
  guint64 place;
};

G_DEFINE_FINAL_TYPE (SatchelOpenStream, satchel_open_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
open_stream_read (GInputStream *stream, void *bytes, gsize size, GCancellable *cancellable, GError **error)
{
  SatchelOpenStream *self = SATCHEL_OPEN_STREAM (stream);
  gssize got = g_input_stream_read (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)),
                                    bytes, size, cancellable, error);

  if (got > 0) {
    satchel_stream_turn (&self->key, self->place, bytes, got);
    self->place += got;
  }
  return got;
}

static void
open_stream_finalize (GObject *object)
{
  satchel_stream_key_clear (&SATCHEL_OPEN_STREAM (object)->key);
  G_OBJECT_CLASS (satchel_open_stream_parent_class)->finalize (object);
}

static void
satchel_open_stream_class_init (SatchelOpenStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = open_stream_finalize;
  G_INPUT_STREAM_CLASS (class)->read_fn = open_stream_read;
}

static void
satchel_open_stream_init (SatchelOpenStream *self)
{
}

GInputStream *
satchel_stream_open (GInputStream *base, const SatchelStreamKey *key)
{
  SatchelOpenStream *self = g_object_new (SATCHEL_TYPE_OPEN_STREAM, "base-stream", base, NULL);

  self->key = *key;
  return G_INPUT_STREAM (self);
}
