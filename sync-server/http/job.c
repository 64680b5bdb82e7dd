/* Jobs, see the header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/job.h"

#include "protocol/limits.h"
#include "sync-server/http/tenant.h"

SatchelJob *
satchel_job_new (SatchelTenant *tenant, const SatchelRoute *route, gsize size)
{
  if (!satchel_share_take (&tenant->jobs, 1))
    return NULL;
  if (!satchel_share_take (&tenant->bytes, size)) {
    satchel_share_return (&tenant->jobs, 1);
    return NULL;
  }

  SatchelJob *job = g_new0 (SatchelJob, 1);
  job->tenant = tenant;
  job->spool_dir = tenant->dir;
  job->route = route;
  job->reserved_bytes = size;
  job->retry_after_ms = -1;
  job->pulse = -1;
  return job;
}

void
satchel_job_free (SatchelJob *job)
{
  if (job == NULL)
    return;
  if (job->crowd != NULL)
    satchel_crowd_leave (job->crowd, job->token);
  if (job->message != NULL)
    job->free_message (job->message);
  if (job->extra != NULL)
    job->free_extra (job->extra);
  g_clear_pointer (&job->caller, satchel_caller_free);
  g_clear_pointer (&job->signature, satchel_signature_unref);
  satchel_spool_free (job->answer);
  g_free (job->outcomes);
  g_clear_pointer (&job->body, g_bytes_unref);
  g_clear_error (&job->error);
  g_free (job->token);
  /* Last: without jobs a tenant may go. */
  satchel_share_return (&job->tenant->bytes, job->reserved_bytes);
  satchel_share_return (&job->tenant->jobs, 1);
  g_free (job);
}

GBytes *
satchel_job_read_body (SatchelJob *job, GError **error)
{
  return satchel_decode (job->body, job->encoding, SATCHEL_MAX_DECODED_BYTES, error);
}

void
satchel_job_answer_text (SatchelJob *job, char *text)
{
  g_autofree char *owned = text;
  g_autoptr (SatchelSpool) spool = satchel_spool_new (job->spool_dir, job->accept);

  if (satchel_spool_write (spool, owned, strlen (owned), &job->error) &&
      satchel_spool_finish (spool, &job->error))
    job->answer = g_steal_pointer (&spool);
}
