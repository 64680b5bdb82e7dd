/* A request while other threads work on it, and what they made of it. Belongs to its exchange; at any time one thread
 * has it: first the main thread, then a worker, perhaps the writer, then the main thread again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/crowd.h"
#include "sync-server/http/exchange.h"
#include "sync-server/scope/signature.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

typedef struct _SatchelRoute SatchelRoute;
typedef struct _SatchelTenant SatchelTenant;

typedef struct {
  SatchelTenant *tenant; /* which organisation it is for; borrowed, as are the next two */
  SatchelServer *server; /* NULL until the first worker has it */
  const char *spool_dir;
  const SatchelRoute *route;
  guint8 peer[16];          /* the caller's address */
  char *token;              /* NULL for a public route */
  SatchelEncoding encoding; /* of the body */
  SatchelEncoding accept;   /* best for the answer */
  GBytes *body;             /* as sent; NULL while only the head is here */
  gsize reserved_bytes;     /* of the tenant's share */
  SatchelCrowd *crowd;      /* that the token has entered, or NULL */

  SatchelCaller *caller; /* once authenticated */
  gpointer message;      /* the parsed request, for the writer */
  GDestroyNotify free_message;
  gpointer extra; /* what the first half of a sign-in found out */
  GDestroyNotify free_extra;

  char *outcomes; /* what became of a push, when a pull goes along with it */

  gboolean unprepared; /* the writer has to prepare first; then it is read again */
  guint n_prepared;    /* how often it has done so */
  SatchelSignature *signature; /* of what the caller's device carries, where that came up… */
  gint64 signature_s;          /* …as of this S */
  gint64 pulse;    /* of the store, before a pull was worked on (again.h); -1: not known */
  gint64 until_ms; /* from when on a pull has another answer, whatever else stays as it is */
  guint n_revisions;           /* of the wake-ups' look at tokens, when the job began */
  SatchelSpool *answer; /* or error */
  GError *error;
  gint64 retry_after_ms;
} SatchelJob;

/* NULL: no more of this tenant's at once, or too many bytes (@size of a body). */
SatchelJob *satchel_job_new (SatchelTenant *tenant, const SatchelRoute *route, gsize size);
void        satchel_job_free (SatchelJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelJob, satchel_job_free)

/* The body, decoded and bounded; INVALID, TOO_LARGE. */
GBytes *satchel_job_read_body (SatchelJob *job, GError **error);
/* Takes @text. */
void satchel_job_answer_text (SatchelJob *job, char *text);

G_END_DECLS
