/* Attachments over a transport. What was here before, here or there, is asked first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/blobs/transfer.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/blob.h"

/* Nothing comes back while a piece goes up. */
#define SLOW_LINE_MS (10 * 60 * 1000)
#define MOST_STUCK   3 /* answers in a row after which nothing more was there than before */

struct _SatchelTransfer {
  SatchelBlobStore *store;
  SatchelTransport *transport;
  SatchelBlob blob;
  char *entity, *record, *field; /* NULL: an upload */

  gboolean begun; /* have is known */
  gboolean moved;
  gint64 have;
  guint n_stuck;

  SatchelWireExchange *exchange; /* of the step under way */
  GSource *idle;                 /* tells what was known without a request */
  GError *problem;               /* for idle */
  SatchelTransferFunc func;
  gpointer data;
};

static SatchelTransfer *
new_transfer (SatchelBlobStore *store, SatchelTransport *transport, const SatchelBlob *blob)
{
  SatchelTransfer *transfer = g_new0 (SatchelTransfer, 1);

  transfer->store = store;
  transfer->transport = transport;
  transfer->blob = (SatchelBlob){ g_strdup (blob->hash), blob->size_bytes };
  return transfer;
}

SatchelTransfer *
satchel_upload_new (SatchelBlobStore *store, SatchelTransport *transport, const SatchelBlob *blob)
{
  return new_transfer (store, transport, blob);
}

SatchelTransfer *
satchel_download_new (SatchelBlobStore *store, SatchelTransport *transport, const SatchelWantedFile *wanted)
{
  SatchelTransfer *transfer = new_transfer (store, transport, &wanted->blob);

  transfer->entity = g_strdup (wanted->entity);
  transfer->record = g_strdup (wanted->record);
  transfer->field = g_strdup (wanted->field);
  return transfer;
}

void
satchel_transfer_cancel (SatchelTransfer *transfer)
{
  if (transfer->exchange != NULL)
    transfer->transport->cancel (transfer->transport, g_steal_pointer (&transfer->exchange));
  if (transfer->idle != NULL) {
    g_source_destroy (transfer->idle);
    g_clear_pointer (&transfer->idle, g_source_unref);
  }
  g_clear_error (&transfer->problem);
}

void
satchel_transfer_free (SatchelTransfer *transfer)
{
  if (transfer == NULL)
    return;
  satchel_transfer_cancel (transfer);
  g_free (transfer->blob.hash);
  g_free (transfer->entity);
  g_free (transfer->record);
  g_free (transfer->field);
  g_free (transfer);
}

gboolean
satchel_transfer_is_upload (const SatchelTransfer *transfer)
{
  return transfer->entity == NULL;
}

const SatchelBlob *
satchel_transfer_get_blob (const SatchelTransfer *transfer)
{
  return &transfer->blob;
}

gint64
satchel_transfer_get_have (const SatchelTransfer *transfer)
{
  return transfer->have;
}

gboolean
satchel_transfer_has_moved (const SatchelTransfer *transfer)
{
  return transfer->moved;
}

/* ---- answers ---- */

/* Whoever is told may free the transfer. Takes @error. */
static void
tell (SatchelTransfer *transfer, SatchelTransferResult result, GError *error, gint64 retry_after_ms)
{
  transfer->func (result, error, retry_after_ms, transfer->data);
  g_clear_error (&error);
}

/* What is there now; a server that never has more than before, or a part that others keep changing, is no
 * progress. */
static void
take_have (SatchelTransfer *transfer, gint64 have, gboolean done)
{
  const gboolean stuck = transfer->begun && have <= transfer->have;

  if (have < 0 || have > transfer->blob.size_bytes || (!done && stuck && ++transfer->n_stuck == MOST_STUCK)) {
    tell (transfer, SATCHEL_TRANSFER_FAILED,
          g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "an attachment does not get on"), -1);
    return;
  }
  if (!stuck)
    transfer->n_stuck = 0;
  transfer->begun = TRUE;
  transfer->have = have;
  tell (transfer, done ? SATCHEL_TRANSFER_DONE : SATCHEL_TRANSFER_MORE, NULL, -1);
}

static void
uploaded_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelTransfer *transfer = data;
  SatchelBlobState state;
  GError *problem = NULL;
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  transfer->exchange = NULL;
  if (error != NULL)
    tell (transfer, SATCHEL_TRANSFER_FAILED, g_error_copy (error), retry_after_ms);
  else if (!satchel_blob_state_from_text (text != NULL ? text : "", length, &state, &problem)) {
    /* Not INVALID, which would be said of the file. */
    tell (transfer, SATCHEL_TRANSFER_FAILED,
          g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "no sensible answer: %s", problem->message),
          -1);
    g_clear_error (&problem);
  } else
    take_have (transfer, state.have_bytes, state.done);
}

static void
downloaded_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelTransfer *transfer = data;
  g_autoptr (GBytes) piece = body != NULL ? g_bytes_ref (body) : g_bytes_new (NULL, 0);
  GError *problem = NULL;
  gint64 have;
  gboolean done;

  transfer->exchange = NULL;
  if (error != NULL) {
    tell (transfer, SATCHEL_TRANSFER_FAILED, g_error_copy (error), retry_after_ms);
    return;
  }
  if (!satchel_blob_store_put_part (transfer->store, transfer->blob.hash, transfer->blob.size_bytes,
                                    transfer->have, piece, &have, &done, &problem)) {
    tell (transfer, SATCHEL_TRANSFER_FAILED, problem, -1);
    return;
  }
  transfer->moved = TRUE;
  take_have (transfer, have, done);
}

