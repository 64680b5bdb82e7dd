/* Requests: decode, parse, call the core, print.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/handlers.h"

#include "protocol/wire/identity.h"
#include "protocol/wire/members.h"
#include "sync-server/along.h"
#include "sync-server/scope/audit.h"
#include "sync-server/scope/preview.h"

typedef gpointer (*ParseFunc) (const char *text, gsize length, GError **error);

/* The request's message, which the job then owns; NULL with an error. A job that was prepared has it already.
 */
static gpointer
parse (SatchelJob *job, ParseFunc from_text, GDestroyNotify free_func, GError **error)
{
  if (job->message != NULL)
    return job->message;
  g_autoptr (GBytes) body = satchel_job_read_body (job, error);
  if (body == NULL)
    return NULL;

  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  job->message = from_text (text != NULL ? text : "", size, error);
  if (job->message != NULL)
    job->free_message = free_func;
  return job->message;
}

gboolean
satchel_handle_hello (SatchelJob *job, GError **error)
{
  char *text = satchel_server_hello (job->server, error);
  if (text == NULL)
    return FALSE;
  satchel_job_answer_text (job, text);
  return TRUE;
}

gboolean
satchel_handle_sign_in (SatchelJob *job, GError **error)
{
  const SatchelSignIn *request =
      parse (job, (ParseFunc)satchel_sign_in_from_text, (GDestroyNotify)satchel_sign_in_free, error);
  if (request == NULL)
    return FALSE;

  job->extra = satchel_server_check_sign_in (job->server, request, job->peer, &job->retry_after_ms, error);
  job->free_extra = (GDestroyNotify)satchel_sign_in_check_free;
  return job->extra != NULL;
}

gboolean
satchel_commit_sign_in (SatchelJob *job, GError **error)
{
  g_autoptr (SatchelSignInAnswer) answer =
      satchel_server_sign_in (job->server, job->message, job->extra, error);
  if (answer == NULL)
    return FALSE;
  satchel_job_answer_text (job, satchel_sign_in_answer_to_text (answer));
  return TRUE;
}

/* Nothing is asked but for the new identity. */
gboolean
satchel_handle_device (SatchelJob *job, GError **error)
{
  g_autoptr (GBytes) body = satchel_job_read_body (job, error);
  if (body == NULL)
    return FALSE;

  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (JsonNode) node = satchel_json_parse (text != NULL ? text : "", size, error);
  if (node == NULL)
    return FALSE;
  SatchelMembers members;
  satchel_members_open (&members, node, "a request for an identity");
  return satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error);
}

gboolean
satchel_commit_device (SatchelJob *job, GError **error)
{
  g_autoptr (SatchelDeviceAnswer) answer = satchel_server_split_device (job->server, job->caller, error);
  if (answer == NULL)
    return FALSE;
  satchel_job_answer_text (job, satchel_device_answer_to_text (answer));
  return TRUE;
}

gboolean
satchel_commit_sign_out (SatchelJob *job, GError **error)
{
  if (!satchel_server_sign_out (job->server, job->caller, error))
    return FALSE;
  satchel_job_answer_text (job, g_strdup ("{}"));
  return TRUE;
}

gboolean
satchel_handle_push (SatchelJob *job, GError **error)
{
  return parse (job, (ParseFunc)satchel_push_from_text, (GDestroyNotify)satchel_push_free, error) != NULL;
}

/* Where a pull goes along, a reader makes the rest of it. */
static void
answer_push (SatchelJob *job, const SatchelPushAnswer *answer)
{
  SatchelPush *push = job->message;
  char *text = satchel_push_answer_to_text (answer);

  if (push->pull == NULL) {
    satchel_job_answer_text (job, text);
    return;
  }
  satchel_pull_add_own (push->pull, answer);
  job->outcomes = text;
}

