/* Attachments on the server: sending, reading, quota, collecting. The bytes are files (files.h), what they mean stands in the
 * store (store/blobs.h).
 *
 * A blob is readable only through a field of a record that the caller may read. Knowing a hash reveals nothing: whoever
 * cannot read the blob sends all its bytes, whether it is here already or not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/blob.h"
#include "sync-server/server.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Writer. Announces an upload, or says how far it has come. QUOTA. */
gboolean satchel_server_begin_blob (SatchelServer *server, const SatchelCaller *caller, const SatchelBlobBegin *request,
                                    SatchelBlobState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reader. Stores a piece; when *complete, the writer must be told by finish() before the caller hears that it is done. NOT_FOUND
 * before begin(); INVALID for bytes that are not those of the hash: the upload begins anew. */
gboolean satchel_server_put_blob (SatchelServer *server, const SatchelCaller *caller, const SatchelBlobPiece *piece,
                                  SatchelBlobState *state, gboolean *complete, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writer. */
gboolean satchel_server_finish_blob (SatchelServer *server, const SatchelCaller *caller, const char *hash,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reader. A piece; empty behind the end. NOT_FOUND. */
GBytes *satchel_server_get_blob (SatchelServer *server, const SatchelCaller *caller, const SatchelBlobGet *request,
                                 GError **error);

/* Writer. Drops what nothing has used for SATCHEL_BLOB_KEPT_DAYS, and uploads that nobody went on with. */
gboolean satchel_server_collect_blobs (SatchelServer *server, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Attachments beside a backup FILE: FILE.blobs/HASH. Those that are missing are left out: check() tells. */
gboolean satchel_blobs_back_up (SatchelStore *store, const char *dir, const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_blobs_restore (SatchelStore *store, const char *dir, const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Problems found (char*) are added: files that are missing or hold other bytes. */
gboolean satchel_blobs_check (SatchelStore *store, const char *dir, GPtrArray *problems, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
