/* The image of a first sync as it came, compressed, as a file that SQLite reads: what is asked for is decompressed then, so that an image
 * of any size takes the memory of its compressed bytes and a few frames.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelPacked SatchelPacked;

/* Takes @bytes. INVALID unless they are zstd frames which say that each holds SATCHEL_SNAPSHOT_FRAME_BYTES, the last one what is left of
 * @image_bytes. A frame that does not keep its word is found when it is read: SQLITE_CORRUPT. */
SatchelPacked *satchel_packed_new (GByteArray *bytes, gint64 image_bytes, GError **error);
void           satchel_packed_free (SatchelPacked *packed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPacked, satchel_packed_free)

/* What ATTACH takes, to read only; while @packed lives. Borrowed. */
const char *satchel_packed_get_uri (SatchelPacked *packed);

G_END_DECLS
