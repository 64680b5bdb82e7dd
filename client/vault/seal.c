/* XChaCha20-Poly1305: nonces of 192 bits can be made by every process for itself without fear of a
 * repetition.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/vault/seal.h"

#include <sodium.h>
#include <string.h>

#define NONCE_BYTES  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES    crypto_aead_xchacha20poly1305_ietf_ABYTES
#define RANDOM_BYTES 16 /* of the nonce; the rest counts */
#define BOUND_BYTES  16 /* of a frame, that stay readable */
#define CONTEXT      "satchel."

G_STATIC_ASSERT (NONCE_BYTES + TAG_BYTES == SATCHEL_RESERVED_BYTES);
G_STATIC_ASSERT (sizeof CONTEXT == crypto_kdf_CONTEXTBYTES + 1);

void
satchel_seal_init (SatchelSeal *seal, const guint8 *profile_key, SatchelSealKind kind)
{
  seal->kind = kind;
  crypto_kdf_derive_from_key (seal->key, sizeof seal->key, 1 + kind, CONTEXT, profile_key);
  memset (seal->nonce, 0, sizeof seal->nonce);
  randombytes_buf (seal->nonce, RANDOM_BYTES);
}

void
satchel_seal_clear (SatchelSeal *seal)
{
  sodium_memzero (seal, sizeof *seal);
}

/* What a unit is made of. */
typedef struct {
  guint8 *content;
  gsize size;
  guint8 *nonce, *tag;
  guint8 bound[1 + sizeof (guint64) + BOUND_BYTES]; /* authenticated: kind, place, head of a frame */
} Parts;

static Parts
parts_of (const SatchelSeal *seal, guint8 *unit, gint64 place)
{
  const gsize head = seal->kind == SATCHEL_SEAL_FRAME ? SATCHEL_FRAME_HEADER_BYTES : 0;
  const gsize clear = seal->kind == SATCHEL_SEAL_FRAME ? BOUND_BYTES : 0;
  const guint64 order = GUINT64_TO_LE ((guint64)place);
  Parts parts = {
    .content = unit + clear,
    .size = head - clear + SATCHEL_PAGE_BYTES - SATCHEL_RESERVED_BYTES,
    .nonce = unit + head + SATCHEL_PAGE_BYTES - SATCHEL_RESERVED_BYTES,
    .tag = unit + head + SATCHEL_PAGE_BYTES - TAG_BYTES,
  };

  parts.bound[0] = (guint8)seal->kind;
  memcpy (parts.bound + 1, &order, sizeof order);
  memcpy (parts.bound + 1 + sizeof order, unit, clear);
  return parts;
}

gboolean
satchel_seal_close (SatchelSeal *seal, guint8 *unit, gint64 place)
{
  Parts parts = parts_of (seal, unit, place);

  if (!sodium_is_zero (parts.nonce, SATCHEL_RESERVED_BYTES))
    return FALSE;
  sodium_increment (seal->nonce + RANDOM_BYTES, NONCE_BYTES - RANDOM_BYTES);
  memcpy (parts.nonce, seal->nonce, NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached (parts.content, parts.tag, NULL, parts.content,
                                                       parts.size, parts.bound, sizeof parts.bound, NULL,
                                                       parts.nonce, seal->key);
  return TRUE;
}

gboolean
satchel_seal_open (const SatchelSeal *seal, guint8 *unit, gint64 place)
{
  Parts parts = parts_of (seal, unit, place);

  if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached (parts.content, NULL, parts.content, parts.size,
                                                           parts.tag, parts.bound, sizeof parts.bound,
                                                           parts.nonce, seal->key) != 0)
    return FALSE;
  memset (parts.nonce, 0, SATCHEL_RESERVED_BYTES);
  return TRUE;
}
