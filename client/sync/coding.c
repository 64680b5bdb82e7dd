/* Streaming decoders over libzstd and GIO's zlib.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/coding.h"

#include <zstd.h>

#include "protocol/error.h"

#define PIECE_BYTES (64 * 1024)
#define ZSTD_LEVEL  1 /* measured: the best of size and time for rows and change sets */

typedef enum { CODING_IDENTITY, CODING_ZSTD, CODING_GZIP } Coding;

struct _SatchelDecoder {
  Coding coding;
  ZSTD_DStream *zstd;
  GConverter *gzip;
  gboolean whole; /* at the end of a frame or of the gzip stream */
  char piece[PIECE_BYTES];
};

SatchelDecoder *
satchel_decoder_new (const char *coding, GError **error)
{
  g_autoptr (SatchelDecoder) decoder = g_new0 (SatchelDecoder, 1);

  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0) {
    decoder->coding = CODING_IDENTITY;
    decoder->whole = TRUE;
  } else if (g_ascii_strcasecmp (coding, "zstd") == 0) {
    decoder->coding = CODING_ZSTD;
    decoder->zstd = ZSTD_createDStream ();
  } else if (g_ascii_strcasecmp (coding, "gzip") == 0 || g_ascii_strcasecmp (coding, "x-gzip") == 0) {
    decoder->coding = CODING_GZIP;
    decoder->gzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
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
  ZSTD_freeDStream (decoder->zstd);
  g_clear_object (&decoder->gzip);
  g_free (decoder);
}

static gboolean
damaged (const char *why, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the answer arrived damaged: %s", why);
  return FALSE;
}

static gboolean
feed_zstd (SatchelDecoder *decoder, const char *bytes, gsize size, SatchelDecodedFunc decoded, gpointer data,
           GError **error)
{
  ZSTD_inBuffer in = { bytes, size, 0 };
  gboolean more = size > 0;

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

static gboolean
feed_gzip (SatchelDecoder *decoder, const char *bytes, gsize size, SatchelDecodedFunc decoded, gpointer data,
           GError **error)
{
  gboolean more = size > 0;

  while (more) {
    g_autoptr (GError) problem = NULL;
    gsize read = 0, produced = 0;
    GConverterResult result;

    if (decoder->whole)
      return damaged ("bytes after its end", error);
    result = g_converter_convert (decoder->gzip, bytes, size, decoder->piece, sizeof decoder->piece,
                                  G_CONVERTER_NO_FLAGS, &read, &produced, &problem);
    if (result == G_CONVERTER_ERROR && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
      return TRUE;
    if (result == G_CONVERTER_ERROR)
      return damaged (problem->message, error);
    decoder->whole = result == G_CONVERTER_FINISHED;
    bytes += read;
    size -= read;
    more = size > 0 || (produced == sizeof decoder->piece && !decoder->whole);
    if (produced > 0 && !decoded (decoder->piece, produced, data))
      return TRUE;
  }
  return TRUE;
}

gboolean
satchel_decoder_feed (SatchelDecoder *decoder, const char *bytes, gsize size, SatchelDecodedFunc decoded,
                      gpointer data, GError **error)
{
  switch (decoder->coding) {
  case CODING_ZSTD:
    return feed_zstd (decoder, bytes, size, decoded, data, error);
  case CODING_GZIP:
    return feed_gzip (decoder, bytes, size, decoded, data, error);
  case CODING_IDENTITY:
    decoded (bytes, size, data);
    return TRUE;
  }
  g_assert_not_reached ();
}

gboolean
satchel_decoder_finish (SatchelDecoder *decoder, GError **error)
{
  return decoder->whole || damaged ("it was cut short", error);
}

GBytes *
satchel_zstd_compress (GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  gsize room = ZSTD_compressBound (size);
  g_autofree char *packed = g_malloc (room);
  size_t packed_size = ZSTD_compress (packed, room, data, size, ZSTD_LEVEL);

  g_assert (!ZSTD_isError (packed_size)); /* the room suffices for any input */
  return g_bytes_new_take (g_steal_pointer (&packed), packed_size);
}