void
satchel_commit_pushes (SatchelJob **jobs, guint n_jobs)
{
  g_autofree SatchelPushJob *pushes = g_new0 (SatchelPushJob, n_jobs);

  for (guint i = 0; i < n_jobs; i++) {
    pushes[i].caller = jobs[i]->caller;
    pushes[i].push = jobs[i]->message;
  }
  satchel_server_push (jobs[0]->server, pushes, n_jobs);
  for (guint i = 0; i < n_jobs; i++) {
    if (pushes[i].answer != NULL)
      answer_push (jobs[i], pushes[i].answer);
    satchel_push_answer_free (pushes[i].answer);
    if (pushes[i].error != NULL)
      jobs[i]->error = pushes[i].error;
  }
}

gboolean
satchel_handle_known (SatchelJob *job, GError **error)
{
  GPtrArray *uuids =
      parse (job, (ParseFunc)satchel_known_from_text, (GDestroyNotify)g_ptr_array_unref, error);
  if (uuids == NULL)
    return FALSE;

  g_autoptr (GPtrArray) known = satchel_server_known (job->server, job->caller, uuids, error);
  if (known == NULL)
    return FALSE;
  satchel_job_answer_text (job, satchel_known_answer_to_text (known));
  return TRUE;
}

static gboolean
write_spool_cb (const char *bytes, gsize size, gpointer data, GError **error)
{
  return satchel_spool_write (data, bytes, size, error);
}

static gboolean
pull (SatchelJob *job, SatchelVisit *visit, GError **error)
{
  const SatchelPull *request =
      parse (job, (ParseFunc)satchel_pull_from_text, (GDestroyNotify)satchel_pull_free, error);
  if (request == NULL) {
    satchel_server_leave (job->server, visit);
    return FALSE;
  }

  g_autoptr (SatchelSpool) spool = satchel_spool_new (job->spool_dir, job->accept);
  if (!satchel_server_pull_on_visit (job->server, visit, job->caller, request, &job->signature,
                                     &job->signature_s, &job->until_ms, write_spool_cb, spool, error) ||
      !satchel_spool_finish (spool, error))
    return FALSE;
  job->answer = g_steal_pointer (&spool);
  return TRUE;
}

gboolean
satchel_handle_pull (SatchelJob *job, GError **error)
{
  g_clear_pointer (&job->caller, satchel_caller_free);
  SatchelVisit *visit = satchel_server_enter (job->server, job->token, &job->caller, error);

  return visit != NULL && pull (job, visit, error);
}

/* In a transaction of its own, with its own look at the token: what the push was allowed counts for nothing
 * here. */
void
satchel_handle_pull_along (SatchelJob *job)
{
  const SatchelPush *push = job->message;
  g_autoptr (SatchelCaller) pushed = g_steal_pointer (&job->caller);
  SatchelVisit *visit = satchel_server_enter (job->server, job->token, &job->caller, NULL);

  satchel_job_answer_text (job,
                           satchel_server_pull_along (job->server, visit, job->caller, push->pull,
                                                      job->outcomes, &job->signature, &job->signature_s));
}

gboolean
satchel_handle_wake (SatchelJob *job, GError **error)
{
  job->signature = satchel_server_describe (job->server, job->caller, &job->signature_s, error);
  return job->signature != NULL;
}

/* ---- what a device carries ---- */

gboolean
satchel_handle_preview (SatchelJob *job, GError **error)
{
  const SatchelPreviewRequest *request = parse (job, (ParseFunc)satchel_preview_request_from_text,
                                                (GDestroyNotify)satchel_preview_request_free, error);
  if (request == NULL)
    return FALSE;

  char *text = satchel_server_preview (job->server, job->caller, request, error);
  if (text == NULL)
    return FALSE;
  satchel_job_answer_text (job, text);
  return TRUE;
}

gboolean
satchel_handle_audit (SatchelJob *job, GError **error)
{
  const SatchelAuditRequest *request = parse (job, (ParseFunc)satchel_audit_request_from_text,
                                              (GDestroyNotify)satchel_audit_request_free, error);
  if (request == NULL)
    return FALSE;

  char *text = satchel_server_audit (job->server, job->caller, request, error);
  if (text == NULL)
    return FALSE;
  satchel_job_answer_text (job, text);
  return TRUE;
}

