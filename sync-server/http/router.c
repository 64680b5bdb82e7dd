/* The table of requests (protocol/WIRE.md).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/router.h"

#include "protocol/limits.h"
#include "sync-server/http/blob-handlers.h"
#include "sync-server/http/handlers.h"
#include "sync-server/http/snapshot-handlers.h"

#define JSON  "application/json"
#define BYTES "application/octet-stream"
#define LINES NULL /* unnamed: what is asked all day should cost next to nothing */

#define PUBLIC  SATCHEL_RIGHT_PUBLIC
#define DEVICE  SATCHEL_RIGHT_DEVICE
#define READ    SATCHEL_WORK_READ, FALSE
#define ENROL   SATCHEL_WORK_READ, TRUE
#define QUERY   SATCHEL_WORK_QUERY, FALSE
#define SIGN_IN SATCHEL_WORK_SIGN_IN, TRUE
#define SMALL   (16 * 1024)
#define ROWS    (64 * 1024) /* the ids of an audit */
#define PIECE   (SATCHEL_BLOB_PIECE_BYTES + 4096)
#define LARGE   SATCHEL_MAX_REQUEST_BYTES

/* clang-format off */
static const SatchelRoute routes[] = {
  { "GET",  "/v1/hello",    PUBLIC, READ,    0,     JSON,  satchel_handle_hello,   NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/sign-in",  PUBLIC, SIGN_IN, SMALL, JSON,  satchel_handle_sign_in, satchel_commit_sign_in, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/sign-out", DEVICE, READ,    SMALL, JSON,  NULL,                   satchel_commit_sign_out, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/device",   DEVICE, ENROL,   SMALL, JSON,  satchel_handle_device,  satchel_commit_device, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/push",     DEVICE, READ,    LARGE, LINES, satchel_handle_push,    NULL, SATCHEL_ANSWER_PUSH },
  { "POST", "/v1/known",    DEVICE, READ,    LARGE, JSON,  satchel_handle_known,   NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/pull",     DEVICE, READ,    SMALL, LINES, satchel_handle_pull,    NULL, SATCHEL_ANSWER_PULL },
  { "POST", "/v1/preview",  DEVICE, QUERY,   SMALL, JSON,  satchel_handle_preview, NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/why",      DEVICE, READ,    SMALL, JSON,  satchel_handle_why,     NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/audit",    DEVICE, QUERY,   SMALL, JSON,  satchel_handle_audit,   NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/rows",     DEVICE, READ,    ROWS,  LINES, satchel_handle_rows,    NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/history",  DEVICE, READ,    SMALL, JSON,  satchel_handle_history, NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/query",    DEVICE, QUERY,   SMALL, LINES, satchel_handle_query,   NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/record",   DEVICE, READ,    SMALL, LINES, satchel_handle_record,  satchel_commit_record, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/unpin",    DEVICE, READ,    SMALL, JSON,  satchel_handle_unpin,   satchel_commit_unpin, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/blob/begin", DEVICE, READ,  SMALL, JSON,  satchel_handle_begin_blob, satchel_commit_begin_blob, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/blob/put",   DEVICE, READ,  PIECE, JSON,  satchel_handle_put_blob,   satchel_commit_put_blob, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/blob/get",   DEVICE, READ,  SMALL, BYTES, satchel_handle_get_blob,   NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/snapshot",     DEVICE, QUERY, SMALL, JSON,  satchel_handle_snapshot,     NULL, SATCHEL_ANSWER_TEXT },
  { "POST", "/v1/snapshot/get", DEVICE, READ,  SMALL, BYTES, satchel_handle_get_snapshot, NULL, SATCHEL_ANSWER_TEXT },
  { "GET",  "/v1/wake",     DEVICE, READ,    0,     LINES, satchel_handle_wake,    NULL, SATCHEL_ANSWER_STREAM },
};
/* clang-format on */

const SatchelRoute *
satchel_router_find (const char *method, const char *path, const char **allowed)
{
  *allowed = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++) {
    if (!g_str_equal (routes[i].path, path))
      continue;
    if (g_str_equal (routes[i].method, method))
      return &routes[i];
    *allowed = routes[i].method;
  }
  return NULL;
}

gboolean
satchel_route_writes (const SatchelRoute *route)
{
  return route->write != NULL || route->answer == SATCHEL_ANSWER_PUSH;
}
