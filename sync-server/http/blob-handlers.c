/* Attachments in pieces.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/blob-handlers.h"

#include "sync-server/blobs/blobs.h"

gboolean
satchel_handle_begin_blob (SatchelJob *job, GError **error)
{
  g_autoptr (GBytes) body = satchel_job_read_body (job, error);
  gsize size;
  const char *text;

  if (body == NULL)
    return FALSE;
  text = g_bytes_get_data (body, &size);
  job->message = satchel_blob_begin_from_text (text != NULL ? text : "", size, error);
  job->free_message = (GDestroyNotify)satchel_blob_begin_free;
  return job->message != NULL;
}

gboolean
satchel_commit_begin_blob (SatchelJob *job, GError **error)
{
  SatchelBlobState state;

  if (!satchel_server_begin_blob (job->server, job->caller, job->message, &state, error))
    return FALSE;
  satchel_job_answer_text (job, satchel_blob_state_to_text (&state));
  return TRUE;
}

/* What the reader found out for the writer. */
typedef struct {
  SatchelBlobState state;
  gboolean complete;
} Put;

gboolean
satchel_handle_put_blob (SatchelJob *job, GError **error)
{
  g_autoptr (GBytes) body = satchel_job_read_body (job, error);
  g_autofree Put *put = g_new0 (Put, 1);

  if (body == NULL)
    return FALSE;
  job->message = satchel_blob_piece_from_bytes (body, error);
  job->free_message = (GDestroyNotify)satchel_blob_piece_free;
  if (job->message == NULL ||
      !satchel_server_put_blob (job->server, job->caller, job->message, &put->state, &put->complete, error))
    return FALSE;
  job->extra = g_steal_pointer (&put);
  job->free_extra = g_free;
  return TRUE;
}

gboolean
satchel_commit_put_blob (SatchelJob *job, GError **error)
{
  const SatchelBlobPiece *piece = job->message;
  Put *put = job->extra;

  if (put->complete && !satchel_server_finish_blob (job->server, job->caller, piece->hash, error))
    return FALSE;
  put->state.done |= put->complete;
  satchel_job_answer_text (job, satchel_blob_state_to_text (&put->state));
  return TRUE;
}

gboolean
satchel_handle_get_blob (SatchelJob *job, GError **error)
{
  g_autoptr (GBytes) body = satchel_job_read_body (job, error);
  g_autoptr (SatchelBlobGet) request = NULL;
  g_autoptr (SatchelSpool) spool = NULL;
  g_autoptr (GBytes) piece = NULL;
  const char *bytes;
  gsize size;

  if (body == NULL)
    return FALSE;
  bytes = g_bytes_get_data (body, &size);
  request = satchel_blob_get_from_text (bytes != NULL ? bytes : "", size, error);
  if (request == NULL)
    return FALSE;
  piece = satchel_server_get_blob (job->server, job->caller, request, error);
  if (piece == NULL)
    return FALSE;
  bytes = g_bytes_get_data (piece, &size);
  /* Most attachments are compressed already. */
  spool = satchel_spool_new (job->spool_dir, SATCHEL_ENCODING_IDENTITY);
  if (!satchel_spool_write (spool, bytes != NULL ? bytes : "", size, error) ||
      !satchel_spool_finish (spool, error))
    return FALSE;
  job->answer = g_steal_pointer (&spool);
  return TRUE;
}
