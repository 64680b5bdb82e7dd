/* Files as people have them, to UTF-8: with or without a byte order mark, UTF-16 of either order, and the old Windows
 * encoding of western Europe when nothing else fits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_ENCODING_UTF8,
  SATCHEL_ENCODING_UTF16,
  SATCHEL_ENCODING_WINDOWS_1252, /* a guess: tell the user */
} SatchelEncoding;

/* The text of @bytes without its mark, valid UTF-8 without U+0000; owned. INVALID when it is no text in any of the encodings
 * or carries a mark that its bytes contradict. @encoding may be NULL. */
char *satchel_text_decode (const char *bytes, gsize size, SatchelEncoding *encoding, GError **error);

G_END_DECLS
