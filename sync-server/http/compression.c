/* satchel, zstd and gzip. Both directions use one buffer of a fixed size, so that memory does not follow what
 * a body claims.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/compression.h"

#include <libsoup/soup.h>
#include <zstd.h>

#include "protocol/error.h"
#include "protocol/wire/coding.h"

#define BUFFER_BYTES    (64 * 1024)
#define GZIP_LEVEL      1
#define MOST_KEPT_BYTES (512 * 1024)

struct _SatchelEncoder {
  SatchelEncoding encoding;
  ZSTD_CCtx *zstd;
  gboolean begun; /* the dictionary's tables are for short bodies: a long one does without it */
  GConverter *gzip;
  SatchelEncoderSink sink;
  gpointer data;
  guint8 buffer[BUFFER_BYTES];
};

/* ---- contexts ----
 * A new one asks the processor what it can do, which a virtual machine answers by leaving the guest: a
 * twentieth of a pull of 20 rows. So each thread keeps one of each kind, unless a large body has made it
 * large. */

static void
free_encoding_context (gpointer context)
{
  ZSTD_freeCCtx (context);
}

static void
free_decoding_context (gpointer context)
{
  ZSTD_freeDCtx (context);
}

static GPrivate encoding_context = G_PRIVATE_INIT (free_encoding_context);
static GPrivate decoding_context = G_PRIVATE_INIT (free_decoding_context);

/* NULL: none is kept. */
static gpointer
take_context (GPrivate *kept)
{
  gpointer context = g_private_get (kept);

  g_private_set (kept, NULL);
  return context;
}

static ZSTD_CCtx *
begin_encoding (void)
{
  ZSTD_CCtx *context = take_context (&encoding_context);

  return context != NULL ? context : ZSTD_createCCtx ();
}

static void
end_encoding (ZSTD_CCtx *context)
{
  if (context != NULL && ZSTD_sizeof_CCtx (context) <= MOST_KEPT_BYTES) {
    ZSTD_CCtx_reset (context, ZSTD_reset_session_and_parameters);
    g_private_replace (&encoding_context, context);
  } else {
    ZSTD_freeCCtx (context);
  }
}

static ZSTD_DCtx *
begin_decoding (void)
{
  ZSTD_DCtx *context = take_context (&decoding_context);

  return context != NULL ? context : ZSTD_createDCtx ();
}

static void
end_decoding (ZSTD_DCtx *context)
{
  if (ZSTD_sizeof_DCtx (context) <= MOST_KEPT_BYTES) {
    ZSTD_DCtx_reset (context, ZSTD_reset_session_and_parameters);
    g_private_replace (&decoding_context, context);
  } else {
    ZSTD_freeDCtx (context);
  }
}

const char *
satchel_encoding_name (SatchelEncoding encoding)
{
  static const char *const names[] = { "identity", "gzip", "zstd", SATCHEL_CODING };

  return names[encoding];
}

gboolean
satchel_encoding_from_header (const char *content_encoding, SatchelEncoding *encoding)
{
  if (content_encoding == NULL) {
    *encoding = SATCHEL_ENCODING_IDENTITY;
    return TRUE;
  }
  for (SatchelEncoding i = SATCHEL_ENCODING_IDENTITY; i <= SATCHEL_ENCODING_SATCHEL; i++)
    if (g_ascii_strcasecmp (content_encoding, satchel_encoding_name (i)) == 0) {
      *encoding = i;
      return TRUE;
    }
  return FALSE;
}

SatchelEncoding
satchel_encoding_choose (const char *accept)
{
  SatchelEncoding best = SATCHEL_ENCODING_IDENTITY;

  if (accept == NULL)
    return best;
  GSList *list = soup_header_parse_quality_list (accept, NULL);
  for (GSList *item = list; item != NULL; item = item->next) {
    SatchelEncoding encoding;
    if (satchel_encoding_from_header (item->data, &encoding))
      best = MAX (best, encoding);
  }
  soup_header_free_list (list);
  return best;
}

