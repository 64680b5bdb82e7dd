/* Attachments as files: DIR/blobs/ab/HASH, complete and verified, and DIR/blobs/parts/USER.HASH while they arrive. The name
 * is the SHA-256 of the bytes. Nothing here knows who may read what.
 *
 * Any thread; two that write one part take turns (flock).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How much of a part is here; 0 when there is none. */
gboolean satchel_blob_part_size (const char *dir, const char *user, const char *hash, gint64 *size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Appends @bytes at @offset when exactly that much is here, else writes nothing. *have: what is here afterwards. When that is
 * @size, the bytes are verified and moved to their place, *done TRUE: durable. INVALID when they are other bytes than the hash
 * says: the part is dropped. STORAGE. */
gboolean satchel_blob_part_write (const char *dir, const char *user, const char *hash, gint64 size, gint64 offset,
                                  GBytes *bytes, gint64 *have, gboolean *done, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* At most @most bytes from @offset; fewer at the end, none behind it. CORRUPT when the file is not there. */
GBytes *satchel_blob_read (const char *dir, const char *hash, gint64 offset, gsize most, GError **error);

gboolean satchel_blob_exists (const char *dir, const char *hash);
/* Missing files are no error. */
gboolean satchel_blob_remove (const char *dir, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_blob_part_remove (const char *dir, const char *part, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the file to DIRECTORY/HASH, or takes it from there, by a hard link where that works, else by a copy; nothing when it is
 * there already. *found FALSE: the source has no such file. */
gboolean satchel_blob_save (const char *dir, const char *hash, const char *directory, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_blob_load (const char *dir, const char *hash, const char *directory, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the file is there and its bytes are what its name says. */
gboolean satchel_blob_verify (const char *dir, const char *hash, gboolean *good, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
