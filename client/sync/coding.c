/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/coding.h"

#include "protocol/error.h"
#include "protocol/wire/coding.h"

#define PIECE_BYTES (64 * 1024)

struct _SatchelDecoder {
  ZSTD_DCtx *zstd; /* NULL: the bytes as they are */
  gboolean whole;  /* at the end of a frame */
  char piece[PIECE_BYTES];
};

SatchelDecoder *
satchel_decoder_new (const char *coding, GError **error)
{
  g_autoptr (SatchelDecoder) decoder = g_new0 (SatchelDecoder, 1);

  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0) {
    decoder->whole = TRUE;
  } else if (g_ascii_strcasecmp (coding, SATCHEL_CODING) == 0) {
    decoder->zstd = ZSTD_createDCtx ();
    ZSTD_DCtx_setParameter (decoder->zstd, ZSTD_d_windowLogMax, SATCHEL_CODING_WINDOW_LOG);
    ZSTD_DCtx_refDDict (decoder->zstd, satchel_coding_get_ddict ());
  } else {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the answer has an unknown coding “%s”",
                 coding);
    return NULL;
  }
  return g_steal_pointer (&decoder);
}

void
satchel_decoder_free (SatchelDecoder *decoder)
{
  if (decoder == NULL)
    return;
  ZSTD_freeDCtx (decoder->zstd);
  g_free (decoder);
}

static gboolean
damaged (const char *why, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the answer arrived damaged: %s", why);
  return FALSE;
}

gboolean
satchel_decoder_feed (SatchelDecoder *decoder, const char *bytes, gsize size, SatchelDecodedFunc decoded,
                      gpointer data, GError **error)
{
  ZSTD_inBuffer in = { bytes, size, 0 };
  gboolean more = size > 0;

  if (decoder->zstd == NULL) {
    decoded (bytes, size, data);
    return TRUE;
  }
  while (more) {
    ZSTD_outBuffer out = { decoder->piece, sizeof decoder->piece, 0 };
    size_t left = ZSTD_decompressStream (decoder->zstd, &out, &in);

    if (ZSTD_isError (left))
      return damaged (ZSTD_getErrorName (left), error);
    decoder->whole = left == 0;
    /* A full piece may have more behind it, unless the frame is over: asked again, it would wait for another
     * frame. */
    more = in.pos < in.size || (out.pos == out.size && !decoder->whole);
    if (out.pos > 0 && !decoded (decoder->piece, out.pos, data))
      return TRUE;
  }
  return TRUE;
}

gboolean
satchel_decoder_finish (SatchelDecoder *decoder, GError **error)
{
  return decoder->whole || damaged ("it was cut short", error);
}

GBytes *
satchel_coding_encode (GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  gsize room = ZSTD_compressBound (size);
  g_autofree char *packed = g_malloc (room);
  ZSTD_CCtx *zstd = ZSTD_createCCtx ();
  size_t packed_size = ZSTD_compress_usingCDict (zstd, packed, room, data, size, satchel_coding_get_cdict ());

  ZSTD_freeCCtx (zstd);
  g_assert (!ZSTD_isError (packed_size)); /* the room suffices for any input */
  return g_bytes_new_take (g_steal_pointer (&packed), packed_size);
}
