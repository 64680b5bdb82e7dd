/* Which request is answered by whom: one table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/job.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_RIGHT_PUBLIC, /* anybody */
  SATCHEL_RIGHT_DEVICE, /* a device with a valid token; what it may do is decided record by record */
} SatchelRouteRight;

typedef enum {
  SATCHEL_WORK_READ,    /* the pool of readers */
  SATCHEL_WORK_SIGN_IN, /* the small pool that hashes passwords */
  SATCHEL_WORK_QUERY,   /* the small pool for online lists, which may take long: pulls do not wait for them */
  SATCHEL_WORK_N,
} SatchelRouteWork;

typedef enum {
  SATCHEL_ANSWER_TEXT,
  SATCHEL_ANSWER_PULL,   /* by a reader that authenticates in the same transaction */
  SATCHEL_ANSWER_PUSH,   /* from the writer, which joins those that wait into one commit */
  SATCHEL_ANSWER_STREAM, /* wake-ups, once the caller is known */
} SatchelRouteAnswer;

/* FALSE with an error; otherwise the job has an answer, or goes on to the writer. */
typedef gboolean (*SatchelJobFunc) (SatchelJob *job, GError **error);

struct _SatchelRoute {
  const char *method;
  const char *path;
  SatchelRouteRight right;
  SatchelRouteWork work;
  gboolean enrols; /* makes devices: bounded by address */
  gsize most_body_bytes;
  const char *type;        /* media type of the answer, or NULL */
  SatchelJobFunc read;     /* in a pool */
  SatchelJobFunc write;    /* in the writer afterwards, or NULL */
  SatchelRouteAnswer answer;
};

/* NULL with *@allowed NULL: no such path; with *@allowed: the method that the path has. */
const SatchelRoute *satchel_router_find (const char *method, const char *path, const char **allowed);

gboolean satchel_route_writes (const SatchelRoute *route);

G_END_DECLS
