/* The content coding of HTTP bodies (protocol/wire/coding.h), which libsoup does not know; one way each at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Decodes a body as it arrives. */
typedef struct _SatchelDecoder SatchelDecoder;

/* @coding is the Content-Encoding; NULL or "identity": the bytes as they are. INVALID for one that is not known. */
SatchelDecoder *satchel_decoder_new (const char *coding, GError **error);
void            satchel_decoder_free (SatchelDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDecoder, satchel_decoder_free)

/* Gets decoded pieces; FALSE: no more of them. */
typedef gboolean (*SatchelDecodedFunc) (const char *bytes, gsize size, gpointer data);

/* UNREACHABLE for bytes that the coding cannot produce. TRUE when @decoded stopped. */
gboolean satchel_decoder_feed (SatchelDecoder *decoder, const char *bytes, gsize size, SatchelDecodedFunc decoded,
                               gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The body has ended; UNREACHABLE when the coding says that it should not have. */
gboolean satchel_decoder_finish (SatchelDecoder *decoder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @bytes as one frame; owned. */
GBytes *satchel_coding_encode (GBytes *bytes);

G_END_DECLS
