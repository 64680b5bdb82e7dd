/* Files that one process writes once, from start to end, and reads once: spools. Encrypted with a key that is in its memory only,
 * so that what is left on the disk when they are gone means nothing to anybody.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  guint8 key[32], nonce[24];
} SatchelStreamKey;

/* A new one; for one file only. */
void satchel_stream_key_init (SatchelStreamKey *key);
void satchel_stream_key_clear (SatchelStreamKey *key);

/* Turns the bytes that stand at @place in the file into what is written, and back. Nothing may be written twice at one place. */
void satchel_stream_turn (const SatchelStreamKey *key, guint64 place, guint8 *bytes, gsize size);

/* Reads @base, which is at the file's start, in clear. Takes neither. */
GInputStream *satchel_stream_open (GInputStream *base, const SatchelStreamKey *key);

G_END_DECLS