/* ---- requests ---- */

static gboolean
idle_cb (gpointer data)
{
  SatchelTransfer *transfer = data;
  GError *problem = g_steal_pointer (&transfer->problem);

  g_clear_pointer (&transfer->idle, g_source_unref);
  tell (transfer, problem != NULL ? SATCHEL_TRANSFER_FAILED : SATCHEL_TRANSFER_DONE, problem, -1);
  return G_SOURCE_REMOVE;
}

/* Takes @problem; NULL: it is done. */
static void
tell_later (SatchelTransfer *transfer, GError *problem)
{
  transfer->problem = problem;
  transfer->idle = g_idle_source_new ();
  g_source_set_priority (transfer->idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (transfer->idle, idle_cb, transfer, NULL);
  g_source_attach (transfer->idle, g_main_context_get_thread_default ());
}

static void
start (SatchelTransfer *transfer, const char *path, const char *token, GBytes *body)
{
  static const SatchelExchangeHandler up = { .done = uploaded_cb, .silence_ms = SLOW_LINE_MS };
  static const SatchelExchangeHandler down = { .done = downloaded_cb };

  transfer->exchange = transfer->transport->start (
      transfer->transport, path, token, body, satchel_transfer_is_upload (transfer) ? &up : &down, transfer);
}

static void
start_text (SatchelTransfer *transfer, const char *path, const char *token, char *text)
{
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  start (transfer, path, token, body);
}

static void
send (SatchelTransfer *transfer, const char *token)
{
  SatchelBlobBegin begin = { transfer->blob.hash, transfer->blob.size_bytes };
  SatchelBlobPiece piece = { transfer->blob.hash, transfer->have, NULL };
  g_autoptr (GBytes) bytes = NULL, body = NULL;
  GError *problem = NULL;

  /* Read before it is announced: what cannot be read is not. */
  bytes = satchel_blob_store_read (transfer->store, transfer->blob.hash, transfer->blob.size_bytes,
                                   transfer->have, &problem);
  if (bytes == NULL) {
    tell_later (transfer, problem);
    return;
  }
  if (!transfer->begun) {
    start_text (transfer, "/v1/blob/begin", token, satchel_blob_begin_to_text (&begin));
    return;
  }
  piece.bytes = bytes;
  body = satchel_blob_piece_to_bytes (&piece);
  transfer->moved = TRUE;
  start (transfer, "/v1/blob/put", token, body);
}

/* All bytes are here already: an empty file, or a part that was complete when the program ended. */
static void
finish_fetched (SatchelTransfer *transfer)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  GError *problem = NULL;
  gint64 have;
  gboolean done;

  if (satchel_blob_store_put_part (transfer->store, transfer->blob.hash, transfer->blob.size_bytes,
                                   transfer->have, nothing, &have, &done, &problem) &&
      !done)
    problem = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "the attachment changed meanwhile");
  tell_later (transfer, problem);
}

static void
fetch (SatchelTransfer *transfer, const char *token)
{
  SatchelBlobGet get = { transfer->entity, transfer->record, transfer->field, transfer->blob.hash, 0 };
  GError *problem = NULL;

  if (satchel_blob_store_has (transfer->store, transfer->blob.hash)) {
    tell_later (transfer, NULL);
    return;
  }
  if (!transfer->begun &&
      !satchel_blob_store_get_part (transfer->store, transfer->blob.hash, &transfer->have, &problem)) {
    tell_later (transfer, problem);
    return;
  }
  transfer->have = MIN (transfer->have, transfer->blob.size_bytes);
  transfer->begun = TRUE;
  get.offset = transfer->have;
  if (transfer->have == transfer->blob.size_bytes)
    finish_fetched (transfer);
  else
    start_text (transfer, "/v1/blob/get", token, satchel_blob_get_to_text (&get));
}

void
satchel_transfer_step (SatchelTransfer *transfer, const char *token, SatchelTransferFunc func, gpointer data)
{
  g_assert (transfer->exchange == NULL && transfer->idle == NULL);
  transfer->func = func;
  transfer->data = data;
  if (satchel_transfer_is_upload (transfer))
    send (transfer, token);
  else
    fetch (transfer, token);
}

/* ---- waiting for it ---- */

typedef struct {
  SatchelTransferResult result;
  GError *error;
  gboolean stepped;
} Wait;

static void
stepped_cb (SatchelTransferResult result, const GError *error, gint64 retry_after_ms, gpointer data)
{
  Wait *wait = data;

  wait->result = result;
  wait->error = error != NULL ? g_error_copy (error) : NULL;
  wait->stepped = TRUE;
}

gboolean
satchel_transfer_run (SatchelTransfer *transfer, const char *token, SatchelTransferMoved moved, gpointer data,
                      GError **error)
{
  GMainContext *context = g_main_context_get_thread_default ();
  Wait wait = { .result = SATCHEL_TRANSFER_MORE };

  while (wait.result == SATCHEL_TRANSFER_MORE) {
    wait.stepped = FALSE;
    satchel_transfer_step (transfer, token, stepped_cb, &wait);
    while (!wait.stepped)
      g_main_context_iteration (context, TRUE);
    if (wait.result == SATCHEL_TRANSFER_MORE && moved != NULL)
      moved (transfer, data);
  }
  if (wait.error != NULL)
    g_propagate_error (error, wait.error);
  return wait.result == SATCHEL_TRANSFER_DONE;
}
