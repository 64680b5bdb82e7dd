/* Pieces in files.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/blobs/piece.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "protocol/limits.h"

#define NONCE_BYTES  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED_BYTES (NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES)

void
satchel_pieces_init (SatchelPieces *pieces, SatchelVault *vault)
{
  *pieces = (SatchelPieces){ .sealed = vault != NULL };
  if (vault != NULL)
    satchel_vault_derive_key (vault, SATCHEL_VAULT_ATTACHMENTS, pieces->key);
}

void
satchel_pieces_clear (SatchelPieces *pieces)
{
  sodium_memzero (pieces, sizeof *pieces);
}

static gint64
number_of (gint64 start)
{
  return start / SATCHEL_BLOB_PIECE_BYTES;
}

gint64
satchel_pieces_stored (const SatchelPieces *pieces, gint64 size)
{
  const gint64 n_pieces = number_of (size + SATCHEL_BLOB_PIECE_BYTES - 1);

  return size + (pieces->sealed ? n_pieces * (gint64)SEALED_BYTES : 0);
}

gssize
satchel_pieces_read_full (int file, guint8 *bytes, gsize length, gint64 at)
{
  gsize done = 0;

  while (done < length) {
    gssize got = pread (file, bytes + done, length - done, at + (gint64)done);

    if (got < 0 && errno != EINTR)
      return -1;
    if (got == 0)
      break;
    done += MAX (got, 0);
  }
  return (gssize)done;
}

static gboolean
write_full (int file, const guint8 *bytes, gsize length, gint64 at)
{
  gsize done = 0;

  while (done < length) {
    gssize put = pwrite (file, bytes + done, length - done, at + (gint64)done);

    if (put < 0 && errno != EINTR)
      return FALSE;
    done += MAX (put, 0);
  }
  return TRUE;
}

gboolean
satchel_pieces_write (const SatchelPieces *pieces, int file, gint64 start, const guint8 *piece, gsize length)
{
  const gint64 place = satchel_pieces_stored (pieces, start);
  const gint64 number = GINT64_TO_LE (number_of (start));
  g_autofree guint8 *sealed = NULL;

  g_assert (start % SATCHEL_BLOB_PIECE_BYTES == 0);
  if (!pieces->sealed)
    return write_full (file, piece, length, place);
  sealed = g_malloc (length + SEALED_BYTES);
  randombytes_buf (sealed, NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + NONCE_BYTES, NULL, piece, length,
                                              (const guint8 *)&number, sizeof number, NULL, sealed,
                                              pieces->key);
  return write_full (file, sealed, length + SEALED_BYTES, place);
}

static gboolean
read_exactly (int file, guint8 *bytes, gsize length, gint64 at)
{
  gssize got = satchel_pieces_read_full (file, bytes, length, at);

  if (got >= 0 && got < (gssize)length)
    errno = ENODATA;
  return got == (gssize)length;
}

gboolean
satchel_pieces_read (const SatchelPieces *pieces, int file, gint64 start, guint8 *piece, gsize length)
{
  const gint64 place = satchel_pieces_stored (pieces, start);
  const gint64 number = GINT64_TO_LE (number_of (start));
  g_autofree guint8 *sealed = NULL;

  if (!pieces->sealed)
    return read_exactly (file, piece, length, place);
  sealed = g_malloc (length + SEALED_BYTES);
  if (!read_exactly (file, sealed, length + SEALED_BYTES, place))
    return FALSE;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (
          piece, NULL, NULL, sealed + NONCE_BYTES, length + SEALED_BYTES - NONCE_BYTES,
          (const guint8 *)&number, sizeof number, sealed, pieces->key) == 0)
    return TRUE;
  errno = EBADMSG;
  return FALSE;
}