static gboolean
append_bounded (GByteArray *result, const guint8 *bytes, gsize size, gsize most, GError **error)
{
  if (size > most - result->len) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the body is larger than %zu bytes", most);
    return FALSE;
  }
  g_byte_array_append (result, bytes, size);
  return TRUE;
}

static gboolean
decode_zstd (const guint8 *bytes, gsize size, const ZSTD_DDict *dictionary, gsize most, GByteArray *result,
             GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);
  ZSTD_DCtx *context = begin_decoding ();
  ZSTD_DCtx_setParameter (context, ZSTD_d_windowLogMax, SATCHEL_CODING_WINDOW_LOG);
  ZSTD_DCtx_refDDict (context, dictionary);

  ZSTD_inBuffer in = { bytes, size, 0 };
  gsize hint = 1; /* 0 exactly at the end of a frame */
  gboolean full = FALSE, ok = TRUE;
  while (ok && (in.pos < in.size || (full && hint != 0))) {
    ZSTD_outBuffer out = { buffer, BUFFER_BYTES, 0 };
    hint = ZSTD_decompressStream (context, &out, &in);
    full = out.pos == out.size;
    if (ZSTD_isError (hint)) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "not a zstd body: %s",
                   ZSTD_getErrorName (hint));
      ok = FALSE;
    } else {
      ok = append_bounded (result, buffer, out.pos, most, error);
    }
  }
  end_decoding (context);

  if (ok && hint != 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the zstd body is cut short");
    return FALSE;
  }
  return ok;
}

static gboolean
decode_gzip (const guint8 *bytes, gsize size, gsize most, GByteArray *result, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);
  g_autoptr (GZlibDecompressor) gzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);

  for (;;) {
    g_autoptr (GError) local = NULL;
    gsize taken = 0, made = 0;
    GConverterResult state = g_converter_convert (G_CONVERTER (gzip), bytes, size, buffer, BUFFER_BYTES,
                                                  G_CONVERTER_INPUT_AT_END, &taken, &made, &local);
    if (state == G_CONVERTER_ERROR) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "not a gzip body: %s", local->message);
      return FALSE;
    }
    bytes += taken;
    size -= taken;
    if (!append_bounded (result, buffer, made, most, error))
      return FALSE;
    if (state == G_CONVERTER_FINISHED)
      break;
  }
  if (size > 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "bytes follow the gzip body");
    return FALSE;
  }
  return TRUE;
}

GBytes *
satchel_decode (GBytes *body, SatchelEncoding encoding, gsize most, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (body, &size);
  g_autoptr (GByteArray) result = g_byte_array_new ();
  gboolean ok = FALSE;

  switch (encoding) {
  case SATCHEL_ENCODING_IDENTITY:
    if (size <= most)
      return g_bytes_ref (body);
    ok = append_bounded (result, bytes, size, most, error);
    break;
  case SATCHEL_ENCODING_GZIP:
    ok = decode_gzip (bytes, size, most, result, error);
    break;
  case SATCHEL_ENCODING_ZSTD:
    ok = decode_zstd (bytes, size, NULL, most, result, error);
    break;
  case SATCHEL_ENCODING_SATCHEL:
    ok = decode_zstd (bytes, size, satchel_coding_get_ddict (), most, result, error);
    break;
  }
  return ok ? g_byte_array_free_to_bytes (g_steal_pointer (&result)) : NULL;
}

