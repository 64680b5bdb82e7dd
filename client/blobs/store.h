/* The files of a profile's attachments: DIRECTORY/blobs/HASH, mode 0600, named by the SHA-256 of what is in them.
 *
 *   HASH          whole and verified
 *   HASH.staged   attached here, but no change set that names it is in the outbox yet
 *   HASH.part     as much as has been fetched, in whole pieces
 *   new-…         being copied
 *   staged        the mark: something was staged since the last clearing up, and may have been claimed by a set that was never written
 *
 * A file is a row of pieces of SATCHEL_BLOB_PIECE_BYTES, the last one shorter. In a vault each piece is sealed by itself, so that a
 * transfer goes on at any of them: [24 nonce][piece][16 tag], its number authenticated; that all belong together the hash says.
 * What names a file, and when it goes, is uses.h's business.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "client/vault/vault.h"

G_BEGIN_DECLS

typedef struct _SatchelBlobStore SatchelBlobStore;

/* @directory: the profile's. @vault is borrowed; NULL: files are as they are. Makes nothing before it is needed. */
SatchelBlobStore *satchel_blob_store_new (const char *directory, SatchelVault *vault);
void              satchel_blob_store_free (SatchelBlobStore *store); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelBlobStore, satchel_blob_store_free)

/* ---- attaching ---- */

/* Copies the file at @path; durable on return. *hash is owned. INVALID for what is not a regular file or cannot be read, or
 * changes meanwhile; TOO_LARGE; STORAGE. */
gboolean satchel_blob_store_stage (SatchelBlobStore *store, const char *path, char **hash, gint64 *size_bytes,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A staged file becomes a whole one. *claimed FALSE: there is none such. */
gboolean satchel_blob_store_claim (SatchelBlobStore *store, const char *hash, gboolean *claimed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- reading ---- */

gboolean satchel_blob_store_has (SatchelBlobStore *store, const char *hash);
/* From @offset to the end of its piece; empty at the end. @size_bytes: of the whole. CORRUPT for a file that is not there, has another size or was
 * altered. */
GBytes *satchel_blob_store_read (SatchelBlobStore *store, const char *hash, gint64 size_bytes, gint64 offset, GError **error);
/* CORRUPT unless all of its bytes are those of the hash. */
gboolean satchel_blob_store_verify (SatchelBlobStore *store, const char *hash, gint64 size_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Verifies, then writes the bytes to @output, which stays open. */
gboolean satchel_blob_store_copy (SatchelBlobStore *store, const char *hash, gint64 size_bytes, GOutputStream *output,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- fetching ---- */

/* Bytes that are here already; whole pieces. */
gboolean satchel_blob_store_get_part (SatchelBlobStore *store, const char *hash, gint64 *have, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Appends @piece at @offset if exactly that much is here, else writes nothing; processes take turns. *have: what is here
 * afterwards. *done: all is here, verified and durable. INVALID for a piece of a wrong size, and when the bytes are not those of the hash: then the
 * part is gone. */
gboolean satchel_blob_store_put_part (SatchelBlobStore *store, const char *hash, gint64 size_bytes, gint64 offset,
                                      GBytes *piece, gint64 *have, gboolean *done, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- clearing up ---- */

/* Hashes of the whole files and parts: a set of char*, owned. */
GHashTable *satchel_blob_store_list (SatchelBlobStore *store, GError **error);
/* Whole file and part; that there is none is no error. */
gboolean satchel_blob_store_remove (SatchelBlobStore *store, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether there may be files that nothing names though no row has changed. */
gboolean satchel_blob_store_is_marked (SatchelBlobStore *store);
/* Removes what was staged or begun a day ago and never claimed; the mark, too, unless something younger is left, or @later. */
gboolean satchel_blob_store_remove_stale (SatchelBlobStore *store, gboolean later, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