gboolean
satchel_handle_rows (SatchelJob *job, GError **error)
{
  const SatchelAuditRequest *request = parse (job, (ParseFunc)satchel_rows_request_from_text,
                                              (GDestroyNotify)satchel_audit_request_free, error);
  if (request == NULL)
    return FALSE;

  g_autoptr (SatchelSpool) spool = satchel_spool_new (job->spool_dir, job->accept);
  if (!satchel_server_rows (job->server, job->caller, request, write_spool_cb, spool, error) ||
      !satchel_spool_finish (spool, error))
    return FALSE;
  job->answer = g_steal_pointer (&spool);
  return TRUE;
}

/* ---- about one record ---- */

typedef char *(*AnswerFunc) (SatchelServer *server, const SatchelCaller *caller, const char *entity,
                             const char *record, GError **error);

static gboolean
answer_about (SatchelJob *job, const char *what, AnswerFunc answer, GError **error)
{
  JsonNode *node = parse (job, (ParseFunc)satchel_json_parse, (GDestroyNotify)json_node_unref, error);
  if (node == NULL)
    return FALSE;

  SatchelMembers members;
  satchel_members_open (&members, node, what);
  const char *entity = satchel_members_require_name (&members, "entity");
  const char *record = satchel_members_require_id (&members, "record");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return FALSE;

  char *text = answer (job->server, job->caller, entity, record, error);
  if (text == NULL)
    return FALSE;
  satchel_job_answer_text (job, text);
  return TRUE;
}

gboolean
satchel_handle_history (SatchelJob *job, GError **error)
{
  return answer_about (job, "a request for history", satchel_server_history, error);
}

gboolean
satchel_handle_why (SatchelJob *job, GError **error)
{
  return answer_about (job, "a question why", satchel_server_why, error);
}

/* ---- online work ---- */

gboolean
satchel_handle_query (SatchelJob *job, GError **error)
{
  const SatchelListRequest *request = parse (job, (ParseFunc)satchel_list_request_from_text,
                                             (GDestroyNotify)satchel_list_request_free, error);
  if (request == NULL)
    return FALSE;

  g_autoptr (SatchelSpool) spool = satchel_spool_new (job->spool_dir, job->accept);
  if (!satchel_server_query (job->server, job->caller, request, write_spool_cb, spool, error) ||
      !satchel_spool_finish (spool, error))
    return FALSE;
  job->answer = g_steal_pointer (&spool);
  return TRUE;
}

static const SatchelRecordRequest *
parse_record_request (SatchelJob *job, GError **error)
{
  return parse (job, (ParseFunc)satchel_record_request_from_text, (GDestroyNotify)satchel_record_request_free,
                error);
}

gboolean
satchel_handle_record (SatchelJob *job, GError **error)
{
  const SatchelRecordRequest *request = parse_record_request (job, error);
  if (request == NULL)
    return FALSE;

  g_autoptr (SatchelSpool) spool = satchel_spool_new (job->spool_dir, job->accept);
  if (!satchel_server_record (job->server, job->caller, request, write_spool_cb, spool, error) ||
      !satchel_spool_finish (spool, error))
    return FALSE;
  job->answer = g_steal_pointer (&spool);
  return TRUE;
}

gboolean
satchel_commit_record (SatchelJob *job, GError **error)
{
  return satchel_server_pin (job->server, job->caller, job->message, error);
}

gboolean
satchel_handle_unpin (SatchelJob *job, GError **error)
{
  return parse_record_request (job, error) != NULL;
}

gboolean
satchel_commit_unpin (SatchelJob *job, GError **error)
{
  if (!satchel_server_unpin (job->server, job->caller, job->message, error))
    return FALSE;
  satchel_job_answer_text (job, g_strdup ("{}"));
  return TRUE;
}
