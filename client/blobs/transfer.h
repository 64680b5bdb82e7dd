/* One attachment on its way, up or down, piece by piece: each step is one request. A transfer that is freed, or whose link drops,
 * goes on where it stopped when another one of the same file is made.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/blobs/store.h"
#include "client/blobs/uses.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

typedef struct _SatchelTransfer SatchelTransfer;

typedef enum {
  SATCHEL_TRANSFER_MORE,
  SATCHEL_TRANSFER_DONE,   /* sent: the server has it; fetched: verified, durable, in the store */
  SATCHEL_TRANSFER_FAILED, /* @error: the server's code, UNREACHABLE, or the store's; INVALID: not what the hash says */
} SatchelTransferResult;

/* @retry_after_ms as in SatchelExchangeHandler. May free the transfer. */
typedef void (*SatchelTransferFunc) (SatchelTransferResult result, const GError *error, gint64 retry_after_ms, gpointer data);

/* @store and @transport are borrowed; the rest is copied. */
SatchelTransfer *satchel_upload_new (SatchelBlobStore *store, SatchelTransport *transport, const SatchelBlob *blob);
SatchelTransfer *satchel_download_new (SatchelBlobStore *store, SatchelTransport *transport, const SatchelWantedFile *wanted);
void             satchel_transfer_free (SatchelTransfer *transfer); /* cancels; NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelTransfer, satchel_transfer_free)

/* One more request; not while one is under way. Answers later, never from within. */
void satchel_transfer_step (SatchelTransfer *transfer, const char *token, SatchelTransferFunc func, gpointer data);
void satchel_transfer_cancel (SatchelTransfer *transfer); /* the step under way */
gboolean satchel_transfer_is_upload (const SatchelTransfer *transfer);
const SatchelBlob *satchel_transfer_get_blob (const SatchelTransfer *transfer);
/* Bytes that are known to have arrived. */
gint64 satchel_transfer_get_have (const SatchelTransfer *transfer);
/* Whether any piece was moved by this transfer: the server may have the file already. */
gboolean satchel_transfer_has_moved (const SatchelTransfer *transfer);

/* Steps to the end, running the thread-default main context. @moved, perhaps NULL, is called after each step that is not the last. */
typedef void (*SatchelTransferMoved) (SatchelTransfer *transfer, gpointer data);
gboolean satchel_transfer_run (SatchelTransfer *transfer, const char *token, SatchelTransferMoved moved, gpointer data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