SatchelEncoder *
satchel_encoder_new (SatchelEncoding encoding, SatchelEncoderSink sink, gpointer data)
{
  SatchelEncoder *encoder = g_new (SatchelEncoder, 1); /* its buffer as it comes */

  encoder->encoding = encoding;
  encoder->zstd = NULL;
  encoder->begun = FALSE;
  encoder->gzip = NULL;
  encoder->sink = sink;
  encoder->data = data;
  if (encoding == SATCHEL_ENCODING_ZSTD || encoding == SATCHEL_ENCODING_SATCHEL) {
    encoder->zstd = begin_encoding ();
    ZSTD_CCtx_setParameter (encoder->zstd, ZSTD_c_compressionLevel, SATCHEL_CODING_LEVEL);
    ZSTD_CCtx_setParameter (encoder->zstd, ZSTD_c_checksumFlag, encoding == SATCHEL_ENCODING_ZSTD);
  } else if (encoding == SATCHEL_ENCODING_GZIP) {
    encoder->gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, GZIP_LEVEL));
  }
  return encoder;
}

void
satchel_encoder_free (SatchelEncoder *encoder)
{
  if (encoder == NULL)
    return;
  end_encoding (encoder->zstd);
  g_clear_object (&encoder->gzip);
  g_free (encoder);
}

static gboolean
encode_zstd (SatchelEncoder *encoder, const void *bytes, gsize size, ZSTD_EndDirective directive,
             GError **error)
{
  ZSTD_inBuffer in = { bytes, size, 0 };
  gsize left;

  do {
    ZSTD_outBuffer out = { encoder->buffer, BUFFER_BYTES, 0 };
    left = ZSTD_compressStream2 (encoder->zstd, &out, &in, directive);
    g_assert (!ZSTD_isError (left));
    if (out.pos > 0 && !encoder->sink (encoder->buffer, out.pos, encoder->data, error))
      return FALSE;
  } while (in.pos < in.size || (directive == ZSTD_e_end && left > 0));
  return TRUE;
}

static gboolean
encode_gzip (SatchelEncoder *encoder, const guint8 *bytes, gsize size, GConverterFlags flags, GError **error)
{
  GConverterResult state = G_CONVERTER_CONVERTED;

  while (size > 0 || (flags == G_CONVERTER_INPUT_AT_END && state != G_CONVERTER_FINISHED)) {
    gsize taken = 0, made = 0;
    state = g_converter_convert (encoder->gzip, bytes, size, encoder->buffer, BUFFER_BYTES, flags, &taken,
                                 &made, error);
    if (state == G_CONVERTER_ERROR)
      return FALSE;
    if (size > 0) { /* there may be no bytes at the end */
      bytes += taken;
      size -= taken;
    }
    if (made > 0 && !encoder->sink (encoder->buffer, made, encoder->data, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_encoder_write (SatchelEncoder *encoder, const void *bytes, gsize size, GError **error)
{
  switch (encoder->encoding) {
  case SATCHEL_ENCODING_GZIP:
    return encode_gzip (encoder, bytes, size, G_CONVERTER_NO_FLAGS, error);
  case SATCHEL_ENCODING_ZSTD:
  case SATCHEL_ENCODING_SATCHEL:
    encoder->begun = TRUE;
    return encode_zstd (encoder, bytes, size, ZSTD_e_continue, error);
  case SATCHEL_ENCODING_IDENTITY:
  default:
    return encoder->sink (bytes, size, encoder->data, error);
  }
}

gboolean
satchel_encoder_finish (SatchelEncoder *encoder, const void *bytes, gsize size, GError **error)
{
  switch (encoder->encoding) {
  case SATCHEL_ENCODING_GZIP:
    return encode_gzip (encoder, bytes, size, G_CONVERTER_INPUT_AT_END, error);
  case SATCHEL_ENCODING_SATCHEL:
    if (!encoder->begun)
      ZSTD_CCtx_refCDict (encoder->zstd, satchel_coding_get_cdict ());
    return encode_zstd (encoder, bytes, size, ZSTD_e_end, error);
  case SATCHEL_ENCODING_ZSTD:
    return encode_zstd (encoder, bytes, size, ZSTD_e_end, error);
  case SATCHEL_ENCODING_IDENTITY:
  default:
    return size == 0 || encoder->sink (bytes, size, encoder->data, error);
  }
}
