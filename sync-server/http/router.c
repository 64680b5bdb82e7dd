/* The table of requests (protocol/README.md).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/router.h"

#include "protocol/limits.h"
#include "sync-server/http/handlers.h"

#define JSON  "application/json"
#define LINES "application/x-ndjson"

static const SatchelRoute routes[] = {
  { "GET", "/v1/hello", SATCHEL_RIGHT_PUBLIC, SATCHEL_WORK_READ, 0, JSON, satchel_handle_hello, NULL, FALSE,
    FALSE },
  { "POST", "/v1/sign-in", SATCHEL_RIGHT_PUBLIC, SATCHEL_WORK_SIGN_IN, 16 * 1024, JSON,
    satchel_handle_sign_in, satchel_commit_sign_in, FALSE, FALSE },
  { "POST", "/v1/sign-out", SATCHEL_RIGHT_DEVICE, SATCHEL_WORK_READ, 1024, JSON, NULL,
    satchel_commit_sign_out, FALSE, FALSE },
  { "POST", "/v1/push", SATCHEL_RIGHT_DEVICE, SATCHEL_WORK_READ, SATCHEL_MAX_REQUEST_BYTES, JSON,
    satchel_handle_push, NULL, TRUE, FALSE },
  { "POST", "/v1/known", SATCHEL_RIGHT_DEVICE, SATCHEL_WORK_READ, SATCHEL_MAX_REQUEST_BYTES, JSON,
    satchel_handle_known, NULL, FALSE, FALSE },
  { "POST", "/v1/pull", SATCHEL_RIGHT_DEVICE, SATCHEL_WORK_READ, 16 * 1024, LINES, satchel_handle_pull, NULL,
    FALSE, FALSE },
  { "POST", "/v1/history", SATCHEL_RIGHT_DEVICE, SATCHEL_WORK_READ, 16 * 1024, JSON, satchel_handle_history,
    NULL, FALSE, FALSE },
  { "GET", "/v1/wake", SATCHEL_RIGHT_DEVICE, SATCHEL_WORK_READ, 0, LINES, NULL, NULL, FALSE, TRUE },
};

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
  return route->write != NULL || route->is_push;
}
