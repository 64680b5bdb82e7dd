/* Snapshots: the head, and the pieces.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/snapshot-handlers.h"

#include "protocol/wire/snapshot.h"
#include "sync-server/http/imaging.h"

gboolean
satchel_handle_snapshot (SatchelJob *job, GError **error)
{
  g_autoptr (GBytes) body = satchel_job_read_body (job, error);
  g_autoptr (SatchelSnapshotRequest) request = NULL;
  gboolean lacking;
  const char *text;
  char *answer;
  gsize size;

  if (body == NULL)
    return FALSE;
  text = g_bytes_get_data (body, &size);
  request = satchel_snapshot_request_from_text (text != NULL ? text : "", size, error);
  if (request == NULL)
    return FALSE;
  answer = satchel_server_snapshot (job->server, job->caller, request, &lacking, error);
  if (answer == NULL)
    return FALSE;
  if (lacking)
    satchel_imaging_start (job->tenant->commons->imaging, job);
  satchel_job_answer_text (job, answer);
  return TRUE;
}

gboolean
satchel_handle_get_snapshot (SatchelJob *job, GError **error)
{
  g_autoptr (GBytes) body = satchel_job_read_body (job, error);
  g_autoptr (SatchelSnapshotGet) request = NULL;
  g_autoptr (SatchelSpool) spool = NULL;
  g_autoptr (GBytes) piece = NULL;
  const char *bytes;
  gsize size;

  if (body == NULL)
    return FALSE;
  bytes = g_bytes_get_data (body, &size);
  request = satchel_snapshot_get_from_text (bytes != NULL ? bytes : "", size, error);
  if (request == NULL)
    return FALSE;
  piece = satchel_server_get_snapshot (job->server, job->caller, request, error);
  if (piece == NULL)
    return FALSE;
  bytes = g_bytes_get_data (piece, &size);
  /* It is compressed already. */
  spool = satchel_spool_new (job->spool_dir, SATCHEL_ENCODING_IDENTITY);
  if (!satchel_spool_write (spool, bytes != NULL ? bytes : "", size, error) ||
      !satchel_spool_finish (spool, error))
    return FALSE;
  job->answer = g_steal_pointer (&spool);
  return TRUE;
}
