/* The image of a first sync as it came, compressed, as a file that SQLite reads: what is asked for is read and decompressed then, so that
 * an image of any size takes the memory of a few frames.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelPacked SatchelPacked;

/* Where the compressed bytes come from; within what the image has of them. One call at a time, from whatever thread reads. */
typedef gboolean (*SatchelPackedRead) (gint64 offset, guint8 *to, gsize size, gpointer data, GError **error);

/* Of @bytes compressed ones. INVALID unless they are zstd frames which say that each holds SATCHEL_SNAPSHOT_FRAME_BYTES, the last one what is
 * left of @image_bytes; errors of @read. A frame that does not keep its word is found when it is read: SQLITE_CORRUPT; bytes that cannot
 * be read any more are SQLITE_IOERR_READ. */
SatchelPacked *satchel_packed_new (SatchelPackedRead read, gpointer data, gint64 bytes, gint64 image_bytes, GError **error);
void           satchel_packed_free (SatchelPacked *packed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPacked, satchel_packed_free)

/* What ATTACH takes, to read only; while @packed lives. By several connections, each in a thread of its own. Borrowed. */
const char *satchel_packed_get_uri (SatchelPacked *packed);

G_END_DECLS
