/* What each request does, in terms of server.h. All have the form of SatchelJobFunc; "handle" runs in a pool, "commit" in the
 * writer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/job.h"

G_BEGIN_DECLS

gboolean satchel_handle_hello (SatchelJob *job, GError **error);
gboolean satchel_handle_sign_in (SatchelJob *job, GError **error);
gboolean satchel_handle_push (SatchelJob *job, GError **error);
gboolean satchel_handle_known (SatchelJob *job, GError **error);
gboolean satchel_handle_pull (SatchelJob *job, GError **error);
gboolean satchel_handle_wake (SatchelJob *job, GError **error);
gboolean satchel_handle_preview (SatchelJob *job, GError **error);
gboolean satchel_handle_why (SatchelJob *job, GError **error);
gboolean satchel_handle_audit (SatchelJob *job, GError **error);
gboolean satchel_handle_rows (SatchelJob *job, GError **error);
gboolean satchel_handle_history (SatchelJob *job, GError **error);
gboolean satchel_handle_query (SatchelJob *job, GError **error);
gboolean satchel_handle_record (SatchelJob *job, GError **error);
gboolean satchel_handle_unpin (SatchelJob *job, GError **error);

gboolean satchel_commit_sign_in (SatchelJob *job, GError **error);
gboolean satchel_handle_device (SatchelJob *job, GError **error);
gboolean satchel_commit_device (SatchelJob *job, GError **error);
gboolean satchel_commit_sign_out (SatchelJob *job, GError **error);
gboolean satchel_commit_record (SatchelJob *job, GError **error); /* the pin; the answer is there already */
gboolean satchel_commit_unpin (SatchelJob *job, GError **error);
/* The only one for many: each job gets an answer or an error of its own. */
void     satchel_commit_pushes (SatchelJob **jobs, guint n_jobs);
/* Runs in a pool, once the writer has done the push of a job that has outcomes. The answer, or the job's error. */
void     satchel_handle_pull_along (SatchelJob *job);

G_END_DECLS
