/* Bodies in satchel (protocol/wire/coding.h), zstd and gzip, both ways: bounded decoding of what arrives, streamed encoding of what leaves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_ENCODING_IDENTITY,
  SATCHEL_ENCODING_GZIP,
  SATCHEL_ENCODING_ZSTD,
  SATCHEL_ENCODING_SATCHEL,
} SatchelEncoding;

const char *satchel_encoding_name (SatchelEncoding encoding); /* "zstd"; "identity" is never sent */
/* A Content-Encoding; NULL and "identity" are none. FALSE for one that we do not speak. */
gboolean satchel_encoding_from_header (const char *content_encoding, SatchelEncoding *encoding);
/* The best that an Accept-Encoding allows: satchel, zstd, gzip. @accept may be NULL. */
SatchelEncoding satchel_encoding_choose (const char *accept);

/* The whole body. TOO_LARGE as soon as more than @most bytes come out; INVALID for damage, a cut or trailing bytes. */
GBytes *satchel_decode (GBytes *body, SatchelEncoding encoding, gsize most, GError **error);

/* ---- encoding, piece by piece; for speed, not for size ---- */
typedef struct _SatchelEncoder SatchelEncoder;
typedef gboolean (*SatchelEncoderSink) (const void *bytes, gsize size, gpointer data, GError **error);

SatchelEncoder *satchel_encoder_new (SatchelEncoding encoding, SatchelEncoderSink sink, gpointer data);
void            satchel_encoder_free (SatchelEncoder *encoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelEncoder, satchel_encoder_free)

/* Errors are the sink's. After finish, which takes the last bytes, nothing may be written. What is finished without a write
 * before costs as much as it is large; else zstd gets its tables ready for megabytes. */
gboolean satchel_encoder_write (SatchelEncoder *encoder, const void *bytes, gsize size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_encoder_finish (SatchelEncoder *encoder, const void *bytes, gsize size,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
